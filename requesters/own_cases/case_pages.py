"""/cases/{number}: one case of the asking unit, live, with the asker's moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.actions import NO_CASE, seen_case
from cases.amending.amendments import amendments_of
from cases.attachments.attaching import shown, sides_of
from cases.case import Case, find_case, question_of
from cases.case_search import asked_too
from cases.conversation.message import of_case
from cases.errands.errand import errand_of
from cases.lifecycle import HELD, RETURNED, Actor
from cases.roles import actors_of
from cases.statistics.ratings import can_be_rated, rating_of
from cases.trail import trail
from cases.trail.trail import Trail
from cases.view import case_view
from cases.views import record_following, record_part, record_view
from requesters.ask.ask_form import form_faults, question_data, typed_of
from requesters.ask.pledge_pages import pledge_first
from requesters.ask.submit import LATELY, asked_lately
from requesters.ask.typed_documents import typed_document
from requesters.own_cases.actions import CHANGEABLE, MOVES, corrected
from requesters.own_cases.rating_forms import rate_typed
from requesters.own_cases.unread import note_view, viewed_since_answer
from requesters.receipts.watermarks import mark_for
from storage.json import Json
from storage.problem import FieldFault, Problem
from web.actions import try_action
from web.context import Context, context_of
from web.form_data import FormData, FormTyped, filled
from web.live import Shared, live

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
ACTIONS = {action.move: action for action in MOVES}


@dataclass
class Failed:
    """A move that was not made: which, what was typed for it, and why not."""

    move: str
    form_data: FormData
    faults: list[FieldFault]


@router.get("/cases/{number}")
def show_case(request: Request, number: str, principal: Asker) -> Response:
    """One case of one's own unit. The look is recorded."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = own_case(session, number, principal)
        values = _case_values(session, context, case, principal)
    note_view(context, [case.number], principal, now)
    return _case_page(request, context, principal, values)


def _case_page(request: Request, context: Context, principal: Principal, values: Json, failed: Failed | None = None) -> Response:
    mark = mark_for(principal, values["units"], context.now())
    status = 422 if failed else 200
    more = {"failed": failed, "mark": mark, "live": False}
    return context.page(request, "requesters/case.html", status=status, principal=principal, **values, **more)


def own_case(session: Session, number: str, principal: Principal) -> Case:
    """The case, if this person's unit asked it. Raises Problem."""
    case = seen_case(session, number, principal)
    if Actor.ASKER not in actors_of(principal, case):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_values(session: Session, context: Context, case: Case, principal: Principal) -> Json:
    catalogue = context.rulebook.catalogue
    lines = trail.of_cases(session, [case.number])
    view = case_view(case, lines, principal, context.now(), catalogue, amendments_of(session, case))
    moves = [move for move in view["open_moves"] if move in ACTIONS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "moves": moves}
    rating, talk = rating_of(session, case.number), of_case(session, case)
    may_rate = can_be_rated(case) and Actor.ASKER in actors_of(principal, case)
    more = {"rating": rating, "can_rate": may_rate, "twins": asked_too(session, case, LATELY), "talk": talk}
    people = {*(line["who"] for line in view["trail"]), *(one["seen_by"] for one in view["amendments"])}
    names = names_of(session, people | {one.who for one in talk if one.unit == case.unit})
    known |= {"attached": shown(session, case), "errand": errand_of(session, case.number)}
    known |= {"may_attach": Actor.ASKER in sides_of(principal, case)}
    known["why"] = trail.reason_of(lines, case.state)
    return {**known, **more, "names": names, "units": all_units(session), "passed": _passed(lines), "today": context.today()}


def _passed(lines: Sequence[Trail]) -> set[str]:
    """The states this case has been in; a contact's word by telephone counts as asking the community."""
    return {line.to for line in lines if line.to} | {"with_contact" for line in lines if line.action == "state"}


@router.get("/cases/{number}/live")
def follow_case(request: Request, number: str, principal: Asker) -> Response:
    """The living part of the case's page, sent again whenever the case changes; colleagues who watch it share it."""
    context, locale = context_of(request), context_of(request).locale(request, principal)

    def piece() -> str:
        with context.database.read() as session:
            values = _case_values(session, context, own_case(session, number, principal), principal)
        return context.piece(request, "requesters/case_live.html", locale=locale, failed=None, live=True, **values)

    with context.database.read() as session:
        case = own_case(session, number, principal)
    record_following(context.database, case, principal, context.now())
    eyes = (case.number, principal.unit, tuple(actors_of(principal, case)))
    return live(context, [f"case:{case.number}"], piece, Shared(("case", *eyes, locale)))


@router.post("/cases/{number}/seen")
def note_seen(request: Request, number: str, principal: Asker) -> Response:
    """An answer or a message arrived on an open page: that it was seen is recorded; an answer gets its reader's watermark."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = own_case(session, number, principal)
        seen, units = viewed_since_answer(session, case, principal), all_units(session)
    if not seen:
        note_view(context, [case.number], principal, now)
    mark = mark_for(principal, units, now)
    return context.page(request, "requesters/case_mark.html", principal=principal, mark=mark, case=case)


@router.get("/cases/{number}/correct")
def show_correction(request: Request, number: str, principal: Asker) -> Response:
    """The form of a returned case, filled in with what was asked; as before any question, first what is pledged."""
    context = context_of(request)
    if way := pledge_first(context, principal):
        return way
    with context.database.read() as session:
        case = own_case(session, number, principal)
    record_view(context.database, case, principal, context.now())
    return _correct_page(request, context, case, principal, Failed("correct", typed_of(question_of(case)), []))


def _correct_page(
    request: Request, context: Context, case: Case, principal: Principal, failed: Failed, earlier: Sequence[Case] = ()
) -> Response:
    item = context.rulebook.catalogue.item(case.item)
    with context.database.read() as session:
        lines = trail.of_cases(session, [case.number])
    values = {"case": case, "item": item, "form_data": failed.form_data, "faults": failed.faults, "earlier": earlier}
    values["documents"] = {role.role: typed_document(role, failed.form_data) for role in item.subjects}
    values["returned"] = trail.reason_of(lines, RETURNED)
    status = 422 if failed.faults else 200
    return context.page(request, "requesters/correct.html", status=status, principal=principal, **values)


@router.post("/cases/{number}/correct")
def send_correction(request: Request, number: str, principal: Asker, form_data: FormTyped) -> Response:
    """Asks the corrected question; with faults the form comes back as it was typed."""
    context = context_of(request)
    with context.database.read() as session:
        case = own_case(session, number, principal)
    item = context.rulebook.catalogue.item(case.item)
    plain = {name: value for name, value in question_data(item, form_data).items() if name in CHANGEABLE}
    data = {**plain, "note": form_data.get("note", ""), "seen": form_data.get("seen") or None}
    if not form_data.get("again") and (earlier := _lately(context, case, plain, principal)):
        return _correct_page(request, context, case, principal, Failed("correct", form_data, []), earlier)
    faults = try_action(context, principal, number, ACTIONS["correct"], data)
    if not faults:
        return RedirectResponse(f"/cases/{case.number}?flash={_flash(context, case.number, 'correct')}", 303)
    standing = {**form_data, "matter": case.matter}  # the matter is what was granted; it stays
    failed = Failed("correct", form_data, form_faults(item, standing, faults))
    record_part(context.database, case, principal, context.now())
    return _correct_page(request, context, case, principal, failed)


def _lately(context: Context, case: Case, changes: Json, principal: Principal) -> Sequence[Case]:
    """Other cases of the unit in which the corrected question was asked lately: shown before it is sent, as with a new one."""
    try:
        question = corrected(case, changes, context.now(), context.rulebook)
    except Problem:
        return ()  # what is wrong with it is said when it is sent
    with context.database.read() as session:
        return asked_lately(session, question, principal.unit, context.now(), case.number)


@router.post("/cases/{number}/rate")
def rate_case(request: Request, number: str, principal: Asker, form_data: FormTyped) -> Response:
    """Rates the answer; rated again, the new marks stand."""
    context = context_of(request)
    faults = rate_typed(context, principal, number, form_data)
    return _after(request, context, principal, number, Failed("rate", form_data, faults))


@router.post("/cases/{number}/{move}")
def move_case(request: Request, number: str, move: str, principal: Asker, form_data: FormTyped) -> Response:
    """Accepts, disputes or withdraws; what cannot be done is said on the case's page, and nothing typed is lost."""
    context = context_of(request)
    faults = try_action(context, principal, number, ACTIONS.get(move), filled(form_data))
    return _after(request, context, principal, number, Failed(move, form_data, faults))


def _after(request: Request, context: Context, principal: Principal, number: str, tried: Failed) -> Response:
    if not tried.faults:
        return RedirectResponse(f"/cases/{number}?flash={_flash(context, number, tried.move)}", 303)
    with context.database.read() as session:
        case = own_case(session, number, principal)
        values = _case_values(session, context, case, principal)
    record_part(context.database, case, principal, context.now())
    return _case_page(request, context, principal, values, tried)


def _flash(context: Context, number: str, move: str) -> str:
    """What the page says after a move: of a late dispute and a held correction, that the supervisor decides."""
    if move not in ("dispute", "correct"):
        return move
    with context.database.read() as session:
        case = find_case(session, number)
    if case is not None and case.state == HELD:
        return "correct_held"
    return "dispute_late" if case is not None and case.decide_by else move
