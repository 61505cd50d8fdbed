"""The wall: the board for the hall, a few figures at a time, large enough to read from five metres, live and turning by itself."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from access.authentication import WatchingDoor
from access.principal import Visitor
from access.units import all_units
from cases.trail import trail
from supervisors.board import board_words, lights
from supervisors.board.board import Moment, read_board
from web.context import House, house_of
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visitor, Depends(WatchingDoor("supervisor", "admin"))]
WORDS = {"words_of": board_words, "lights": lights}


@router.get("/wall")
def show_wall(request: Request, visitor: Watcher) -> Response:
    """The wall. It shows counts only: people of the street pass it."""
    house = house_of(request)
    return house.page(request, "supervisors/wall.html", visitor=visitor, **_values(house))


@router.get("/wall/live")
def follow_wall(request: Request, visitor: Watcher) -> Response:
    """The figures, sent again whenever they change; one rendering for all walls of a language."""
    house = house_of(request)

    def piece() -> str:
        return house.piece(request, "supervisors/wall_live.html", visitor=visitor, **_values(house))

    return live(house, ["all"], piece, Shared(("wall", house.locale(request, visitor))))


def _values(house: House) -> dict[str, Any]:
    with house.database.read() as session:
        # While no case moves the figures of a moment ago will do: halls have many walls, and they look often.
        moment = Moment.of(house.now(), house.rulebook.calendar)
        board = house.reports.get(("wall", trail.newest(session)), lambda: read_board(session, moment))
        units = all_units(session)
    return {"board": board, "units": units, "catalogue": house.rulebook.catalogue, **WORDS}
