"""/api/v1/cases/{number}/{move}: the one API route by which people move cases; and what was said on a case."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Request

from access.authentication import Authenticated
from access.principal import Principal
from cases.actions import NO_MOVE, Action, ActionContext, MoveRefused, perform, seen_case
from cases.amending.amendments import amendments_of
from cases.conversation.message import Message, note_read, of_case
from cases.lifecycle import MOVES, Actor
from cases.moves import Refusal
from cases.roles import SCOPES, actors_of
from cases.trail import trail
from cases.view import case_view, moves_of
from cases.views import record_view
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


Reader = Annotated[Principal, Depends(Authenticated("asker", "clerk", "supervisor", scope=tuple(SCOPES.values())))]
Mover = Annotated[Principal, Depends(Authenticated(scope=SCOPES.values()))]


@router.get("/cases/{number}/messages", tags=["cases"])
def list_messages(request: Request, number: str, principal: Reader) -> Json:
    """What both sides wrote on a case, oldest first. The look is recorded; for the clerk who has the case its mark is gone."""
    context = context_of(request)
    with context.database.read() as session:
        case = seen_case(session, number, principal)
    record_view(context.database, case, principal, context.now())
    with context.database.write() as session:
        actors = actors_of(principal, case)
        if Actor.CLERK in actors:
            note_read(session, case, principal.username, principal.unit)
        # A station that had the case sees where it went, and nothing that was said since.
        return {"messages": [_shown(one, principal) for one in (of_case(session, case) if actors else ())]}


def _shown(one: Message, principal: Principal) -> Json:
    """A message; people of other units are shown by what they are, not by name."""
    own = one.unit == principal.unit or "supervisor" in principal.roles
    said = {name: getattr(one, name) for name in ("id", "at", "kind", "side", "unit", "words")}
    return {**said, "who": one.who if own else ""}


@router.post("/cases/{number}/messages", tags=["cases"], status_code=201)
def write_message(request: Request, number: str, principal: Mover, body: Annotated[Json, Body()]) -> Json:
    """Writes a message on a case: the move `message`, as asker or as clerk. The case as it is then."""
    return move_case(request, number, "message", principal, body)


@router.post("/cases/{number}/{move}", tags=["cases"], description="Moves: " + ", ".join(MOVES))
def move_case(
    request: Request,
    number: str,
    move: str,
    principal: Mover,
    body: Annotated[Json | None, Body()] = None,
) -> Json:
    """Moves a case. 409 with the open moves when the case does not allow it now."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        acting = ActionContext(session, principal, now, context.rulebook)
        case = perform(acting, number, action_for(acting, number, move), body or {})
        lines, changed = trail.of_cases(session, [case.number]), amendments_of(session, case)
        return case_view(case, lines, principal, now, context.rulebook.catalogue, changed)
