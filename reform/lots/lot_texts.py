"""Texts to inspectors: what was drawn for them, and what they owe since a day that is past. They name nobody and nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, func, or_, select

from access.accounts import Account
from cases.calendar.deadlines import Calendar
from cases.duty.departures import is_off
from cases.rechecks.drawing import Drawn
from cases.rechecks.inspection import Inspection
from cases.rechecks.recheck_rules import today_began
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, Purpose, order


def tell_inspectors(session: Session, drawn: Sequence[Drawn], due: datetime, now: datetime, calendar: Calendar) -> None:
    """One text to each who was drawn: how many, until when."""
    counts = Counter(one.inspector for one in drawn if one.inspector)
    by = due.astimezone(calendar.zone).strftime("%m-%d")
    orders = [_order(one, "inspection_new", {"count": counts[one.username], "due": by}) for one in _accounts(session, counts)]
    order(session, orders, now, not_before=calendar.next_opening(now))


def late_inspections(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """How many are overdue and were not urged today; none on a day off."""
    if not rulebook.calendar.is_working(rulebook.calendar.day_at(now)):
        return 0
    return session.exec(select(func.count()).select_from(Inspection).where(*_late(now, rulebook.calendar))).one()


def urge_inspectors(session: Session, now: datetime, rulebook: Rulebook, at_most: int = 200) -> int:
    """Urges each who owes something, once a working day, with a line on each commitment's trail; how many inspections."""
    found = select(Inspection.number, Inspection.inspector).where(*_late(now, rulebook.calendar)).order_by(col(Inspection.due_at))
    rows = session.exec(found.limit(at_most).with_for_update(skip_locked=True)).all()
    if not rows:
        return 0
    numbers = [number for number, _ in rows]
    session.connection().execute(update(Inspection).where(col(Inspection.number).in_(numbers)).values(urged_at=now))
    trail.write(session, [TrailLine.of_clock(now, "inspection_overdue", number) for number in numbers])
    counts = Counter(who for _, who in rows if who)
    orders = [_order(one, "inspection_late", {"count": counts[one.username]}) for one in _accounts(session, counts)]
    order(session, orders, now, not_before=rulebook.calendar.next_opening(now))
    return len(numbers)


def _late(now: datetime, calendar: Calendar) -> list[ColumnElement[bool]]:
    today = today_began(now, calendar)
    return [
        col(Inspection.done_at).is_(None),
        col(Inspection.due_at) < now,
        or_(col(Inspection.urged_at).is_(None), col(Inspection.urged_at) < today),
    ]


def _accounts(session: Session, usernames: Iterable[str]) -> Sequence[Account]:
    return session.exec(select(Account).where(col(Account.username).in_(list(usernames)), ~is_off())).all()


def _order(who: Account, template: str, params: dict[str, str | int]) -> Order:
    return Order(
        purpose=Purpose.RECHECK, recipient_kind="inspector", recipient=who.username, to_number=who.phone, template=template,
        params=params, locale=who.locale,
    )  # fmt: skip
