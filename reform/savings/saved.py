"""What was saved as data: the counts of some months with the rules that held in them, added up as somebody wants them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from cases.catalogue.catalogue import Catalogue
from cases.certificates.certificate import Certificate
from cases.certificates.directory import directory
from cases.certificates.stopped import CertificateStopped
from reform.savings.class_then import Then, read_then
from reform.savings.month_count import MonthCount, counted_until
from reform.savings.saving_rule import Rules, Worth, read_rules

MONTHS = 24  # as far back as figures are shown
WAYS = ("not_needed", "cancelled", "commitment", "query", "check")


@dataclass(frozen=True, slots=True)
class Saved:
    """Papers that nobody had to bring, and what the rules make of them."""

    count: int = 0
    journeys: int = 0
    papers: int = 0
    days: int = 0

    def __add__(self, other: "Saved") -> "Saved":
        return Saved(self.count + other.count, self.journeys + other.journeys, self.papers + other.papers, self.days + other.days)


@dataclass(frozen=True, slots=True)
class Line:
    """One count with its rule. `subject` is an item where the way is check or query, else a certificate."""

    month: date
    unit: str
    matter: str
    way: str
    subject: str
    count: int
    trips: int
    worth: Worth

    @property
    def saved(self) -> Saved:
        """Journeys and days by trips, papers by count."""
        worth = self.worth
        return Saved(self.count, self.trips * worth.journeys, self.count * worth.papers, self.trips * worth.days)


@dataclass(frozen=True, slots=True)
class Savings:
    """The lines of some months; counted are the days before `until`."""

    lines: Sequence[Line]
    rules: Rules
    until: date | None

    @property
    def certificates(self) -> Mapping[str, Certificate]:
        """The directory, for names."""
        return self.rules.certificates

    def total(self, **only: Any) -> Saved:
        """Everything, or what has these values."""
        return total_of(one for one in self.lines if all(getattr(one, name) == value for name, value in only.items()))

    def by(self, *names: str) -> dict[tuple[Any, ...], Saved]:
        """Added up by these (month, unit, matter, way, subject), the most papers first."""
        found: dict[tuple[Any, ...], Saved] = {}
        for one in self.lines:
            key = tuple(getattr(one, name) for name in names)
            found[key] = found.get(key, Saved()) + one.saved
        return dict(sorted(found.items(), key=lambda pair: (-pair[1].count, str(pair[0]))))


def total_of(lines: Iterable[Line]) -> Saved:
    """These lines together."""
    return sum((one.saved for one in lines), Saved())


def read_savings(session: Session, first: date, last: date, by: Sequence[str] = ("unit", "matter")) -> Savings:
    """What was saved in the months from `first` to `last`; `by` says what is kept apart beside month, way and subject.

    Six statements, whatever was counted.
    """
    certificates = directory(session)
    rules = read_rules(session, read_then(session, certificates, first))
    rows = [*_counts(session, first, last, by), *_stopped(session, first, last, by, rules.then)]
    lines = [Line(*row, rules.worth(row[3], row[4], row[0])) for row in rows]
    return Savings(lines, rules, counted_until(session))


Row = tuple[date, str, str, str, str, int, int]


def _counts(session: Session, first: date, last: date, by: Sequence[str]) -> list[Row]:
    kept = [name for name in ("unit", "matter") if name in by]
    keys = [col(getattr(MonthCount, name)) for name in ("month", *kept, "way", "subject")]
    found: Any = select(*keys, func.sum(MonthCount.count), func.sum(MonthCount.trips))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    found = found.where(col(MonthCount.month) >= first, col(MonthCount.month) <= last).group_by(*keys)
    rows = (dict(zip(("month", *kept, "way", "subject", "count", "trips"), row, strict=True)) for row in session.execute(found))
    return [
        (one["month"], one.get("unit", ""), one.get("matter", ""), one["way"], one["subject"], int(one["count"]), int(one["trips"]))
        for one in rows
    ]


def _stopped(session: Session, first: date, last: date, by: Sequence[str], then: Then) -> list[Row]:
    """What the form stopped, under the class that the certificate had at the end of the month; nobody knows for which matter."""
    keys = [col(CertificateStopped.month), col(CertificateStopped.certificate)]
    keys += [col(CertificateStopped.unit)] if "unit" in by else []
    found: Any = select(*keys, func.sum(CertificateStopped.count))  # type: ignore[call-overload]  # as above
    found = found.where(col(CertificateStopped.month) >= first, col(CertificateStopped.month) <= last).group_by(*keys)
    rows: list[Row] = []
    for month, code, *unit, count in session.execute(found):
        way = then.stood(code, month).certificate_class
        way = way if way in ("not_needed", "cancelled") else "not_needed"
        rows.append((month, unit[0] if unit else "", "", way, code, int(count), int(count)))
    return rows


def called(way: str, subject: str, savings: Savings, catalogue: Catalogue, locale: str) -> str:
    """What an item or a certificate is called; its code where it is gone."""
    if way in ("check", "query"):
        return catalogue.items[subject].title.say(locale) if subject in catalogue.items else subject
    return savings.certificates[subject].title.say(locale) if subject in savings.certificates else subject


def month_before(first: date, by: int = 1) -> date:
    """The first day of the month so many before."""
    months = first.year * 12 + first.month - 1 - by
    return first.replace(year=months // 12, month=months % 12 + 1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)
