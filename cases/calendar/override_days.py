"""Days that differ from the public calendar: a CSV of day, working or off, and the document that says so."""

import csv
from pathlib import Path

from cases.calendar.deadlines import Override
from storage.days import NotADay, read_day


class WrongDay(ValueError):
    """A line of the file that cannot be read; says which line and what would be right."""


def read_overrides(path: Path) -> list[Override]:
    """The overrides in a CSV with the columns day,working,source. Raises WrongDay."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [_override(number, row) for number, row in enumerate(csv.DictReader(file), 2)]


def _override(number: int, row: dict[str, str]) -> Override:
    working = {"working": True, "off": False}.get((row.get("working") or "").strip())
    try:
        day = read_day(row.get("day") or "")
    except NotADay:
        raise WrongDay(f"line {number}: day must be YYYY-MM-DD") from None
    if working is None:
        raise WrongDay(f"line {number}: working must be `working` or `off`")
    return Override(day, working, (row.get("source") or "").strip())
