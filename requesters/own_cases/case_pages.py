"""One case of the asking unit in the browser: as it lives, and what its asker may do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases.actions import NO_CASE, seen_case
from cases.case import Case, asked_too, question_of
from cases.lifecycle import Actor
from cases.ratings import can_be_rated, rating_of
from cases.roles import actors_of
from cases.trail import trail
from cases.trail.trail import Trail
from cases.view import case_view
from requesters.ask.ask_form import form_faults, question_data, typed_of
from requesters.ask.submit import LATELY
from requesters.own_cases.actions import CHANGEABLE, MOVES
from requesters.own_cases.rating_forms import rate_typed
from requesters.own_cases.unread import looked_since_answer, note_look
from requesters.receipts.watermarks import mark_for
from storage.problem import FieldFault, Problem
from web.actions import try_move
from web.context import House, house_of
from web.form_data import FormTyped, Typed, filled
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
DOINGS = {doing.move: doing for doing in MOVES}


@dataclass
class Failed:
    """A move that was not made: which, what was typed for it, and why not."""

    move: str
    typed: Typed
    faults: list[FieldFault]


@router.get("/cases/{number}")
def show_case(request: Request, number: str, visitor: Asker) -> Response:
    """One case of one's own unit. The look is recorded."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        case = own_case(session, number, visitor)
        values = _case_values(session, house, case, visitor)
    note_look(house, [case.number], visitor, now)
    return _case_page(request, house, visitor, values)


def _case_page(request: Request, house: House, visitor: Visitor, values: dict[str, Any], failed: Failed | None = None) -> Response:
    mark = mark_for(visitor, values["units"], house.now())
    status = 422 if failed else 200
    more = {"failed": failed, "mark": mark, "live": False}
    return house.page(request, "requesters/case.html", status=status, visitor=visitor, **values, **more)


def own_case(session: Session, number: str, visitor: Visitor) -> Case:
    """The case, if this person's unit asked it. Raises Problem."""
    case = seen_case(session, number, visitor)
    if Actor.ASKER not in actors_of(visitor, case):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_values(session: Session, house: House, case: Case, visitor: Visitor) -> dict[str, Any]:
    catalogue = house.rulebook.catalogue
    lines = trail.of_cases(session, [case.number])
    view = case_view(case, lines, visitor, house.now())
    moves = [move for move in view["open_moves"] if move in DOINGS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "moves": moves}
    rating = rating_of(session, case.number)
    may_rate = can_be_rated(case) and Actor.ASKER in actors_of(visitor, case)
    more = {"rating": rating, "can_rate": may_rate, "twins": asked_too(session, case, LATELY)}
    names = names_of(session, (line["who"] for line in view["trail"]))
    return {**known, **more, "names": names, "units": all_units(session), "passed": _passed(lines)}


def _passed(lines: Sequence[Trail]) -> set[str]:
    """The states this case has been in; a contact's word by telephone counts as asking the community."""
    return {line.to for line in lines if line.to} | {"with_contact" for line in lines if line.action == "state"}


@router.get("/cases/{number}/live")
def follow_case(request: Request, number: str, visitor: Asker) -> Response:
    """The living part of the case's page, sent again whenever the case changes; colleagues who watch it share it."""
    house, locale = house_of(request), house_of(request).locale(request, visitor)

    def piece() -> str:
        with house.database.read() as session:
            values = _case_values(session, house, own_case(session, number, visitor), visitor)
        return house.piece(request, "requesters/case_live.html", locale=locale, failed=None, live=True, **values)

    with house.database.read() as session:
        case = own_case(session, number, visitor)
    eyes = (case.number, visitor.unit, tuple(actors_of(visitor, case)))
    return live(house, [f"case:{case.number}"], piece, Shared(("case", *eyes, locale)))


@router.post("/cases/{number}/seen")
def note_seen(request: Request, number: str, visitor: Asker) -> Response:
    """An answer arrived on an open page: that it was seen is recorded, and it gets its reader's watermark."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        case = own_case(session, number, visitor)
        seen, units = looked_since_answer(session, case, visitor), all_units(session)
    if not seen:
        note_look(house, [case.number], visitor, now)
    mark = mark_for(visitor, units, now)
    return house.page(request, "requesters/case_mark.html", visitor=visitor, mark=mark)


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
    return house.page(request, "requesters/correct.html", status=status, visitor=visitor, **values)


@router.post("/cases/{number}/correct")
def send_correction(request: Request, number: str, visitor: Asker, typed: FormTyped) -> Response:
    """Asks the corrected question; with faults the form comes back as it was typed."""
    house = house_of(request)
    with house.database.read() as session:
        case = own_case(session, number, visitor)
    item = house.rulebook.catalogue.item(case.item)
    plain = {name: value for name, value in question_data(item, typed).items() if name in CHANGEABLE}
    data = {**plain, "note": typed.get("note", ""), "seen": typed.get("seen") or None}
    faults = try_move(house, visitor, number, DOINGS["correct"], data)
    if not faults:
        return RedirectResponse(f"/cases/{case.number}?said=correct", 303)
    standing = {**typed, "matter": case.matter}  # the matter is what was granted; it stays
    failed = Failed("correct", typed, form_faults(item, standing, faults))
    return _correct_page(request, house, case, visitor, failed)


@router.post("/cases/{number}/rate")
def rate_case(request: Request, number: str, visitor: Asker, typed: FormTyped) -> Response:
    """Rates the answer; rated again, the new marks stand."""
    house = house_of(request)
    faults = rate_typed(house, visitor, number, typed)
    return _after(request, house, visitor, number, Failed("rate", typed, faults))


@router.post("/cases/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Asker, typed: FormTyped) -> Response:
    """Accepts, disputes or withdraws; what cannot be done is said on the case's page, and nothing typed is lost."""
    house = house_of(request)
    faults = try_move(house, visitor, number, DOINGS.get(move), filled(typed))
    return _after(request, house, visitor, number, Failed(move, typed, faults))


def _after(request: Request, house: House, visitor: Visitor, number: str, tried: Failed) -> Response:
    if not tried.faults:
        return RedirectResponse(f"/cases/{number}?said={tried.move}", 303)
    with house.database.read() as session:
        values = _case_values(session, house, own_case(session, number, visitor), visitor)
    return _case_page(request, house, visitor, values, tried)
