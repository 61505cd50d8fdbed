"""The figures of a unit for whoever leads it: its own board and month, and nobody else's."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.duty.standing_order import leads
from supervisors.board.board import Moment
from supervisors.board.own_unit import read_own_station, read_own_unit
from web.context import context_of

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]


@router.get("/unit")
def show_own_unit(request: Request, principal: Clerk) -> Response:
    """The own unit's board and month and its clerks' piles. Raises NotAllowed for who does not lead it."""
    context, book = context_of(request), context_of(request).rulebook
    moment = Moment.of(context.now(), book.calendar)
    with context.database.read() as session:
        if not leads(session, principal.unit, principal.username):
            raise NotAllowed
        read = read_own_station if principal.parent else read_own_unit
        figures, units = read(session, principal.unit, moment, book.calendar), all_units(session)
        names = names_of(session, [pile.clerk for pile in figures.piles])
    known = {"figures_of": figures, "units": units, "names": names, "catalogue": book.catalogue, "at": moment.now}
    return context.page(request, "supervisors/own_unit.html", principal=principal, **known)
