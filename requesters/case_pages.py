"""The asking unit's cases in the browser: the list, one case as it lives, and what its asker may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from cases import trail
from cases.case import Case, Filter, page_of, question_of
from cases.doing import NO_CASE, Doer, MoveRefused, do, seen_case
from cases.door import Door, Visitor
from cases.house import House, house_of
from cases.lifecycle import OPEN, Actor
from cases.live import live
from cases.look import write_look
from cases.problem import FieldFault, Problem
from cases.trail import Trail
from cases.typed import FormTyped, Typed, filled
from cases.units import all_units
from cases.view import case_view
from requesters.api import cursor_after, read_cursor
from requesters.ask_form import form_faults, question_data, typed_of
from requesters.moves import CHANGEABLE, MOVES

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
DOINGS = {doing.move: doing for doing in MOVES}
SHOWN = {
    "all": (),
    "open": tuple(state.value for state in sorted(OPEN)),
    "returned": ("returned",),
    "answered": ("answered",),
    "closed": ("closed", "withdrawn"),
}
LIMIT = 30


@dataclass
class Failed:
    """A move that was not made: which, what was typed for it, and why not."""

    move: str
    typed: Typed
    faults: list[FieldFault]


@router.get("/cases")
def list_cases(request: Request, visitor: Asker, state: str = "all", mine: bool = False, cursor: str = "") -> Response:
    """The unit's cases, newest first."""
    house, asked_by = house_of(request), visitor.username if mine else ""
    filters = Filter(states=SHOWN.get(state, ()), unit=visitor.unit, asked_by=asked_by, after=read_cursor(cursor))
    with house.database.read() as session:
        cases, units = page_of(session, filters, LIMIT), all_units(session)
    values = {"cases": cases, "units": units, "state": state if state in SHOWN else "all", "mine": mine}
    more = {"next": cursor_after(cases, LIMIT), "catalogue": house.rulebook.catalogue}
    page: Response = house.page(request, "requesters/cases.html", visitor=visitor, **values, **more)
    return page


@router.get("/cases/{number}")
def show_case(request: Request, number: str, visitor: Asker) -> Response:
    """One case of one's own unit. The look is recorded."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        case = own_case(session, number, visitor)
        values = _case_values(session, house, case, visitor)
    write_look(house, case, visitor, now)
    page: Response = house.page(request, "requesters/case.html", visitor=visitor, failed=None, **values)
    return page


def own_case(session: Session, number: str, visitor: Visitor) -> Case:
    """The case, if this person's unit asked it. Raises Problem."""
    case = seen_case(session, number, visitor)
    if Actor.ASKER not in visitor.actors(case):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_values(session: Session, house: House, case: Case, visitor: Visitor) -> dict[str, Any]:
    catalogue = house.rulebook.catalogue
    lines = trail.of_cases(session, [case.number])
    view = case_view(case, lines, visitor, house.now())
    moves = [move for move in view["open_moves"] if move in DOINGS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "moves": moves}
    return {**known, "units": all_units(session), "passed": _passed(lines)}


def _passed(lines: Sequence[Trail]) -> set[str]:
    """The states this case has been in; a contact's word by telephone counts as asking the community."""
    return {line.to for line in lines if line.to} | {"with_contact" for line in lines if line.action == "state"}


@router.get("/cases/{number}/live")
def follow_case(request: Request, number: str, visitor: Asker) -> Response:
    """The living part of the case's page, sent again whenever the case changes."""
    house = house_of(request)

    def piece() -> str:
        with house.database.read() as session:
            values = _case_values(session, house, own_case(session, number, visitor), visitor)
        page: Response = house.page(request, "requesters/case_live.html", visitor=visitor, failed=None, **values)
        return bytes(page.body).decode()

    with house.database.read() as session:
        case = own_case(session, number, visitor)
    return live(house, [f"case:{case.number}"], piece)


@router.get("/cases/{number}/correct")
def show_correction(request: Request, number: str, visitor: Asker) -> Response:
    """The form of a returned case, filled in with what was asked."""
    house = house_of(request)
    with house.database.read() as session:
        case = own_case(session, number, visitor)
        return _correct_page(request, house, case, visitor, Failed("correct", typed_of(question_of(case)), []))


def _correct_page(request: Request, house: House, case: Case, visitor: Visitor, failed: Failed) -> Response:
    item, returned = house.rulebook.catalogue.item(case.item), ""
    with house.database.read() as session:
        lines = trail.of_cases(session, [case.number])
    returned = next((line.note for line in reversed(lines) if line.to == "returned"), "")
    values = {"case": case, "item": item, "typed": failed.typed, "faults": failed.faults, "returned": returned}
    status = 422 if failed.faults else 200
    page: Response = house.page(request, "requesters/correct.html", status=status, visitor=visitor, **values)
    return page


@router.post("/cases/{number}/correct")
def send_correction(request: Request, number: str, visitor: Asker, typed: FormTyped) -> Response:
    """Asks the corrected question; with faults the form comes back as it was typed."""
    house = house_of(request)
    with house.database.read() as session:
        case = own_case(session, number, visitor)
    item = house.rulebook.catalogue.item(case.item)
    plain = {name: value for name, value in question_data(item, typed).items() if name in CHANGEABLE}
    data = {**plain, "note": typed.get("note", ""), "seen": typed.get("seen") or None}
    faults = _try_move(house, visitor, number, "correct", data)
    if faults is None:
        return RedirectResponse(f"/cases/{case.number}?said=correct", 303)
    standing = {**typed, "matter": case.matter}  # the matter is what was granted; it stays
    failed = Failed("correct", typed, form_faults(item, standing, faults))
    return _correct_page(request, house, case, visitor, failed)


@router.post("/cases/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Asker, typed: FormTyped) -> Response:
    """Accepts, disputes or withdraws; what cannot be done is said on the case's page, and nothing typed is lost."""
    house = house_of(request)
    faults = _try_move(house, visitor, number, move, filled(typed))
    if faults is None:
        return RedirectResponse(f"/cases/{number}?said={move}", 303)
    with house.database.read() as session:
        values = _case_values(session, house, own_case(session, number, visitor), visitor)
    failed = Failed(move, typed, faults)
    page: Response = house.page(request, "requesters/case.html", status=422, visitor=visitor, failed=failed, **values)
    return page


def _try_move(house: House, visitor: Visitor, number: str, move: str, data: dict[str, Any]) -> list[FieldFault] | None:
    if move not in DOINGS:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    try:
        with house.database.write() as session:
            do(Doer(session, visitor, house.now(), house.rulebook), number, DOINGS[move], data)
    except MoveRefused as refused:
        why = refused.refusal
        return [FieldFault("", why.code, why.message, dict(why.params))]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return None
