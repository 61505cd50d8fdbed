"""Recording that somebody viewed a case: a line on the trail."""

from datetime import datetime

from access.principal import Principal
from cases.case import Case
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.database import Database


def record_view(database: Database, case: Case, principal: Principal, now: datetime) -> None:
    """Writes that this principal looked at this case now."""
    with database.write() as session:
        trail.write(session, [TrailLine.of_person(principal, now, "look", case.number)])
