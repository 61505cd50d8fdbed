"""The time of a decision about an open case: supervisors are told of it, and each working day once it is overdue."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from access.accounts import Account
from cases.calendar.deadlines import Calendar
from cases.case import IS_OPEN, Case
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, Purpose, order
from contacts.watchers import watchers
from storage.bulk_rows import among

AGAIN_OFFICE_MINUTES = 420  # one working day


def remind_deciders(session: Session, now: datetime, calendar: Calendar, at_most: int = 200) -> list[str]:
    """Tells the first supervisor of each decision that is asked for, all of them of those that are overdue; the cases' numbers.

    That a decision is overdue is marked on the trail each time, day or night; telephones wait for the offices to open.
    """
    due = select(Case).where(*_waits(now)).order_by(col(Case.decision_look_at)).limit(at_most)
    cases = session.exec(due.with_for_update(skip_locked=True)).all()
    if not cases:
        return []
    late = [case for case in cases if case.arbitrate_by and now > case.arbitrate_by]
    fresh = [case for case in cases if case not in late]
    trail.write(session, [TrailLine.of_clock(now, "decision_overdue", case.number) for case in late])
    above = watchers(session)
    orders = [_order(case, who, "supervisor_decide", calendar) for case in fresh for who in above[:1]]
    orders += [_order(case, who, "supervisor_decide_late", calendar) for case in late for who in above]
    order(session, orders, now, not_before=calendar.next_opening(now))
    _look_again(session, late, calendar.add_office_minutes(now, AGAIN_OFFICE_MINUTES).at)
    for moment in {case.arbitrate_by for case in fresh}:
        _look_again(session, [case for case in fresh if case.arbitrate_by == moment], moment)
    return [case.number for case in cases]


def count_waiting(session: Session, now: datetime) -> int:
    """How many decisions the clock must look at."""
    return session.exec(select(func.count()).select_from(Case).where(*_waits(now))).one()


def _waits(now: datetime) -> list[ColumnElement[bool]]:
    return [IS_OPEN, col(Case.decision_look_at).is_not(None), col(Case.decision_look_at) < now]


def _look_again(session: Session, cases: Sequence[Case], at: datetime | None) -> None:
    if cases:
        theirs = among(session, col(Case.number), [case.number for case in cases])
        session.connection().execute(update(Case).where(theirs).values(decision_look_at=at))


def _order(case: Case, who: Account, template: str, calendar: Calendar) -> Order:
    by = (case.arbitrate_by or case.due_at).astimezone(calendar.zone).strftime("%m-%d %H:%M")
    return Order(
        about=case.number,
        purpose=Purpose.DECISION,
        recipient_kind="supervisor",
        recipient=who.username,
        to_number=who.phone,
        template=template,
        params={"number_tail": case.number[-4:], **({"due": by} if template == "supervisor_decide" else {})},
        locale=who.locale,
    )
