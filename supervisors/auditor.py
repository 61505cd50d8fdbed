"""The auditor: proves that the clock looks at every open case in time, and counts those it does not."""

from datetime import datetime, timedelta

from sqlalchemy import and_
from sqlmodel import Session, col, func, or_, select

from cases.case import IS_OPEN, Case

LATE = timedelta(minutes=5)


def unwatched(session: Session, now: datetime) -> int:
    """How many open cases have no timer, or one that is more than five minutes late; 0 is the only good answer."""
    no_timer = or_(col(Case.wake_at).is_(None), col(Case.wake_at) < now - LATE)
    unmarked = and_(col(Case.due_at) < now - LATE, col(Case.overdue_at).is_(None))
    found = select(func.count()).select_from(Case).where(IS_OPEN, or_(no_timer, unmarked))
    return session.exec(found).one()
