"""The monthly report as data: questions, answers, response times, supervisors' decisions."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.amending.amendments import Counts, count_amendments
from cases.calendar.deadlines import Calendar
from cases.case import Case
from cases.safeguards.urgency import Urgent, urgent_of
from cases.statistics.histogram import ANSWERED, ASKED, Histogram
from cases.statistics.hourly import HourlyStatistics, histograms
from cases.statistics.ratings import Rating, is_poor
from cases.trail.trail import Trail
from supervisors.board.board import merged
from supervisors.board.texts import Texts, read_texts
from supervisors.charts.month_end import OpenCount, by_place, open_at_end
from supervisors.charts.series import Slot, days_of_month

Pair = tuple[str, str]
DECISIONS = ("urge", "reassign", "release", "arbitrate")


@dataclass(frozen=True, slots=True)
class Marks:
    """How many ratings there were, their means (1 to 5), and how many had a poor mark."""

    count: int
    timeliness: float
    usefulness: float
    poor: int


@dataclass(frozen=True, slots=True)
class Month:
    """One month up to now. `before` counts the month before it; a row's key is a unit's or an item's code."""

    first: date
    last: date
    whole: Histogram
    before: Histogram
    by_source: Mapping[str, Histogram]
    units: Mapping[str, Histogram]
    items: Mapping[str, Histogram]
    days: Sequence[Slot]
    texts: Texts
    decisions: Mapping[str, int]
    disputed: int
    ratings: Mapping[str, Marks]
    amended: Counts
    urgent: Mapping[str, Urgent]  # by asking unit
    open_cases: Mapping[Pair, OpenCount]  # what was open at its end, or is now

    @property
    def left(self) -> OpenCount:
        """All that was open at its end."""
        return sum(self.open_cases.values(), OpenCount())

    def left_of(self, kind: str) -> dict[str, OpenCount]:
        """The same by "holder" or "item"."""
        return by_place(self.open_cases, 0 if kind == "holder" else 1)


def first_of(text: str, now: datetime, calendar: Calendar) -> date:
    """The first day of the month written as YYYY-MM; of this month where it is not one, or one to come."""
    today = calendar.day_at(now)
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=calendar.zone).date()
    except ValueError:
        first = today
    return min(first, today).replace(day=1)


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def read_month(session: Session, first: date, now: datetime, calendar: Calendar) -> Month:
    """The month that begins on this day. As many queries for any number of cases."""
    start, end, earlier = (datetime.combine(day, time(), calendar.zone) for day in (first, month_after(first), month_before(first)))
    until = min(end, now)
    found, amended = histograms(session, start, until, ("holder", "item", "source")), count_amendments(session, start, until)
    open_cases = open_at_end(session, until, now)
    return Month(
        first=first,
        last=calendar.day_at(until - timedelta(microseconds=1)),
        whole=merged(found.values()),
        before=_counts(session, earlier, start),
        by_source=_with(_by(found, 2), amended.by_source),
        units=_with(_by(found, 0), [*amended.by_unit, *by_place(open_cases, 0)]),
        items=_with(_by(found, 1), by_place(open_cases, 1)),
        days=days_of_month(session, first, now, calendar, {}),
        texts=read_texts(session, start, until),
        decisions=_decisions(session, start, until),
        disputed=_disputed(session, start, until),
        ratings=_ratings(session, start, until),
        amended=amended,
        urgent={unit: one for unit, one in sorted(urgent_of(session, (), start, until).items()) if one.urgent},
        open_cases=open_cases,
    )


def _counts(session: Session, start: datetime, end: datetime) -> Histogram:
    """Only how many: without the times a whole month is quickly added up."""
    found = select(HourlyStatistics.what, func.sum(HourlyStatistics.count), func.sum(HourlyStatistics.on_time)).where(
        col(HourlyStatistics.hour) >= start, col(HourlyStatistics.hour) < end
    )
    counts = {what: (count, on_time) for what, count, on_time in session.exec(found.group_by(HourlyStatistics.what))}
    return Histogram(
        asked=counts.get(ASKED, (0, 0))[0], answered=counts.get(ANSWERED, (0, 0))[0], on_time=counts.get(ANSWERED, (0, 0))[1]
    )


def _by(found: Mapping[tuple[str, ...], Histogram], place: int) -> dict[str, Histogram]:
    groups: dict[str, list[Histogram]] = {}
    for key, part in found.items():
        groups.setdefault(key[place], []).append(part)
    return {code: merged(parts) for code, parts in sorted(groups.items()) if code}


def _with(found: Mapping[str, Histogram], more: Iterable[str]) -> dict[str, Histogram]:
    """Also those that answered nothing in the month, and put something right in it or left something open."""
    return {code: found.get(code, Histogram()) for code in sorted({*found, *filter(None, more)})}


def _decisions(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    found = select(Trail.action, func.count()).where(Trail.actor == "supervisor", col(Trail.at) >= start, col(Trail.at) < end)
    counts = Counter(dict(session.exec(found.group_by(Trail.action)).all()))
    return {name: counts[name] for name in DECISIONS}


def _disputed(session: Session, start: datetime, end: datetime) -> int:
    asked = (col(Case.disputed).is_(True), col(Case.asked_at) >= start, col(Case.asked_at) < end)
    return session.exec(select(func.count()).select_from(Case).where(*asked)).one()


def _ratings(session: Session, start: datetime, end: datetime) -> dict[str, Marks]:
    poor = func.sum(when((is_poor(), 1), else_=0))
    means: Any = (func.count(), func.avg(Rating.timeliness), func.avg(Rating.usefulness), poor)
    found = select(Rating.holder, *means).where(col(Rating.at) >= start, col(Rating.at) < end).group_by(Rating.holder)
    return {holder: Marks(count, float(in_time), float(useful), bad) for holder, count, in_time, useful, bad in session.exec(found)}
