"""The desk: which cases wait at a unit's window, and in whose hands they are. One query a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from cases.accounts import Account
from cases.case import Case
from cases.lifecycle import ASKED, AT_DESK, OPEN, RETURNED, WITH_CONTACT

SHOWN = 300  # a desk that holds more than this has another problem than its page
EARLIER = timedelta(days=400)


@dataclass
class Desk:
    """The open cases of a unit by where they stand, the soonest due first; `answered` are the latest that left."""

    new: list[Case] = field(default_factory=list)
    mine: list[Case] = field(default_factory=list)
    others: list[Case] = field(default_factory=list)
    community: list[Case] = field(default_factory=list)
    back: list[Case] = field(default_factory=list)
    machine: int = 0

    def place(self, case: Case, username: str) -> None:
        """Puts the case on its pile."""
        if case.state == WITH_CONTACT:
            self.community.append(case)
        elif case.state == RETURNED or case.arbitration:
            self.back.append(case)
        elif case.taken_by == username:
            self.mine.append(case)
        else:
            (self.others if case.taken_by else self.new).append(case)


def read_desk(session: Session, unit: str, username: str) -> Desk:
    """The desk of this unit, as this clerk sees it."""
    waiting = [state.value for state in sorted(OPEN - {ASKED})]
    found = select(Case).where(Case.holder == unit, col(Case.state).in_(waiting)).order_by(col(Case.due_at)).limit(SHOWN)
    desk = Desk()
    for case in session.exec(found):
        desk.place(case, username)
    asked = select(func.count()).select_from(Case).where(Case.holder == unit, Case.state == ASKED.value)
    desk.machine = session.exec(asked).one()
    return desk


def answered_lately(session: Session, unit: str, at_most: int = 50) -> list[Case]:
    """What this unit answered last, by machine and by hand."""
    found = select(Case).where(Case.holder == unit, col(Case.answered_at).is_not(None))
    return list(session.exec(found.order_by(col(Case.answered_at).desc()).limit(at_most)))


def earlier_answers(session: Session, case: Case, now: datetime) -> list[Case]:
    """Answers given to the same question before, whoever asked it, newest first."""
    same = select(Case).where(Case.fingerprint == case.fingerprint, Case.number != case.number, Case.holder == case.holder)
    told = same.where(col(Case.answered_at).is_not(None), col(Case.asked_at) > now - EARLIER)
    return list(session.exec(told.order_by(col(Case.asked_at).desc()).limit(10)))


def clerk_names(session: Session, units: Sequence[str]) -> dict[str, str]:
    """The people of these units: name by user name."""
    found = select(Account.username, Account.name).where(col(Account.unit).in_(list(units)))
    return dict(session.exec(found).all())


def is_waiting(case: Case) -> bool:
    """Whether the case is at the window or with a contact: in a clerk's hands."""
    return case.state in (AT_DESK, WITH_CONTACT)
