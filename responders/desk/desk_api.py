"""/api/v1/desk: the clerk's desk over the API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from access.authentication import Authenticated
from access.principal import Principal
from cases.view import case_row
from responders.desk.desk_piles import AT_MOST, count_desk, desk_of, read_desk
from storage.json import Json
from web.context import context_of

router = APIRouter(prefix="/api/v1", tags=["desk"])


@router.get("/desk")
def show_desk(
    request: Request,
    principal: Annotated[Principal, Depends(Authenticated("clerk", scope="desk"))],
    limit: Annotated[int, Query(ge=1, le=200)] = AT_MOST,
) -> Json:
    """What waits for a clerk of this desk: the lists of the desk by name, the soonest due first.

    `stations`: what lies at the desks of this unit's stations.
    """
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        lists = read_desk(session, desk_of(principal), principal.username, limit)
        counts = count_desk(session, desk_of(principal), principal.username)
    rows = {name: [case_row(case, now, principal) for case in cases] for name, cases in lists.items()}
    return {"now": now, "counts": counts, **rows}
