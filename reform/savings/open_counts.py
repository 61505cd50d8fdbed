"""Open counts: what was saved in each month that has ended, for anybody, without units and with small numbers left out.

Shape: docs/open-counts.md. A figure under SMALL could point at somebody, so it is told as "<5", and no sum contains it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from cases.catalogue.catalogue import Catalogue
from reform.savings.counting_words import COUNTING
from reform.savings.saved import MONTHS, Saved, month_before, read_savings
from reform.savings.saved import called as name_of
from storage.json import Json
from storage.sheets.harmless_csv import csv_of

FORMAT = "hecha-open-counts/1"
SMALL = 5
FEW = f"<{SMALL}"
HEAD = ("month", "way", "code", "zh", "en", "count", "journeys", "papers", "days")


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One way and certificate or item in a month. `saved` is None where fewer than SMALL were counted."""

    month: date
    way: str
    code: str
    zh: str
    en: str
    saved: Saved | None

    def told(self) -> Json:
        """As everybody reads it."""
        one = self.saved
        figures: Json = {"count": FEW, "journeys": None, "papers": None, "days": None}
        if one is not None:
            figures = {"count": one.count, "journeys": one.journeys, "papers": one.papers, "days": one.days}
        return {"way": self.way, "code": self.code, "zh": self.zh, "en": self.en, **figures}


def open_rows(session: Session, today: date, catalogue: Catalogue) -> list[OpenRow]:
    """The rows of the months that have ended and are counted to their end, the newest first. Six statements."""
    last = month_before(today.replace(day=1))
    savings = read_savings(session, month_before(last, MONTHS - 1), last, ())
    known: dict[tuple[Any, ...], Saved] = savings.by("month", "way", "subject")
    few = {(one.month, one.way, one.subject) for one in savings.lines if min(one.count, one.trips) < SMALL}
    rows = []
    for key, saved in known.items():
        month, way, subject = key
        if savings.until is not None and _after(month) <= savings.until:
            names = [name_of(way, subject, savings, catalogue, locale) for locale in ("zh", "en")]
            rows.append(OpenRow(month, way, subject, names[0], names[1], None if key in few else saved))
    return sorted(rows, key=lambda one: (-one.month.toordinal(), one.way, one.code))


def _after(month: date) -> date:
    return month_before(month, -1)


def as_json(rows: Sequence[OpenRow], say: Any) -> Json:
    """The whole document; `say(locale, msgid)` tells the rules in both languages."""
    months: dict[date, list[OpenRow]] = {}
    for row in rows:
        months.setdefault(row.month, []).append(row)
    return {
        "format": FORMAT,
        "small": FEW,
        "counting": {locale: [say(locale, one) for one in COUNTING] for locale in ("zh", "en")},
        "months": [{"month": f"{month:%Y-%m}", "rows": [one.told() for one in found], "sum_of_told": _sum(found)}
                   for month, found in months.items()],
    }  # fmt: skip


def _sum(rows: Sequence[OpenRow]) -> Json:
    whole = sum((one.saved for one in rows if one.saved is not None), Saved())
    return {"count": whole.count, "journeys": whole.journeys, "papers": whole.papers, "days": whole.days}


def as_csv(rows: Sequence[OpenRow]) -> bytes:
    """The same as rows; a name that an office program would calculate begins with an apostrophe."""
    told = [{"month": f"{row.month:%Y-%m}", **row.told()} for row in rows]
    return csv_of([HEAD, *([one[name] for name in HEAD] for one in told)])
