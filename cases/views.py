"""A look at a case: every one leaves a line on the trail."""

from datetime import datetime

from access.principal import Visitor
from cases.case import Case
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.database import Database


def write_look(database: Database, case: Case, visitor: Visitor, now: datetime) -> None:
    """Writes that this visitor looked at this case now."""
    with database.write() as session:
        trail.write(session, [TrailLine.of_person(visitor, now, "look", case.number)])
