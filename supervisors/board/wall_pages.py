"""/wall: the board for a large screen, a few figures at a time, live."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import AuthenticatedOnAWall
from access.principal import Principal
from access.units import all_units
from cases.trail import trail
from storage.json import Json
from supervisors.board import board_words, lights
from supervisors.board.board import Moment, read_board
from web.context import Context, context_of
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Principal, Depends(AuthenticatedOnAWall("supervisor", "admin"))]
WORDS = {"words_of": board_words, "lights": lights}


@router.get("/wall")
def show_wall(request: Request, principal: Watcher) -> Response:
    """The wall. It shows counts only: people of the street pass it."""
    context = context_of(request)
    return context.page(request, "supervisors/wall.html", principal=principal, **_values(context))


@router.get("/wall/live")
def follow_wall(request: Request, principal: Watcher) -> Response:
    """The figures, sent again whenever they change; one rendering for all walls of a language."""
    context = context_of(request)

    def piece() -> str:
        return context.piece(request, "supervisors/wall_live.html", principal=principal, **_values(context))

    return live(context, ["all"], piece, Shared(("wall", context.locale(request, principal))))


def _values(context: Context) -> Json:
    with context.database.read() as session:
        # While no case moves the figures of a moment ago will do: halls have many walls, and they look often.
        moment = Moment.of(context.now(), context.rulebook.calendar)
        board = context.reports.get(("wall", trail.newest(session)), lambda: read_board(session, moment))
        units = all_units(session)
    return {"board": board, "units": units, "catalogue": context.rulebook.catalogue, **WORDS}
