"""Urging by the supervisor: the text to those who have the case, and the text to the clerk to whom it was given."""

from datetime import datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from broker import outbox
from cases.actions import ActionInput
from cases.calendar.deadlines import Calendar
from cases.duty.departures import is_there
from cases.letters import outcome_letter
from cases.lifecycle import RETURNED
from contacts.alerts.alerts import Purpose
from contacts.in_hand import Hand, in_hand, tell
from contacts.phone_numbers import takes_sms


def tell_urged(step: ActionInput) -> None:
    """Texts those who have the urged case, out of hours when the offices open; of one that waits for its asker their system too."""
    hands = in_hand(step.session, step.case, step.now)
    if step.case.paused_until:
        tell(step, hands, Purpose.TALK, "asker_asked_back", step.case.paused_until)
    elif step.case.state == RETURNED:
        tell(step, hands, Purpose.URGE, "asker_urged")
    else:
        tell(step, hands, Purpose.URGE, "desk_urged", step.case.due_at)
    if step.case.state == RETURNED or step.case.paused_until:
        outbox.post(step.session, [outcome_letter(step.case, "remind", step.now)])


def tell_assigned(step: ActionInput) -> None:
    """Texts the clerk to whom the case was given."""
    clerk = step.session.get_one(Account, step.form.clerk)
    tell(step, [Hand(clerk, "taker")] if takes_sms(clerk.phone) else [], Purpose.URGE, "desk_assigned", step.case.due_at)


def texts_wait(calendar: Calendar, now: datetime) -> bool:
    """Whether a text ordered at this moment waits until the offices open."""
    return calendar.next_opening(now) > now


def clerks_of(session: Session, unit: str, now: datetime) -> list[Account]:
    """The clerks of a unit to whom a case may be given, by name; nobody who is away today."""
    found = session.exec(select(Account).where(Account.unit == unit, is_there(now)).order_by(col(Account.name)))
    return [account for account in found if "clerk" in account.roles]
