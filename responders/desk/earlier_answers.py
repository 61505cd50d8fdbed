"""Earlier answers of a unit, other open cases and its clerks' names, shown beside a case on the desk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from access.accounts import Account
from cases.case import Case
from cases.duty.departures import is_there
from cases.lifecycle import OPEN, RETRACTED
from cases.retention import SHOWN
from responders.desk.desk_piles import ON_A_PAGE, Desk
from storage.first_rows import FirstRows, first_rows

EARLIER = timedelta(days=400)
FEW = 5


def answered_page(session: Session, desk: Desk, page: int = 1) -> list[Case]:
    """What was answered last here, by machine and by hand: one page, and one case more where there is a further page."""
    found = select(Case).where(desk.holds, col(Case.answered_at).is_not(None))
    newest = found.order_by(col(Case.answered_at).desc()).offset((page - 1) * ON_A_PAGE).limit(ON_A_PAGE + 1)
    return list(session.exec(newest))


def earlier_answers(session: Session, case: Case, now: datetime) -> FirstRows[Case]:
    """Answers given to the same question before, whoever asked it, newest first; at most FEW."""
    same = select(Case).where(Case.fingerprint == case.fingerprint, Case.number != case.number, Case.holder == case.holder)
    stands = (col(Case.answered_at).is_not(None), Case.state != RETRACTED.value)  # what was withdrawn is no answer to go by
    told = same.where(*stands, col(Case.asked_at) > now - EARLIER, SHOWN)
    return first_rows(session, told.order_by(col(Case.asked_at).desc()), FEW)


def open_elsewhere(session: Session, case: Case, desk: Desk) -> FirstRows[Case]:
    """Other open cases of this desk that ask the same question, the oldest first; at most FEW."""
    same = select(Case).where(Case.fingerprint == case.fingerprint, Case.number != case.number, desk.holds)
    still = same.where(col(Case.state).in_(sorted(state.value for state in OPEN)))
    return first_rows(session, still.order_by(col(Case.asked_at), Case.number), FEW)


def clerk_names(session: Session, units: Sequence[str]) -> dict[str, str]:
    """The people of these units: name by user name."""
    found = select(Account.username, Account.name).where(col(Account.unit).in_(list(units)))
    return dict(session.exec(found).all())


def colleagues(session: Session, unit: str, username: str, now: datetime) -> list[tuple[str, str]]:
    """The other clerks of the unit who are there and may go on with a case: user name and name, by name."""
    found = select(Account.username, Account.name, Account.roles).where(Account.unit == unit, is_there(now))
    people = [(who, name) for who, name, roles in session.exec(found) if "clerk" in roles and who != username]
    return sorted(people, key=lambda person: person[1])
