"""/board/{number}: one case for the supervisor: its trail and the supervisor's moves."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.actions import seen_case
from cases.amending.amendments import amendments_of
from cases.attachments.attaching import shown
from cases.case import Case, find_case
from cases.conversation.message import of_case
from cases.errands.errand import errand_of
from cases.statistics import ratings
from cases.trail import trail
from cases.view import case_view
from cases.views import record_part, record_view
from contacts.alerts.alerts import for_case
from contacts.in_hand import in_hand
from storage.json import Json
from storage.problem import FieldFault
from supervisors.board import board_words
from supervisors.board.board import Moment
from supervisors.board.case_lists import CaseListFilter, cases_behind
from supervisors.board.texts import fate_of, goes_out, reason_of
from supervisors.decisions.actions import MOVES
from supervisors.decisions.urge_texts import clerks_of, texts_wait
from supervisors.holds.holds import RULES, earlier_ones, why_held
from web.actions import try_action
from web.context import Context, context_of
from web.form_data import FormData, FormTyped, filled

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
WORDS = {"words_of": board_words, "fate_of": fate_of, "goes_out": goes_out, "reason_of": reason_of, "rules": RULES}
ACTIONS = {action.move: action for action in MOVES}
TEXTING = ("urge", "reassign")


@router.get("/board/{number}")
def show_case(request: Request, number: str, principal: Supervisor) -> Response:
    """One case with its whole trail. The look is recorded."""
    context = context_of(request)
    with context.database.read() as session:
        case = seen_case(session, number, principal)
    record_view(context.database, case, principal, context.now())
    return _case_page(request, principal, number, "", {}, [])


def _case_page(
    request: Request, principal: Principal, number: str, move: str, form_data: FormData, faults: list[FieldFault]
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        values = _case_values(session, context, seen_case(session, number, principal), principal)
    tried = {"move": move, "form_data": form_data, "faults": faults}
    status = 422 if faults else 200
    return context.page(request, "supervisors/board_case.html", status=status, principal=principal, tried=tried, **values)


def _case_values(session: Session, context: Context, case: Case, principal: Principal) -> Json:
    catalogue, units, now = context.rulebook.catalogue, all_units(session), context.now()
    lines, texts = trail.of_cases(session, [case.number]), for_case(session, case.number)
    view = case_view(case, lines, principal, now, catalogue, amendments_of(session, case))
    moves = [move for move in view["open_moves"] if move in ACTIONS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view}
    others = [unit for unit in units.values() if unit.holds and unit.code != case.holder]
    reached = in_hand(session, case, now) if "urge" in moves else []
    clerks = [one for one in clerks_of(session, case.desk, now) if one.username != case.taken_by] if "reassign" in moves else []
    late = cases_behind(session, CaseListFilter("overdue"), Moment.of(now, context.rulebook.calendar), 2).cases
    following = next((one for one in late if one.number != case.number), None)
    talk = of_case(session, case)
    named = {case.asked_by, case.taken_by, *(line.who for line in lines), *(text.recipient for text in texts)}
    named |= {one.who for one in talk}
    named |= {str(line.details.get("instead_of", "")) for line in lines}
    people = {"reached": reached, "clerks": clerks, "texts": texts, "talk": talk, "names": names_of(session, named)}
    known |= {"attached": shown(session, case), "errand": errand_of(session, case.number)}
    why = why_held(session, [case.number]).get(case.number) if any(line.action == "hold" for line in lines) else None
    held = {"why": why, "earlier": earlier_ones(session, why) if why else [], "rating": ratings.rating_of(session, case.number)}
    return {**known, **people, **held, "units": units, "moves": moves, "others": others, "following": following, **WORDS}


@router.post("/board/{number}/{move}")
def move_case(request: Request, number: str, move: str, principal: Supervisor, form_data: FormTyped) -> Response:
    """Makes one of the supervisor's moves; what was typed is shown again with what is wrong about it."""
    context = context_of(request)
    faults = try_action(context, principal, number, ACTIONS.get(move), filled(form_data))
    if not faults:
        return RedirectResponse(f"/board/{number}?flash={move}{_told(context, number, move)}", 303)
    with context.database.read() as session:
        case = seen_case(session, number, principal)
    record_part(context.database, case, principal, context.now())
    return _case_page(request, principal, number, move, form_data, faults)


def _told(context: Context, number: str, move: str) -> str:
    """The end of the `said`: whether a text goes out at once, when the offices open, or to nobody."""
    if move not in TEXTING:
        return ""
    with context.database.read() as session:
        case = find_case(session, number)
        reached = in_hand(session, case, context.now()) if case else []
    if not reached:
        return "_nobody"
    return "_waits" if texts_wait(context.rulebook.calendar, context.now()) else ""
