"""Timers of applications: late decisions are marked, and grants that have run out are expired."""

from datetime import datetime

from sqlmodel import Session

from administrators.changes import Change
from cases.grants.applications import CLOCK, Application, Step, count_due, ended, late, make_step
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine

WHO = "clock"


def due_applications(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """How many wait for `settle_applications`."""
    return count_due(session, now, rulebook.calendar.day_at(now))


def settle_applications(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Notes what is late, expires what is over; says how many. Nothing is ever given or refused by time."""
    over = [one for one in ended(session, rulebook.calendar.day_at(now)) if one.id is not None]
    for one in over:
        make_step(session, one.id or 0, Step("expire", WHO, {CLOCK}), now, rulebook)
    overdue = late(session, now)
    noted = [*((one, "apply_expire") for one in over), *((one, "apply_overdue") for one in overdue)]
    session.add_all(
        Change(at=now, who=WHO, kind="application", subject=str(one.id), action=action, changed={}, note="")
        for one, action in noted
    )
    trail.write(session, [_line(one, action, now) for one, action in noted])
    return len(noted)


def _line(application: Application, action: str, now: datetime) -> TrailLine:
    what = {"kind": "application", "subject": str(application.id)}
    return TrailLine(now, action, WHO, WHO, application.unit, details=what)
