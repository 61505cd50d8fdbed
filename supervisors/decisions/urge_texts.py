"""Urging: who has a case in hand, and the text message to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from broker import outbox
from cases.actions import ActionInput
from cases.calendar.deadlines import Calendar
from cases.case import Case
from cases.duty.departures import is_off, is_there
from cases.duty.rota import read_rotas
from cases.letters import outcome_letter
from cases.lifecycle import RETURNED
from contacts.alerts.alerts import Order, Purpose, order
from contacts.phone_numbers import takes_sms
from storage.office_time import office_date


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who is texted by an urge, and as what: "asker", "unit", "taker", "clerk" or "leader"."""

    account: Account
    role: str


def in_hand(session: Session, case: Case, now: datetime) -> list[Hand]:
    """Whom an urge can be texted to: who took the case, or who must correct it; of a desk the first clerk there and the leader."""
    if case.state == RETURNED:
        return _askers(session, case)[:1]
    if case.taken_by:
        taker = session.exec(select(Account).where(Account.username == case.taken_by, ~is_off())).first()
        return [Hand(taker, "taker")] if taker and takes_sms(taker.phone) else []
    today = office_date(now)
    there = read_rotas(session, [case.desk], today, today)[case.desk].there(today)
    hands = [Hand(one.account, "leader" if one.leader else "clerk") for one in there if takes_sms(one.account.phone)]
    return [*_first(hands, "clerk"), *_first(hands, "leader")]


def _askers(session: Session, case: Case) -> list[Hand]:
    """Who can correct a returned case: who asked it, or else somebody of the same unit."""
    found = session.exec(select(Account).where(Account.unit == case.unit, ~is_off()).order_by(col(Account.username)))
    there = [one for one in found if "asker" in one.roles and takes_sms(one.phone)]
    hands = [Hand(one, "asker" if one.username == case.asked_by else "unit") for one in there]
    return sorted(hands, key=lambda hand: hand.role != "asker")


def _first(hands: Sequence[Hand], role: str) -> list[Hand]:
    return [hand for hand in hands if hand.role == role][:1]


def tell_urged(step: ActionInput) -> None:
    """Texts those who have the urged case, out of hours when the offices open; of a returned one the asker's system hears too."""
    returned = step.case.state == RETURNED
    _text(step, [hand.account for hand in in_hand(step.session, step.case, step.now)], "asker_urged" if returned else "desk_urged")
    if returned:
        outbox.post(step.session, [outcome_letter(step.case, "remind", step.now)])


def tell_assigned(step: ActionInput) -> None:
    """Texts the clerk to whom the case was given."""
    clerk = step.session.get_one(Account, step.form.clerk)
    _text(step, [clerk] if takes_sms(clerk.phone) else [], "desk_assigned")


def _text(step: ActionInput, people: Sequence[Account], template: str) -> None:
    calendar = step.rulebook.calendar
    due = step.case.due_at.astimezone(calendar.zone).strftime("%m-%d %H:%M")
    params = {"number_tail": step.case.number[-4:], **({} if template == "asker_urged" else {"due": due})}
    orders = [
        Order(
            about=step.case.number,
            purpose=Purpose.URGE,
            recipient_kind="asker" if template == "asker_urged" else "clerk",
            recipient=one.username,
            to_number=one.phone,
            template=template,
            params=params,
            locale=one.locale,
        )
        for one in people
    ]
    order(step.session, orders, step.now, not_before=calendar.next_opening(step.now))


def texts_wait(calendar: Calendar, now: datetime) -> bool:
    """Whether a text ordered at this moment waits until the offices open."""
    return calendar.next_opening(now) > now


def clerks_of(session: Session, unit: str, now: datetime) -> list[Account]:
    """The clerks of a unit to whom a case may be given, by name; nobody who is away today."""
    found = session.exec(select(Account).where(Account.unit == unit, is_there(now)).order_by(col(Account.name)))
    return [account for account in found if "clerk" in account.roles]
