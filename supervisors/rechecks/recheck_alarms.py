"""What the clock tells supervisors about checked commitments: decisions that wait, and what is overdue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, func, or_, select

from access.accounts import Account
from cases.calendar.deadlines import Calendar
from cases.rechecks.hearing import Hearing, HearingState
from cases.rechecks.inspection import Inspection
from cases.rechecks.recheck_rules import today_began
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, Purpose, order
from contacts.watchers import watchers

AT_ONCE = 200


def undecided(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """How many hearings the clock has something to tell about."""
    return session.exec(select(func.count()).select_from(Hearing).where(_waits(now, rulebook.calendar))).one()


def remind_of_hearings(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Tells the first supervisor once of each that may be decided, all of them once a working day of those overdue; how many."""
    calendar = rulebook.calendar
    wanted = select(Hearing.number, Hearing.decide_by).where(_waits(now, calendar)).order_by(col(Hearing.decide_by)).limit(AT_ONCE)
    rows = session.exec(wanted.with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    late = [number for number, by in rows if by is not None and by < now]
    numbers, above = [number for number, _ in rows], watchers(session)
    session.connection().execute(update(Hearing).where(col(Hearing.number).in_(numbers)).values(urged_at=now))
    trail.write(session, [TrailLine.of_clock(now, "hearing_overdue", number) for number in late])
    orders = _orders(above[:1], "supervisor_hearing", len(numbers) - len(late))
    order(session, orders + _orders(above, "supervisor_hearing_late", len(late)), now, not_before=calendar.next_opening(now))
    return len(numbers)


def _waits(now: datetime, calendar: Calendar) -> ColumnElement[bool]:
    over = and_(col(Hearing.state) == HearingState.TOLD.value, col(Hearing.due_at) < now)
    may_be_decided = or_(col(Hearing.state) == HearingState.OBJECTED.value, over)
    again = and_(col(Hearing.decide_by) < now, col(Hearing.urged_at) < today_began(now, calendar))
    if not calendar.is_working(calendar.day_at(now)):
        return and_(may_be_decided, col(Hearing.urged_at).is_(None))
    return and_(may_be_decided, or_(col(Hearing.urged_at).is_(None), again))


def tell_of_inspections(session: Session, now: datetime, rulebook: Rulebook) -> None:
    """Tells all supervisors how many inspections are overdue; called on a working day on which inspectors are urged."""
    late = select(func.count()).select_from(Inspection).where(col(Inspection.done_at).is_(None), col(Inspection.due_at) < now)
    orders = _orders(watchers(session), "supervisor_inspections", session.exec(late).one())
    order(session, orders, now, not_before=rulebook.calendar.next_opening(now))


def _orders(above: Sequence[Account], template: str, count: int) -> list[Order]:
    if not count:
        return []
    return [
        Order(purpose=Purpose.RECHECK, recipient_kind="supervisor", recipient=one.username, to_number=one.phone,
              template=template, params={"count": count}, locale=one.locale)
        for one in above
    ]  # fmt: skip
