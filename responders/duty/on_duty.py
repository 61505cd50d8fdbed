"""Who of a unit's clerks is texted first now, who next, and who leads."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from cases.calendar.deadlines import Calendar
from cases.duty.gaps import Gap, coming_gaps
from cases.duty.rota import Stand, read_rotas
from contacts.phone_numbers import takes_sms
from storage.office_time import office_date


def on_duty(session: Session, units: Iterable[str], now: datetime) -> dict[str, list[Stand]]:
    """Who is there today, by unit and in order: shifts, absences and deputies looked at; leaders stand at the end with the flag."""
    today = office_date(now)
    return {code: rota.there(today) for code, rota in read_rotas(session, units, today, today).items()}


def desk_gaps(session: Session, unit: str, now: datetime, calendar: Calendar) -> list[Gap]:
    """What a unit's desk says about its coming two weeks, the soonest gap first. Four queries."""
    return coming_gaps(session, [unit], now, calendar, takes_sms).get(unit, [])
