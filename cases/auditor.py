"""Auditor: counts and names open cases whose timer is missing or late, so that none is forgotten.

So are delivered answers about which something still waits: for the asker to know, for a second clerk, for the supervisor.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, union_all
from sqlmodel import Session, col, func, select

from cases.case import IS_OPEN, IS_RUNNING, IS_UNSETTLED, Case
from cases.lifecycle import RUNNING
from cases.trail.trail import Trail

LATE = timedelta(minutes=5)
UnwatchedRow = tuple[str, str, str, str, datetime | None]  # number, holder, state, need and time of a case


def unwatched(session: Session, now: datetime) -> int:
    """How many open cases have no timer, or one that is more than five minutes late; 0 is the only good answer."""
    counts = [select(func.count()).select_from(Case).where(*kind).scalar_subquery() for kind in _kinds(now)]
    return int(session.exec(select(sum(counts[1:], counts[0]))).one())


def unwatched_cases(session: Session, now: datetime, at_most: int) -> Sequence[UnwatchedRow]:
    """Number, holder, state, need and time of these cases, the longest waiting first."""
    numbers = union_all(*(select(Case.number).where(*kind) for kind in _kinds(now)))
    row = select(Case.number, Case.holder, Case.state, Case.wake_for, Case.wake_at)  # type: ignore[call-overload]  # five columns
    order = row.where(col(Case.number).in_(numbers)).order_by(col(Case.wake_at).nulls_first())
    found: Sequence[UnwatchedRow] = session.exec(order.limit(at_most)).all()
    return found


def _kinds(now: datetime) -> Sequence[Sequence[ColumnElement[bool]]]:
    """Never looked at; looked at too late; overdue and not marked as such; delivered, and no look or a late one at what waits;
    to be decided by the supervisor, who was not told.

    No case is of two kinds, and each has its index.
    """
    before, wake = now - LATE, col(Case.wake_at)
    unmarked = (IS_RUNNING, col(Case.due_at) < before, col(Case.overdue_at).is_(None), ~_opened_since(before))
    # Not the plain comparison: PostgreSQL would go through the timers of all open cases instead of the few that are overdue.
    in_time = func.coalesce(wake, before - LATE) >= before
    forgotten = func.coalesce(wake, before - LATE) < before
    undecided = (IS_OPEN, col(Case.decision_look_at) < before, in_time, ~and_(*unmarked))
    return (IS_OPEN, wake.is_(None)), (IS_OPEN, wake < before), (IS_OPEN, *unmarked, in_time), (IS_UNSETTLED, forgotten), undecided


def _opened_since(before: datetime) -> ColumnElement[bool]:
    """Whether a case came back to those who answer after this moment, as one disputed long after its deadline does."""
    running = [state.value for state in sorted(RUNNING)]
    back = (col(Trail.to).in_(running), col(Trail.start).not_in(running))
    return exists().where(col(Trail.number) == col(Case.number), col(Trail.at) >= before, *back)
