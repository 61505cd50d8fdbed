"""One case as the supervisor sees it: its whole trail, and urging, giving to another clerk, taking back and deciding."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases import ratings
from cases.actions import seen_case
from cases.case import Case, find_case
from cases.trail import trail
from cases.view import case_view
from cases.views import write_look
from contacts.alerts.alerts import for_case
from storage.problem import FieldFault
from supervisors.board import board_words
from supervisors.board.board import Moment
from supervisors.board.case_lists import Wanted, cases_behind
from supervisors.board.texts import fate_of, goes_out
from supervisors.decisions.actions import MOVES
from supervisors.decisions.urging import clerks_of, in_hand, texts_wait
from supervisors.holds.holds import RULES, earlier_ones, why_held
from web.actions import try_move
from web.context import House, house_of
from web.form_data import FormTyped, Typed, filled

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
WORDS = {"words_of": board_words, "fate_of": fate_of, "goes_out": goes_out, "rules": RULES}
DOINGS = {doing.move: doing for doing in MOVES}
TEXTING = ("urge", "reassign")


@router.get("/board/{number}")
def show_case(request: Request, number: str, visitor: Supervisor) -> Response:
    """One case with its whole trail. The look is recorded."""
    house = house_of(request)
    with house.database.read() as session:
        case = seen_case(session, number, visitor)
    write_look(house.database, case, visitor, house.now())
    return _case_page(request, visitor, number, "", {}, [])


def _case_page(request: Request, visitor: Visitor, number: str, move: str, typed: Typed, faults: list[FieldFault]) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        values = _case_values(session, house, seen_case(session, number, visitor), visitor)
    tried = {"move": move, "typed": typed, "faults": faults}
    status = 422 if faults else 200
    return house.page(request, "supervisors/board_case.html", status=status, visitor=visitor, tried=tried, **values)


def _case_values(session: Session, house: House, case: Case, visitor: Visitor) -> dict[str, Any]:
    catalogue, units, now = house.rulebook.catalogue, all_units(session), house.now()
    lines, texts = trail.of_cases(session, [case.number]), for_case(session, case.number)
    view = case_view(case, lines, visitor, now)
    moves = [move for move in view["open_moves"] if move in DOINGS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view}
    others = [unit for unit in units.values() if unit.answers and unit.code != case.holder]
    reached = in_hand(session, case, now) if "urge" in moves else []
    clerks = [one for one in clerks_of(session, case.holder) if one.username != case.taken_by] if "reassign" in moves else []
    late = cases_behind(session, Wanted("overdue"), Moment.of(now, house.rulebook.calendar), 2).cases
    following = next((one for one in late if one.number != case.number), None)
    named = {case.asked_by, case.taken_by, *(line.who for line in lines), *(text.recipient for text in texts)}
    people = {"reached": reached, "clerks": clerks, "texts": texts, "names": names_of(session, named)}
    why = why_held(session, [case.number]).get(case.number) if any(line.action == "hold" for line in lines) else None
    held = {"why": why, "earlier": earlier_ones(session, why) if why else [], "rating": ratings.rating_of(session, case.number)}
    return {**known, **people, **held, "units": units, "moves": moves, "others": others, "following": following, **WORDS}


@router.post("/board/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Supervisor, typed: FormTyped) -> Response:
    """Makes one of the supervisor's moves; what was typed is shown again with what is wrong about it."""
    house = house_of(request)
    faults = try_move(house, visitor, number, DOINGS.get(move), filled(typed))
    if not faults:
        return RedirectResponse(f"/board/{number}?said={move}{_told(house, number, move)}", 303)
    return _case_page(request, visitor, number, move, typed, faults)


def _told(house: House, number: str, move: str) -> str:
    """The end of the `said`: whether a text goes out at once, when the offices open, or to nobody."""
    if move not in TEXTING:
        return ""
    with house.database.read() as session:
        case = find_case(session, number)
        reached = in_hand(session, case, house.now()) if case else []
    if not reached:
        return "_nobody"
    return "_waits" if texts_wait(house.rulebook.calendar, house.now()) else ""
