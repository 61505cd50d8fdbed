"""The API for those who watch: the board."""

from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from cases.door import Door, Visitor
from cases.house import House, house_of
from cases.view import case_row
from supervisors.board import cases_for_decision, overdue_cases, read_board

router = APIRouter(prefix="/api/v1", tags=["board"])
Supervisor = Annotated[Visitor, Depends(Door("supervisor", "admin"))]


def midnight_of(house: House, now: datetime) -> datetime:
    """When the office's day began."""
    zone = house.rulebook.calendar.zone
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


@router.get("/board")
def show_board(request: Request, visitor: Supervisor) -> dict[str, Any]:
    """The figures of this moment, the overdue cases, and those that wait for a decision."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        board = read_board(session, now, midnight_of(house, now))
        late = [case_row(case, now, visitor) for case in overdue_cases(session, now)]
        asked = [case_row(case, now, visitor) for case in cases_for_decision(session)]
    return {**asdict(board), "overdue_cases": late, "for_decision": asked}
