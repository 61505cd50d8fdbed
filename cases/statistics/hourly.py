"""Hourly statistics: the table of questions and answers per hour, unit, item and source, with response times."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.case import Case
from cases.statistics.histogram import ANSWERED, ASKED, Histogram, bucket_of
from storage.bulk_rows import insert_new, insert_rows
from storage.json import Json
from storage.office_time import OFFICE

HOUR = timedelta(hours=1)
AT_ONCE = 24 * HOUR  # how much one fold takes on, so that a late clock holds no transaction for long
BY_THE_HOUR = timedelta(days=3)  # older hours are put together to the office's days: nobody looks at them by the hour
DAY = timedelta(days=1)  # there is no summer time here
FOLDED, THINNED = "folded", "thinned"
MARKS = (FOLDED, THINNED)


class HourlyStatistics(SQLModel, table=True):
    """One hour's count for an item of a unit. `bucket` is how long the answers took, see `bucket_of`; 0 for asked ones."""

    __tablename__ = "pace"

    hour: datetime = Field(primary_key=True)
    holder: str = Field(primary_key=True, max_length=32)
    item: str = Field(primary_key=True, max_length=64)
    what: str = Field(primary_key=True, max_length=8)  # asked or answered; folded and thinned mark how far the clock has come
    source: str = Field(primary_key=True, max_length=16)
    bucket: int = Field(primary_key=True)
    count: int
    on_time: int = 0


def fold(session: Session, now: datetime) -> bool:
    """Rolls up the next hours that have ended, at most AT_ONCE; False when nothing was left to do."""
    start, end = folded_until(session), _floor(now)
    if start is None:
        start = _first_hour(session) or end
    if start >= end:
        return False
    end = min(end, start + AT_ONCE)
    if _mark(session, FOLDED, end):
        rows = _rows(_asked(session, start, end)) + _rows(_answered(session, start, end))
        insert_rows(session, SQLModel.metadata.tables["pace"], rows)
    return True


def thin(session: Session, now: datetime) -> bool:
    """Puts the hours of the next old day together to one line each; False when no day was old enough."""
    day = _reached(session, THINNED) or _first_day(session)
    if day is None or day + DAY > min(now - BY_THE_HOUR, folded_until(session) or now):
        return False
    if _mark(session, THINNED, day + DAY):
        keys = ("holder", "item", "source")
        found = list(_folded_rows(session, (day, day + DAY), keys, {}))
        session.connection().execute(
            delete(HourlyStatistics).where(col(HourlyStatistics.hour) >= day, col(HourlyStatistics.hour) < day + DAY)
        )
        names = (*keys, "what", "bucket", "count", "on_time")
        rows = [{"hour": day, **dict(zip(names, row, strict=True))} for row in found]
        insert_rows(session, SQLModel.metadata.tables["pace"], rows)
    return True


def _mark(session: Session, what: str, until: datetime) -> bool:
    """Notes how far one has come; False where another clock did so first and is at this stretch."""
    mark = {"hour": until, "holder": "", "item": "", "what": what, "source": "", "bucket": 0, "count": 0, "on_time": 0}
    return bool(insert_new(session, SQLModel.metadata.tables["pace"], [mark], "hour"))


def _reached(session: Session, what: str) -> datetime | None:
    return session.exec(select(func.max(HourlyStatistics.hour)).where(HourlyStatistics.what == what)).one()


def _first_day(session: Session) -> datetime | None:
    first = session.exec(select(func.min(HourlyStatistics.hour))).one()
    return first.astimezone(OFFICE).replace(hour=0).astimezone(UTC) if first else None


def folded_until(session: Session) -> datetime | None:
    """The hours before this one are rolled up; None while none is."""
    return _reached(session, FOLDED)


def waiting(session: Session, now: datetime) -> bool:
    """Whether an hour has ended that is not rolled up."""
    until = folded_until(session) or _first_hour(session)
    return until is not None and until < _floor(now)


def histograms(
    session: Session, since: datetime, until: datetime, by: Sequence[str] = ("holder",), **only: str
) -> dict[tuple[Any, ...], Histogram]:
    """The spreads of that time by these fields (hour, holder, item, source), with `only` these values of others.

    `since` should be a full hour, or the beginning of an office day more than BY_THE_HOUR ago: nothing smaller is known.
    Three queries, whatever the number of cases.
    """
    folded = folded_until(session)
    fresh = max(since, folded) if folded else since
    found: dict[tuple[Any, ...], Histogram] = {}
    for *key, what, bucket, count, on_time in _folded_rows(session, (since, min(until, fresh)), by, only):
        found.setdefault(tuple(key), Histogram()).add((what, bucket, count, on_time))
    if fresh < until:
        for row in [*_rows(_asked(session, fresh, until)), *_rows(_answered(session, fresh, until))]:
            if all(row[name] == value for name, value in only.items()):
                key = [row[name] for name in by]
                found.setdefault(tuple(key), Histogram()).add((row["what"], row["bucket"], row["count"], row["on_time"]))
    return found


def histogram(session: Session, since: datetime, until: datetime, **only: str) -> Histogram:
    """One histogram over all hours from `since` until `until`; `only` narrows it, such as item="kinship"."""
    return histograms(session, since, until, (), **only).get((), Histogram())


def _folded_rows(session: Session, span: tuple[datetime, datetime], by: Sequence[str], only: dict[str, str]) -> Iterator[Any]:
    keys = [col(getattr(HourlyStatistics, name)) for name in (*by, "what", "bucket")]
    found = select(*keys, func.sum(HourlyStatistics.count), func.sum(HourlyStatistics.on_time))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    found = found.where(
        col(HourlyStatistics.hour) >= span[0], col(HourlyStatistics.hour) < span[1], col(HourlyStatistics.what).not_in(MARKS)
    )
    for name, value in only.items():
        found = found.where(getattr(HourlyStatistics, name) == value)
    yield from session.exec(found.group_by(*keys))


Fact = tuple[datetime, str, str, str, str, int, bool]  # hour, holder, item, what, source, bucket, in time


def _asked(session: Session, start: datetime, end: datetime) -> Iterator[Fact]:
    found = select(Case.asked_at, Case.asked_of, Case.item).where(col(Case.asked_at) >= start, col(Case.asked_at) < end)
    for at, holder, item in session.exec(found):
        yield _floor(at), holder, item, ASKED, "", 0, False


def _answered(session: Session, start: datetime, end: datetime) -> Iterator[Fact]:
    # The first answer of each case, so that lists can show what was counted: one after a dispute is no case more.
    first = col(Case.first_answered_at)
    found = select(first, Case.first_holder, Case.item, Case.first_source, Case.asked_at, Case.due_at)  # type: ignore[call-overload]  # as above
    for at, holder, item, source, asked, due in session.exec(found.where(first >= start, first < end)):
        yield _floor(at), holder, item, ANSWERED, source, bucket_of((at - asked).total_seconds()), at <= due


def _rows(facts: Iterator[Fact]) -> list[Json]:
    counts, in_time = Counter[tuple[Any, ...]](), Counter[tuple[Any, ...]]()
    for *key, on_time in facts:
        counts[tuple(key)] += 1
        in_time[tuple(key)] += on_time
    names = ("hour", "holder", "item", "what", "source", "bucket")
    return [{**dict(zip(names, key, strict=True)), "count": n, "on_time": in_time[key]} for key, n in counts.items()]


def _first_hour(session: Session) -> datetime | None:
    first = session.exec(select(func.min(Case.asked_at))).one()
    return _floor(first) if first else None


def _floor(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
