"""Cases of clerks who are gone or away: given back to the desk, and their successors texted."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, func, select, update

from access.accounts import Account
from cases.case import DESK, IS_OPEN, Case
from cases.duty.departures import orphans
from cases.duty.rota import Rota, Stand, read_rotas
from cases.lifecycle import AT_DESK, WITH_CONTACT
from cases.moves import CLOCK, Move, make_moves
from cases.rulebook import Rulebook
from contacts.alerts.alerts import Alert, Order, Purpose, order
from contacts.phone_numbers import takes_sms
from storage.office_time import office_date
from storage.problem import N_

NOT_THERE = N_("The clerk is not there any more.")
AT_ONCE = 200


def any_orphans(session: Session, now: datetime) -> bool:
    """Whether an open case has a clerk who is not there."""
    return session.exec(select(Case.number).where(*orphans(now)).limit(1)).first() is not None


def take_back(session: Session, now: datetime, rulebook: Rulebook, gone: Collection[str] = ()) -> int:
    """Gives open cases whose clerk is not there back to their desks, at most AT_ONCE; says how many.

    `gone` are people who left just now: where one of them was told last of a case that nobody has taken, the next is told at once.
    """
    found = select(Case.number, Case.taken_by, DESK, Case.state).where(*orphans(now))
    lost = session.exec(found.order_by(col(Case.number)).limit(AT_ONCE).with_for_update()).all()
    moves = [Move(number, "release", CLOCK, note=NOT_THERE, given={"details": {"clerk": clerk}}) for number, clerk, _, _ in lost]
    if moves:
        make_moves(session, moves, now, rulebook)
        order(session, _texts(session, lost, now), now, not_before=rulebook.calendar.next_opening(now))
    if gone:
        _hasten(session, now, gone)
    return len(moves)


def _texts(session: Session, lost: Sequence[tuple[str, str, str, str]], now: datetime) -> list[Order]:
    """One text for everybody who has to look after some of these, however many they are.

    Of a case at the desk whose clerk has no substitute its ladder tells; who is with the community has none there.
    """
    today = office_date(now)
    rotas = read_rotas(session, {desk for _, _, desk, _ in lost}, today, today)
    counts: Counter[tuple[str, str, str]] = Counter()
    people: dict[str, Account] = {}
    for _, clerk, desk, state in lost:
        rota = rotas[desk]
        deputy = rota.deputy(clerk, today)
        told = rota.people[deputy] if deputy and takes_sms(rota.people[deputy].phone) else None
        first = _first(rota, today) if not told and state == WITH_CONTACT else None
        who = told or (first.account if first else None)
        if who:
            people[who.username] = who
            counts[who.username, "desk_deputy" if told else "desk_left", desk] += 1
    return [_text(people[username], wording, count) for (username, wording, _), count in counts.items()]


def _first(rota: Rota, today: date) -> Stand | None:
    return next((one for one in rota.there(today) if not one.leader and takes_sms(one.account.phone)), None)


def _text(account: Account, wording: str, count: int) -> Order:
    return Order(
        purpose=Purpose.DESK,
        recipient_kind="clerk",
        recipient=account.username,
        to_number=account.phone,
        template=wording,
        params={"count": count},
        locale=account.locale,
    )


def _hasten(session: Session, now: datetime, gone: Collection[str]) -> None:
    """Lets the clock look at once at cases nobody has taken of which one of these was told last."""
    newest = select(func.max(Alert.created_at)).where(Alert.about == Case.number, Alert.purpose == Purpose.DESK.value)
    last = select(Alert.about).where(
        col(Alert.about) == col(Case.number),
        col(Alert.recipient).in_(gone),
        Alert.purpose == Purpose.DESK.value,
        col(Alert.created_at) == newest.correlate(Case).scalar_subquery(),
    )
    waits: list[Any] = [
        IS_OPEN,
        Case.state == AT_DESK.value,
        Case.taken_by == "",
        Case.wake_for == "ladder",
        col(Case.wake_at) > now,
    ]
    session.connection().execute(update(Case).where(*waits, last.correlate(Case).exists()).values(wake_at=now))
