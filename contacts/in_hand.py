"""Who has a case in hand at this moment, on either side, and the texts that tell them to look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from access.accounts import Account
from cases.actions import ActionInput
from cases.case import Case
from cases.duty.departures import is_off
from cases.duty.rota import read_rotas
from cases.lifecycle import RETURNED
from contacts.alerts.alerts import Order, Purpose, order
from contacts.phone_numbers import takes_sms
from storage.office_time import office_date


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody who is texted, and as what: "asker", "unit", "taker", "clerk" or "leader"."""

    account: Account
    role: str


def in_hand(session: Session, case: Case, now: datetime) -> list[Hand]:
    """Whom a text can reach: who took the case, or who must reply or correct it; of a desk the first clerk there and the leader."""
    if case.state == RETURNED or case.paused_until:
        return askers(session, case)[:1]
    if case.taken_by:
        return _account(session, case.taken_by)
    today = office_date(now)
    there = read_rotas(session, [case.desk], today, today)[case.desk].there(today)
    hands = [Hand(one.account, "leader" if one.leader else "clerk") for one in there if takes_sms(one.account.phone)]
    return [*_first(hands, "clerk"), *_first(hands, "leader")]


def answerer(session: Session, case: Case) -> list[Hand]:
    """The clerk who has the case or who answered it; nobody where it is anybody's, or a machine's."""
    who = case.taken_by or case.answered_by
    return _account(session, who) if who else []


def _account(session: Session, who: str) -> list[Hand]:
    taker = session.exec(select(Account).where(Account.username == who, ~is_off())).first()
    return [Hand(taker, "taker")] if taker and takes_sms(taker.phone) else []


def askers(session: Session, case: Case) -> list[Hand]:
    """Who can reply or correct: who asked it first, then the others of the same unit."""
    found = session.exec(select(Account).where(Account.unit == case.unit, ~is_off()).order_by(col(Account.username)))
    there = [one for one in found if "asker" in one.roles and takes_sms(one.phone)]
    hands = [Hand(one, "asker" if one.username == case.asked_by else "unit") for one in there]
    return sorted(hands, key=lambda hand: hand.role != "asker")


def _first(hands: Sequence[Hand], role: str) -> list[Hand]:
    return [hand for hand in hands if hand.role == role][:1]


def tell(step: ActionInput, hands: Sequence[Hand], purpose: Purpose, template: str, by: datetime | None = None) -> None:
    """Texts them that they must look, by this moment if there is one; out of hours when the offices open."""
    calendar = step.rulebook.calendar
    due = {"due": by.astimezone(calendar.zone).strftime("%m-%d %H:%M")} if by else {}
    orders = [
        Order(
            about=step.case.number,
            purpose=purpose,
            recipient_kind="asker" if template.startswith("asker_") else "clerk",
            recipient=hand.account.username,
            to_number=hand.account.phone,
            template=template,
            params={"number_tail": step.case.number[-4:], **due},
            locale=hand.account.locale,
        )
        for hand in hands
    ]
    order(step.session, orders, step.now, not_before=calendar.next_opening(step.now))
