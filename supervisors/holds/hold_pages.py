"""Held questions in the browser: the list, and letting through or refusing several with one reason."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases.actions import Doer, MoveRefused, do
from storage.problem import N_, FieldFault, Problem
from supervisors.decisions.actions import LET_THROUGH, REFUSE
from supervisors.holds.holds import RULES, held_questions
from web.context import House, house_of

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
Watcher = Annotated[Visitor, Depends(Door("supervisor", "admin"))]
MOST_AT_ONCE = 50
DOINGS = {"let_through": LET_THROUGH, "refuse": REFUSE}
NONE_MARKED = N_("Mark the questions that you decide about.")
NO_REASON = N_("This field is needed.")
NO_DECISION = N_("Let them through, or refuse them.")


@router.get("/held")
def list_held(request: Request, visitor: Watcher) -> Response:
    """The questions that wait for a supervisor; an administrator goes on to what is frozen."""
    if "supervisor" not in visitor.roles:
        return RedirectResponse("/held/frozen", 303)
    return _page(request, visitor, {}, [])


def _page(request: Request, visitor: Visitor, typed: dict[str, Any], faults: list[FieldFault]) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        held, units = held_questions(session), all_units(session)
        names = names_of(session, (one.case.asked_by for one in held))
    values = {"held": held, "units": units, "names": names, "catalogue": house.rulebook.catalogue, "rules": RULES}
    status = 422 if faults else 200
    return house.page(request, "supervisors/held.html", status=status, visitor=visitor, typed=typed, faults=faults, **values)


@router.post("/held")
def decide_held(
    request: Request,
    visitor: Supervisor,
    number: Annotated[list[str], Form()] = [],  # noqa: B006  # FastAPI copies it for each request
    note: Annotated[str, Form(max_length=500)] = "",
    decision: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Lets each of the marked questions through, or refuses it, with one reason; one that has moved on is passed over."""
    house, numbers, note = house_of(request), list(dict.fromkeys(number))[:MOST_AT_ONCE], note.strip()
    faults = [] if numbers else [FieldFault("number", "missing", NONE_MARKED)]
    faults += [] if note else [FieldFault("note", "missing", NO_REASON)]
    faults += [] if decision in DOINGS else [FieldFault("decision", "not_a_choice", NO_DECISION)]
    if faults:
        return _page(request, visitor, {"note": note, "number": numbers}, faults)
    with house.database.write() as session:
        done = sum(_decided(session, house, visitor, one, decision, note) for one in numbers)
    return RedirectResponse(f"/held?{decision}={done}&passed={len(numbers) - done}", 303)


def _decided(session: Session, house: House, visitor: Visitor, number: str, decision: str, note: str) -> bool:
    try:
        do(Doer(session, visitor, house.now(), house.rulebook), number, DOINGS[decision], {"note": note})
    except (MoveRefused, Problem):
        return False
    return True
