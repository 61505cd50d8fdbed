"""What time brings to commitments: reminders of a paper, its day missed, and the end of the time in which one counts."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from cases.commitments.commitment import MOVES, Commitment, CommitmentState, PaperState
from cases.commitments.days import DUE, EXPIRE, MISSED, REMIND, next_look
from cases.commitments.moves import move
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from contacts.alerts.alerts import Order, Purpose, order

AT_ONCE = 100
LATER = timedelta(days=1)  # when one is looked at again whose time is over while it is being checked
TEMPLATES = {REMIND: "paper_soon", DUE: "paper_today"}


def due_looks(session: Session, now: datetime) -> int:
    """How many commitments the clock must look at now."""
    return session.exec(select(func.count()).select_from(Commitment).where(col(Commitment.look_at) <= now)).one()


def look(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Does what is due for some, the longest waiting first; how many. Other clocks pass over them until we commit."""
    due = select(Commitment).where(col(Commitment.look_at) <= now).order_by(col(Commitment.look_at)).limit(AT_ONCE)
    found = session.exec(due.with_for_update(skip_locked=True)).all()
    reminded = [one for one in found if one.look_for in TEMPLATES and one.paper == PaperState.AWAITED]
    _remind(session, reminded, now, rulebook)
    lines = [TrailLine.of_clock(now, "commitment_remind", one.number).in_state(one.state) for one in reminded]
    for one in found:
        if one.look_for == MISSED and one.paper == PaperState.AWAITED:
            one.paper, one.missed_at = PaperState.MISSED.value, now
            lines.append(TrailLine.of_clock(now, "commitment_missed", one.number).in_state(one.state))
        _go_on(session, one, now, rulebook)
    trail.write(session, lines)
    return len(found)


def _go_on(session: Session, one: Commitment, now: datetime, rulebook: Rulebook) -> None:
    if one.look_for != EXPIRE:
        one.look_at, one.look_for = next_look(one, rulebook.calendar, now)
        return
    if CommitmentState.EXPIRED in MOVES[CommitmentState(one.state)] and one.state != CommitmentState.STANDS_FALSE:
        move(session, one, CommitmentState.EXPIRED, TrailLine.of_clock(now, "commitment_expire", one.number))
        return
    one.look_at = now + LATER


def _remind(session: Session, reminded: list[Commitment], now: datetime, rulebook: Rulebook) -> None:
    """Texts those who agreed to it: no name, no matter, no unit stands in the words."""
    orders = [
        Order(
            about=one.number,
            purpose=Purpose.PAPER,
            recipient_kind="person",
            recipient=one.number,
            to_number=one.phone,
            template=TEMPLATES[one.look_for],
            params={"number_tail": one.number[-4:], "due": one.due_on.strftime("%m-%d")},
            locale=one.locale,
        )
        for one in reminded
        if one.phone and one.due_on
    ]
    if orders:
        order(session, orders, now, not_before=rulebook.calendar.next_opening(now))
