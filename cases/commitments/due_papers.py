"""Papers that follow: which of a unit's are due within some days, or were missed."""

from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from cases.calendar.deadlines import Calendar
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from cases.commitments.days import REMIND_BEFORE, latest_day


def due_soon(calendar: Calendar, today: date) -> list[ColumnElement[bool]]:
    """The conditions: awaited or missed, and due at the latest so many working days from today as people are reminded before."""
    waits = col(Commitment.paper).in_([PaperState.AWAITED.value, PaperState.MISSED.value])
    soon = latest_day(calendar, today, REMIND_BEFORE)
    return [waits, col(Commitment.due_on) <= soon, col(Commitment.state) == CommitmentState.SIGNED.value]


def count_due(session: Session, unit: str, calendar: Calendar, today: date) -> int:
    """How many of a unit's: for the mark on the page on which it asks."""
    found = select(func.count()).select_from(Commitment).where(Commitment.unit == unit, *due_soon(calendar, today))
    return session.exec(found).one()
