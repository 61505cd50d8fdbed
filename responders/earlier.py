"""Earlier answers of a unit, and the names of its clerks: what stands beside a case on the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from cases.accounts import Account
from cases.case import Case

EARLIER = timedelta(days=400)


def answered_lately(session: Session, unit: str, at_most: int = 50) -> Sequence[Case]:
    """What this unit answered last, by machine and by hand."""
    found = select(Case).where(Case.holder == unit, col(Case.answered_at).is_not(None))
    return session.exec(found.order_by(col(Case.answered_at).desc()).limit(at_most)).all()


def earlier_answers(session: Session, case: Case, now: datetime) -> Sequence[Case]:
    """Answers given to the same question before, whoever asked it, newest first."""
    same = select(Case).where(Case.fingerprint == case.fingerprint, Case.number != case.number, Case.holder == case.holder)
    told = same.where(col(Case.answered_at).is_not(None), col(Case.asked_at) > now - EARLIER)
    return session.exec(told.order_by(col(Case.asked_at).desc()).limit(10)).all()


def clerk_names(session: Session, units: Sequence[str]) -> dict[str, str]:
    """The people of these units: name by user name."""
    found = select(Account.username, Account.name).where(col(Account.unit).in_(list(units)))
    return dict(session.exec(found).all())
