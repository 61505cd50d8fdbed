"""The clerk's desk over the API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from access.authentication import Door
from access.principal import Visitor
from cases.view import case_row
from responders.desk.desk_lists import AT_MOST, count_desk, read_desk
from web.context import house_of

router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/desk")
def show_desk(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door("clerk", scope="desk"))],
    limit: Annotated[int, Query(ge=1, le=200)] = AT_MOST,
) -> dict[str, Any]:
    """What waits for a clerk of this unit: new, mine, colleagues, with_contact, returned, arbitration; the soonest due first."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        lists = read_desk(session, visitor.unit, visitor.username, limit)
        counts = count_desk(session, visitor.unit, visitor.username)
    rows = {name: [case_row(case, now, visitor) for case in cases] for name, cases in lists.items()}
    return {"now": now, "counts": counts, **rows}
