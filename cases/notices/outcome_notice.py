"""Outcome notices: one row for each outcome that a unit's own system is told of, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, and_, update
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.trail.trail import LongId

NO_WEBHOOK = "no_webhook"  # the unit wants none any more: nothing to see to
AT_MOST = 500  # sent again in one go


class OutcomeNotice(SQLModel, table=True):
    """One outcome that a unit's system is told of. Holds no personal data."""

    __tablename__ = "outcome_notice"

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    unit: str = Field(max_length=32)
    number: str = Field(max_length=32, index=True)
    move: str = Field(max_length=32)
    state: str = Field(max_length=16)
    outcome: str = Field(default="", max_length=32)
    source: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})  # what the answer rests on
    at: datetime
    amended_at: datetime | None = None  # of a delivered answer that was amended or withdrawn
    next_try_at: datetime | None = None  # None: told, or given up
    told_at: datetime | None = None
    attempts: int = 0
    fault: str = Field(default="", max_length=32)  # unanswered, postponed, not_callable, no_webhook, status_NNN


_due = col(OutcomeNotice.next_try_at).is_not(None)
Index("ix_outcome_notice_due", col(OutcomeNotice.next_try_at), sqlite_where=_due, postgresql_where=_due)
_over = and_(col(OutcomeNotice.next_try_at).is_(None), col(OutcomeNotice.told_at).is_(None))
Index("ix_outcome_notice_given_up", col(OutcomeNotice.unit), col(OutcomeNotice.id), sqlite_where=_over, postgresql_where=_over)
GIVEN_UP: ColumnElement[bool] = and_(_over, col(OutcomeNotice.fault).not_in(["", NO_WEBHOOK]))


def given_up(session: Session, unit: str = "", before: int = 0, at_most: int = 50) -> Sequence[OutcomeNotice]:
    """Notices that nobody took, newest first: of one unit or of all, those before the number of the last one seen."""
    found = select(OutcomeNotice).where(GIVEN_UP, *_of(unit))
    found = found.where(col(OutcomeNotice.id) < before) if before else found
    return session.exec(found.order_by(col(OutcomeNotice.id).desc()).limit(at_most)).all()


def count_given_up(session: Session, unit: str = "") -> int:
    """How many there are."""
    return session.exec(select(func.count()).select_from(OutcomeNotice).where(GIVEN_UP, *_of(unit))).one()


def send_again(session: Session, now: datetime, unit: str = "", ids: Collection[int] = ()) -> int:
    """Lets these be tried anew from the start, all of the unit's where none is named, at most AT_MOST; says how many."""
    chosen = select(OutcomeNotice.id).where(GIVEN_UP, *_of(unit)).order_by(col(OutcomeNotice.id)).limit(AT_MOST)
    found = session.exec(chosen.where(col(OutcomeNotice.id).in_(ids)) if ids else chosen).all()
    again = update(OutcomeNotice).where(col(OutcomeNotice.id).in_(found))
    session.connection().execute(again.values(next_try_at=now, attempts=0))
    return len(found)


def release(session: Session, units: Collection[str], now: datetime, leased: timedelta) -> None:
    """The systems of these units take notices again: what waits for a later try goes now, but for what somebody has in hand."""
    waiting = (col(OutcomeNotice.unit).in_(units), col(OutcomeNotice.next_try_at) > now + 2 * leased)
    session.connection().execute(update(OutcomeNotice).where(*waiting).values(next_try_at=now))


def put_off(session: Session, units: Collection[str], now: datetime, until: datetime) -> None:
    """The systems of these units are silent: what would be tried before `until` waits so long."""
    due = (col(OutcomeNotice.unit).in_(units), col(OutcomeNotice.next_try_at) <= now)
    session.connection().execute(update(OutcomeNotice).where(*due).values(next_try_at=until))


def _of(unit: str) -> list[Any]:
    return [col(OutcomeNotice.unit) == unit] if unit else []
