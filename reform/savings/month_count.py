"""Month counts: the table of what took a certificate's place, by month, unit, matter and way; how each day is added to it.

What is counted, and what is not counted twice, stands for readers in counting_words.py.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy import case as when
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.bundles.bundle import BundleCase
from cases.case import Case
from cases.catalogue.item import Item
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from cases.question import Outcome
from cases.rechecks.own_check import MATTER as OWN_CHECKS
from storage.bulk_rows import insert_new, insert_of
from storage.json import Json
from storage.office_time import OFFICE

DAY = timedelta(days=1)
AGAIN_WITHIN = timedelta(days=30)  # the same unit asking the same about the same people in this time: one paper
# Answers that took a paper's place. After the others whoever asked still had to see one.
TOLD = (Outcome.CONFIRMED.value, Outcome.CONTRADICTED.value, Outcome.NO_RECORD.value)
CHECK, QUERY, COMMITMENT = "check", "query", "commitment"


class MonthCount(SQLModel, table=True):
    """In this month (its first day): `count` papers that nobody had to bring, and the `trips` to an office that they would have
    taken. `subject` is an item for checks and queries, a certificate for commitments.
    """

    __tablename__ = "saving_count"

    month: date = Field(primary_key=True)
    unit: str = Field(primary_key=True, max_length=32)
    matter: str = Field(primary_key=True, max_length=64)
    way: str = Field(primary_key=True, max_length=16)
    subject: str = Field(primary_key=True, max_length=64)
    count: int
    trips: int


class CountedUntil(SQLModel, table=True):
    """The days before this one are counted; several clocks may be at it, and one alone writes each line."""

    __tablename__ = "saving_counted"

    until: date = Field(primary_key=True)


def counted_until(session: Session) -> date | None:
    """The days before this one are counted; None while none is."""
    return session.exec(select(func.max(CountedUntil.until))).one()


def uncounted(session: Session, now: datetime) -> bool:
    """Whether a day has ended that is not counted."""
    until = counted_until(session) or _first_day(session)
    return until is not None and until < now.astimezone(OFFICE).date()


def count_day(session: Session, now: datetime, items: Mapping[str, Item]) -> bool:
    """Counts the next day that has ended; False when nothing was left to do."""
    today, start = now.astimezone(OFFICE).date(), counted_until(session) or _first_day(session)
    if start is None or start >= today:
        return False
    end = start + DAY
    if insert_new(session, SQLModel.metadata.tables["saving_counted"], [{"until": end}], "until"):
        span = (_midnight(start), _midnight(end))
        first = start.replace(day=1)
        _add(session, first, [*_answered(session, span, items), *_committed(session, span)])
        _add(session, first, _taken_back(session, span, _midnight(first)))
    return True


def _add(session: Session, month: date, found: Iterable[Json]) -> None:
    """Adds these to what stands there of the month."""
    rows, table = [{"month": month, **row} for row in found], SQLModel.metadata.tables["saving_count"]
    if not rows:
        return
    fresh = insert_of(session, table).values(rows)
    more = {name: table.c[name] + fresh.excluded[name] for name in ("count", "trips")}
    session.connection().execute(fresh.on_conflict_do_update(index_elements=table.primary_key.columns.keys(), set_=more))


def _answered(session: Session, span: tuple[datetime, datetime], items: Mapping[str, Item]) -> Iterable[Json]:
    """Checks and queries answered first in that time. One statement."""
    at, told = col(Case.first_answered_at), col(Case.outcome).in_(TOLD)
    trip = when((_same_office_before(), 0), else_=1)
    found: Any = select(Case.unit, Case.matter, Case.item, func.count(), func.sum(trip))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    found = found.join(BundleCase, col(BundleCase.number) == col(Case.number), isouter=True)
    found = found.where(at >= span[0], at < span[1], told, Case.matter != OWN_CHECKS, ~_asked_before(span[0]))
    for unit, matter, item, count, trips in session.exec(found.group_by(col(Case.unit), col(Case.matter), col(Case.item))):
        way = QUERY if item in items and items[item].certificate_class == QUERY else CHECK
        yield {"unit": unit, "matter": matter, "way": way, "subject": item, "count": count, "trips": int(trips)}


def _asked_before(start: datetime) -> ColumnElement[bool]:
    """That this unit had an answer to the same about the same people shortly before."""
    one = aliased(Case)
    same = (col(one.unit) == col(Case.unit), col(one.fingerprint) == col(Case.fingerprint), col(one.outcome).in_(TOLD))
    return exists().where(*same, col(one.first_answered_at) >= start - AGAIN_WITHIN, _earlier(one)).correlate(Case)


def _same_office_before() -> ColumnElement[bool]:
    """That a question of the same bundle was answered by the same unit before: both papers would have come from one journey."""
    one, place = aliased(Case), aliased(BundleCase)
    same = (col(place.bundle) == col(BundleCase.bundle), col(one.first_holder) == col(Case.first_holder))
    return (
        exists()
        .where(col(one.number) == col(place.number), *same, col(one.outcome).in_(TOLD), _earlier(one))
        .correlate(Case, BundleCase)
    )


def _earlier(one: Any) -> ColumnElement[bool]:
    at = col(Case.first_answered_at)
    together = and_(one.first_answered_at == at, one.number < col(Case.number))
    return or_(one.first_answered_at < at, together)


def _committed(session: Session, span: tuple[datetime, datetime]) -> Iterable[Json]:
    """Commitments signed in that time and not taken back within it; a paper that follows by a day is brought all the same."""
    at, back = col(Commitment.signed_at), col(Commitment.state) == CommitmentState.TAKEN_BACK.value
    kept = or_(~back, col(Commitment.settled_at) >= span[1])
    return _by_certificate(session, 1, at >= span[0], at < span[1], kept)


def _taken_back(session: Session, span: tuple[datetime, datetime], month: datetime) -> Iterable[Json]:
    """Commitments of this month that were counted and were taken back in that time: less so many. Months that have ended stay."""
    signed, ended = col(Commitment.signed_at), col(Commitment.settled_at)
    back = col(Commitment.state) == CommitmentState.TAKEN_BACK.value
    return _by_certificate(session, -1, signed >= month, signed < span[0], back, ended >= span[0], ended < span[1])


def _by_certificate(session: Session, sign: int, *which: ColumnElement[bool]) -> Iterable[Json]:
    """Lines of these commitments, but for papers that follow. One statement."""
    key = (col(Commitment.unit), col(Commitment.matter), col(Commitment.certificate))
    found: Any = select(*key, func.count()).where(*which, Commitment.paper == PaperState.NONE.value)
    for unit, matter, certificate, count in session.exec(found.group_by(*key)):
        yield {
            "unit": unit, "matter": matter, "way": COMMITMENT, "subject": certificate, "count": sign * count, "trips": sign * count,
        }  # fmt: skip


def _first_day(session: Session) -> date | None:
    first = session.exec(select(func.min(Case.first_answered_at))).one()
    signed = session.exec(select(func.min(Commitment.signed_at))).one()
    return min((at.astimezone(OFFICE).date() for at in (first, signed) if at), default=None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE).astimezone(UTC)
