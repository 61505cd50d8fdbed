"""Override days: a CSV of days that differ from the public calendar, and the document that says so."""

import csv
from pathlib import Path

from cases.calendar.deadlines import Override
from storage.days import NotADay, read_day

COLUMNS = ("day", "working", "source")


class WrongDay(ValueError):
    """A file of days that cannot be read; says which file, which line and what would be right."""


def read_overrides(path: Path) -> list[Override]:
    """The overrides in a CSV with the columns day,working,source. Raises WrongDay."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _overrides(csv.DictReader(file))
    except UnicodeDecodeError:
        raise WrongDay(f"{path}: must be CSV in UTF-8; office programs save it as `CSV UTF-8`") from None
    except OSError as error:
        raise WrongDay(f"{path}: cannot be read ({error.strerror}); HECHA_HOLIDAYS names it") from None
    except (WrongDay, csv.Error) as wrong:
        raise WrongDay(f"{path}: {wrong}") from None


def _overrides(rows: "csv.DictReader[str]") -> list[Override]:
    missing = [name for name in COLUMNS[:2] if name not in (rows.fieldnames or ())]
    if missing:
        raise WrongDay(f"line 1: must be {','.join(COLUMNS)}; there is no column {' and none '.join(missing)}")
    return [_override(number, row) for number, row in enumerate(rows, 2)]


def _override(number: int, row: dict[str, str]) -> Override:
    working = {"working": True, "off": False}.get((row.get("working") or "").strip())
    try:
        day = read_day(row.get("day") or "")
    except NotADay:
        raise WrongDay(f"line {number}: day must be YYYY-MM-DD") from None
    if working is None:
        raise WrongDay(f"line {number}: working must be `working` or `off`")
    return Override(day, working, (row.get("source") or "").strip())
