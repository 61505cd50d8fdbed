"""Texts about hearings: to the person, that a letter waits; to the unit, that one was not handed over in time. They name nobody."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, and_, col, func, or_, select

from access.accounts import Account
from access.units import all_units
from cases.calendar.deadlines import Calendar
from cases.commitments.commitment import Commitment
from cases.duty.departures import is_off
from cases.rechecks.hearing import Hearing, HearingState
from cases.rechecks.recheck_rules import today_began
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, Purpose, order
from contacts.phone_numbers import takes_sms

AT_ONCE = 100
TO_TELL = (col(Hearing.state) == HearingState.TO_TELL.value,)
# Whoever was told of something that does not stand any more is told of that, too.
NOT_ANY_MORE = and_(col(Hearing.state) == HearingState.ENDED.value, col(Hearing.told_at).is_not(None))
UNTEXTED = (or_(*TO_TELL, NOT_ANY_MORE), col(Hearing.texted_at).is_(None))


def untexted(session: Session, _now: datetime, _rulebook: Rulebook) -> int:
    """How many people were not texted yet that a letter waits for them."""
    return session.exec(select(func.count()).select_from(Hearing).where(*UNTEXTED)).one()


def text_people(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Texts those who left a mobile number, once, while the offices are open; the others are passed over. How many hearings."""
    joined = select(Hearing, Commitment).join(Commitment, col(Commitment.number) == col(Hearing.number))
    wanted = joined.where(*UNTEXTED).order_by(col(Hearing.found_at)).limit(AT_ONCE)
    rows = session.exec(wanted.with_for_update(skip_locked=True, of=Hearing)).all()
    units, orders = all_units(session), list[Order]()
    for hearing, commitment in rows:
        hearing.texted_at = now
        if takes_sms(commitment.phone):
            phone = units.phone(commitment.unit)
            template, params = ("person_letter", {"window_phone": phone}) if phone else ("person_letter_plain", {})
            orders.append(
                Order(about=hearing.number, purpose=Purpose.RECHECK, recipient_kind="person", recipient=hearing.number,
                      to_number=commitment.phone, template=template, params=params, locale=commitment.locale)
            )  # fmt: skip
    texted = [TrailLine.of_clock(now, "person_texted", one.about) for one in orders]
    trail.write(session, texted)
    order(session, orders, now, not_before=rulebook.calendar.next_opening(now))
    return len(rows)


def late_letters(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """How many letters were not handed over in time and not urged today; none on a day off."""
    if not rulebook.calendar.is_working(rulebook.calendar.day_at(now)):
        return 0
    return session.exec(select(func.count()).select_from(Hearing).where(*_late(now, rulebook.calendar))).one()


def urge_units(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Texts the first of each unit who asks there, once a working day; how many letters."""
    late = select(Hearing.number, Hearing.unit).where(*_late(now, rulebook.calendar)).order_by(col(Hearing.due_at))
    rows = session.exec(late.limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    numbers = [number for number, _ in rows]
    session.connection().execute(update(Hearing).where(col(Hearing.number).in_(numbers)).values(urged_at=now))
    trail.write(session, [TrailLine.of_clock(now, "letter_overdue", number) for number in numbers])
    counts = Counter(unit for _, unit in rows)
    orders = [
        Order(purpose=Purpose.RECHECK, recipient_kind="asker", recipient=one.username, to_number=one.phone,
              template="recheck_tell", params={"count": counts[one.unit]}, locale=one.locale)
        for one in _first_askers(session, sorted(counts))
    ]  # fmt: skip
    order(session, orders, now, not_before=rulebook.calendar.next_opening(now))
    return len(numbers)


def _late(now: datetime, calendar: Calendar) -> list[ColumnElement[bool]]:
    unurged = or_(col(Hearing.urged_at).is_(None), col(Hearing.urged_at) < today_began(now, calendar))
    return [*TO_TELL, col(Hearing.due_at) < now, unurged]


def _first_askers(session: Session, units: Sequence[str]) -> list[Account]:
    found = session.exec(select(Account).where(col(Account.unit).in_(units), ~is_off()).order_by(col(Account.username)))
    there = [one for one in found if "asker" in one.roles and takes_sms(one.phone)]
    return list({one.unit: one for one in reversed(there)}.values())
