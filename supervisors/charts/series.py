"""Series: questions and answers by hour, day or month, from the hourly statistics; the rows behind the charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from cases.calendar.deadlines import Calendar
from cases.statistics.histogram import Histogram
from cases.statistics.hourly import MARKS, HourlyStatistics, folded_until, histograms
from storage.bulk_rows import on_postgres
from supervisors.board.board import merged

Only = dict[str, str]  # holder and item, each optional


class Span(StrEnum):
    """How long a slot is, and so how far back a series goes."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


SLOTS = {Span.HOUR: 24, Span.DAY: 30, Span.MONTH: 12}
STAMPS = {Span.HOUR: "%Y-%m-%dT%H", Span.DAY: "%Y-%m-%d", Span.MONTH: "%Y-%m"}
POSTGRES = {Span.HOUR: 'YYYY-MM-DD"T"HH24', Span.DAY: "YYYY-MM-DD", Span.MONTH: "YYYY-MM"}


@dataclass
class Slot:
    """One hour, day or month of the office's clock: `stamp` is how it is written, `by_source` what was answered from where."""

    stamp: str
    start: datetime
    by_source: dict[str, Histogram] = field(default_factory=dict)

    @property
    def whole(self) -> Histogram:
        """Everything asked and answered in it."""
        return merged(self.by_source.values())

    def answered(self, source: str) -> int:
        """How many answers came from this source."""
        return self.by_source[source].answered if source in self.by_source else 0

    @property
    def last(self) -> date:
        """Its last day."""
        month = len(self.stamp) == len("2026-01")
        return ((self.start + timedelta(days=31)).replace(day=1) - timedelta(days=1)).date() if month else self.start.date()

    @property
    def short(self) -> str:
        """The stamp as an axis shows it: the hour, the day of its month, the month."""
        if "T" in self.stamp:
            return f"{self.stamp[11:]}:00"
        return self.stamp[5:] if self.stamp.count("-") == 2 else self.stamp


def series(session: Session, span: Span, now: datetime, calendar: Calendar, only: Only) -> list[Slot]:
    """The slots up to this moment, the oldest first; those without anything are there too."""
    slots = list(_slots(span, now, calendar))
    return _filled(session, span, slots, now, calendar, only)


def days_of_month(session: Session, month: date, now: datetime, calendar: Calendar, only: Only) -> list[Slot]:
    """The days of a month up to now."""
    midnight, days = datetime.combine(month.replace(day=1), time(), calendar.zone), []
    while midnight.month == month.month and midnight <= now:
        days.append(Slot(midnight.strftime(STAMPS[Span.DAY]), midnight))
        midnight += timedelta(days=1)
    return _filled(session, Span.DAY, days, min(now, midnight), calendar, only) if days else []


def _filled(session: Session, span: Span, slots: list[Slot], end: datetime, calendar: Calendar, only: Only) -> list[Slot]:
    known, start = {slot.stamp: slot for slot in slots}, slots[0].start
    for stamp, source, *counts in _rolled_up(session, span, (start, end), calendar, only):
        known[stamp].by_source.setdefault(source, Histogram()).add(counts)
    fresh = max(start, folded_until(session) or start)
    for (hour, source), part in (histograms(session, fresh, end, ("hour", "source"), **only) if fresh < end else {}).items():
        slot = known[hour.astimezone(calendar.zone).strftime(STAMPS[span])]
        slot.by_source[source] = merged([slot.by_source.get(source, Histogram()), part])
    return slots


def _slots(span: Span, now: datetime, calendar: Calendar) -> Iterator[Slot]:
    local = now.astimezone(calendar.zone)
    for back in reversed(range(SLOTS[span])):
        start = _start(span, local, back)
        yield Slot(start.strftime(STAMPS[span]), start)


def _start(span: Span, local: datetime, back: int) -> datetime:
    if span == Span.HOUR:
        return local.replace(minute=0, second=0, microsecond=0) - timedelta(hours=back)
    midnight = datetime.combine(local.date(), time(), local.tzinfo)
    if span == Span.DAY:
        return midnight - timedelta(days=back)
    months = local.year * 12 + local.month - 1 - back
    return midnight.replace(year=months // 12, month=months % 12 + 1, day=1)


def _rolled_up(session: Session, span: Span, times: tuple[datetime, datetime], calendar: Calendar, only: Only) -> Sequence[Any]:
    stamp = _stamp(session, span, times[0], calendar)
    keys = [stamp, col(HourlyStatistics.source), col(HourlyStatistics.what), col(HourlyStatistics.bucket)]
    found = select(*keys, func.sum(HourlyStatistics.count), func.sum(HourlyStatistics.on_time))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    found = found.where(
        col(HourlyStatistics.hour) >= times[0], col(HourlyStatistics.hour) < times[1], col(HourlyStatistics.what).not_in(MARKS)
    )
    for name, value in only.items():
        found = found.where(getattr(HourlyStatistics, name) == value)
    return session.exec(found.group_by(*keys)).all()  # type: ignore[no-any-return]  # as above


def _stamp(session: Session, span: Span, start: datetime, calendar: Calendar) -> ColumnElement[str]:
    """The office's hour, day or month of a row, written by the database: a year of hours is too much to carry here."""
    if on_postgres(session):
        return func.to_char(func.timezone(calendar.zone.key, HourlyStatistics.hour), POSTGRES[span])
    ahead = start.astimezone(calendar.zone).utcoffset() or timedelta()
    return func.strftime(STAMPS[span], HourlyStatistics.hour, f"{ahead.total_seconds() / 60:+.0f} minutes")
