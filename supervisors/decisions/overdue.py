"""Overdue marks: cases past their deadline are marked once on the trail, and supervisors texted."""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, select

from access.accounts import Account
from cases.calendar.deadlines import Calendar
from cases.case import IS_RUNNING, Case
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, order
from contacts.watchers import watchers


def mark_overdue(session: Session, now: datetime, calendar: Calendar, at_most: int = 200) -> list[str]:
    """Marks cases whose deadline has passed; returns their numbers. The case stays open: a late answer still counts.

    The marks are made at once, day or night; the supervisor's telephone waits for the offices to open.
    """
    late = select(Case.number).where(*_unmarked(now))
    numbers = list(session.exec(late.order_by(col(Case.due_at)).limit(at_most).with_for_update(skip_locked=True)))
    if not numbers:
        return []
    session.connection().execute(update(Case).where(col(Case.number).in_(numbers)).values(overdue_at=now))
    trail.write(session, [TrailLine.of_clock(now, "overdue", number) for number in numbers])
    orders = [_order(account, numbers) for account in watchers(session)]
    order(session, orders, now, not_before=calendar.next_opening(now))
    return numbers


def count_overdue(session: Session, now: datetime) -> int:
    """How many wait to be marked."""
    return session.exec(select(func.count()).select_from(Case).where(*_unmarked(now))).one()


def _unmarked(now: datetime) -> list[ColumnElement[bool]]:
    return [IS_RUNNING, col(Case.due_at) < now, col(Case.overdue_at).is_(None)]


def _order(account: Account, numbers: list[str]) -> Order:
    # One text for all: five a quarter of an hour is the most a phone may get.
    many = len(numbers) > 1
    return Order(
        about="" if many else numbers[0],
        purpose="supervisor",
        recipient_kind="supervisor",
        recipient=account.username,
        to_number=account.phone,
        template="supervisor_overdue_many" if many else "supervisor_overdue",
        params={"number_tail": numbers[0][-4:], "count": len(numbers)},
        locale=account.locale,
    )
