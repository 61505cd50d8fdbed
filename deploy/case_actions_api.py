"""/api/v1/cases/{number}/{move}: the one API route by which people move cases."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request

from access.authentication import Authenticated
from access.principal import Principal
from cases.actions import NO_MOVE, Action, ActionContext, MoveRefused, perform, seen_case
from cases.amending.amendments import amendments_of
from cases.lifecycle import MOVES
from cases.moves import Refusal
from cases.roles import SCOPES, actors_of
from cases.trail import trail
from cases.view import case_view, moves_of
from requesters.own_cases import actions as own_cases
from responders.desk import actions as desk
from responders.desk import amend_actions, station_actions
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from supervisors.decisions import actions as decisions
from web.context import context_of

router = APIRouter(prefix="/api/v1")
ACTIONS: tuple[Action, ...] = (*own_cases.MOVES, *desk.MOVES, *station_actions.MOVES, *amend_actions.MOVES, *decisions.MOVES)
NOT_OPEN = N_("This cannot be done now: the case has moved on.")


def action_for(acting: ActionContext, number: str, move: str) -> Action:
    """How this person makes this move on this case. Raises Problem, or MoveRefused with the moves open to them."""
    offered = [action for action in ACTIONS if action.move == move]
    if not offered:
        raise Problem([FieldFault("move", "unknown_move", NO_MOVE)], 404)
    case = seen_case(acting.session, number, acting.principal)
    actors = actors_of(acting.principal, case)
    mine = [action for action in offered if action.actor in actors]
    if not mine:
        still_open = moves_of(acting.principal, case)
        raise MoveRefused(Refusal(case.number, "not_open", NOT_OPEN, {}, case.state, still_open))
    return mine[0]


@router.post("/cases/{number}/{move}", tags=["cases"], description="Moves: " + ", ".join(MOVES))
def move_case(
    request: Request,
    number: str,
    move: str,
    principal: Annotated[Principal, Depends(Authenticated(scope=SCOPES.values()))],
    body: Annotated[Json | None, Body()] = None,
) -> Json:
    """Moves a case. 409 with the open moves when the case does not allow it now."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        acting = ActionContext(session, principal, now, context.rulebook)
        case = perform(acting, number, action_for(acting, number, move), body or {})
        lines, changed = trail.of_cases(session, [case.number]), amendments_of(session, case)
        return case_view(case, lines, principal, now, context.rulebook.catalogue, changed)
