"""Duty gaps as the desk tells of them: days on which nobody of the unit would be texted. How far ahead: cases/duty/gaps.py."""

from datetime import datetime

from sqlmodel import Session

from cases.calendar.deadlines import Calendar
from cases.duty.gaps import Gap, coming_gaps
from contacts.phone_numbers import takes_sms


def desk_gaps(session: Session, unit: str, now: datetime, calendar: Calendar) -> list[Gap]:
    """What a unit's desk says about its coming two weeks, the soonest gap first. Four queries."""
    return coming_gaps(session, [unit], now, calendar, takes_sms).get(unit, [])
