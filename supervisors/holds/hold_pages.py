"""/held: questions held by the fishing guard: let through or refused, several with one reason."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.actions import ActionContext, MoveRefused, perform
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from supervisors.decisions.actions import LET_THROUGH, REFUSE
from supervisors.holds.holds import RULES, held_questions
from web.context import Context, context_of

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
Watcher = Annotated[Principal, Depends(Authenticated("supervisor", "admin"))]
MOST_AT_ONCE = 50
ACTIONS = {"let_through": LET_THROUGH, "refuse": REFUSE}
NONE_MARKED = N_("Mark the questions that you decide about.")
NO_REASON = N_("This field is needed.")
NO_DECISION = N_("Let them through, or refuse them.")


@router.get("/held")
def list_held(request: Request, principal: Watcher) -> Response:
    """The questions that wait for a supervisor; an administrator goes on to what is frozen."""
    if "supervisor" not in principal.roles:
        return RedirectResponse("/held/frozen", 303)
    return _page(request, principal, {}, [])


def _page(request: Request, principal: Principal, form_data: Json, faults: list[FieldFault]) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        held, units = held_questions(session), all_units(session)
        names = names_of(session, (one.case.asked_by for one in held))
    values = {"held": held, "units": units, "names": names, "catalogue": context.rulebook.catalogue, "rules": RULES}
    status = 422 if faults else 200
    return context.page(
        request, "supervisors/held.html", status=status, principal=principal, form_data=form_data, faults=faults, **values
    )


@router.post("/held")
def decide_held(
    request: Request,
    principal: Supervisor,
    number: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it for each request
    note: Annotated[str, Form(max_length=500)] = "",
    decision: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Lets each of the marked questions through, or refuses it, with one reason; one that has moved on is passed over."""
    context, numbers, note = context_of(request), list(dict.fromkeys(number))[:MOST_AT_ONCE], note.strip()
    faults = [] if numbers else [FieldFault("number", "missing", NONE_MARKED)]
    faults += [] if note else [FieldFault("note", "missing", NO_REASON)]
    faults += [] if decision in ACTIONS else [FieldFault("decision", "not_a_choice", NO_DECISION)]
    if faults:
        return _page(request, principal, {"note": note, "number": numbers}, faults)
    with context.database.write() as session:
        done = sum(_decided(session, context, principal, one, decision, note) for one in numbers)
    return RedirectResponse(f"/held?{decision}={done}&passed={len(numbers) - done}", 303)


def _decided(session: Session, context: Context, principal: Principal, number: str, decision: str, note: str) -> bool:
    try:
        perform(ActionContext(session, principal, context.now(), context.rulebook), number, ACTIONS[decision], {"note": note})
    except (MoveRefused, Problem):
        return False
    return True
