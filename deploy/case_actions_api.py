"""The one route by which people move cases: POST /cases/{number}/{move}, whichever room the move belongs to."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request

from access.authentication import Door
from access.principal import Visitor
from cases.actions import Doer, Doing, MoveRefused, do, seen_case
from cases.lifecycle import MOVES, State, open_moves
from cases.moves import Refusal
from cases.roles import SCOPES, actors_of
from cases.trail import trail
from cases.view import case_view
from requesters.own_cases import actions as own_cases
from responders.desk import actions as desk
from storage.problem import N_, FieldFault, Problem
from supervisors.decisions import actions as decisions
from web.context import house_of

router = APIRouter(prefix="/api/v1")
DOINGS: tuple[Doing, ...] = (*own_cases.MOVES, *desk.MOVES, *decisions.MOVES)
NO_MOVE = N_("There is no such move.")
NOT_OPEN = N_("This cannot be done now: the case has moved on.")


def doing_for(doer: Doer, number: str, move: str) -> Doing:
    """How this person makes this move on this case. Raises Problem, or MoveRefused with the moves open to them."""
    offered = [doing for doing in DOINGS if doing.move == move]
    if not offered:
        raise Problem([FieldFault("move", "unknown_move", NO_MOVE)], 404)
    case = seen_case(doer.session, number, doer.visitor)
    actors = actors_of(doer.visitor, case)
    mine = [doing for doing in offered if doing.actor in actors]
    if not mine:
        still_open = open_moves(actors, State(case.state))
        raise MoveRefused(Refusal(case.number, "not_open", NOT_OPEN, {}, case.state, still_open))
    return mine[0]


@router.post("/cases/{number}/{move}", tags=["cases"], description="Moves: " + ", ".join(MOVES))
def move_case(
    request: Request,
    number: str,
    move: str,
    visitor: Annotated[Visitor, Depends(Door(scope=SCOPES.values()))],
    body: Annotated[dict[str, Any] | None, Body()] = None,
) -> dict[str, Any]:
    """Moves a case. 409 with the open moves when the case does not allow it now."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        doer = Doer(session, visitor, now, house.rulebook)
        case = do(doer, number, doing_for(doer, number, move), body or {})
        return case_view(case, trail.of_cases(session, [case.number]), visitor, now)
