"""A look at a case: every one leaves a line on the trail."""

from datetime import datetime

from cases import trail
from cases.case import Case
from cases.door import Visitor
from cases.house import House


def write_look(house: House, case: Case, visitor: Visitor, now: datetime) -> None:
    """Writes that this visitor looked at this case now."""
    line = {"at": now, "number": case.number, "action": "look", "actor": "person", "who": visitor.username, "unit": visitor.unit}
    with house.database.write() as session:
        trail.write(session, [line])
