"""/desk/{number}: one case for its clerk: question, machine's tries, earlier answers, answer form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Authenticated, AuthenticatedWithGrace
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from cases.actions import NO_CASE, NO_MOVE, ActionContext, MoveRefused, perform, seen_case
from cases.amending.amendments import amendments_of
from cases.attachments.attaching import shown, sides_of
from cases.case import Case, question_of
from cases.conversation.message import note_read, of_case
from cases.errands.errand import errand_of
from cases.lifecycle import Actor
from cases.roles import actors_of, had_it
from cases.trail import trail
from cases.view import case_view
from cases.views import record_following, record_part, record_view
from responders.community.news import news_of
from responders.community.phone_task import Wish, phone_task, wish_of
from responders.desk import amend_actions, drafts, station_actions
from responders.desk.actions import MOVES
from responders.desk.desk_lookup import is_number
from responders.desk.desk_piles import desk_of
from responders.desk.earlier_answers import clerk_names, colleagues, earlier_answers, open_elsewhere
from responders.desk.flashes import flash_of
from responders.desk.machine_tries import machine_tries
from responders.desk.next_case import take_next
from responders.desk.phrases_without_script import with_phrase
from responders.desk.presence import present
from responders.desk.talk_actions import with_reasons
from storage.database import Database
from storage.first_rows import FirstRows
from storage.json import Json
from storage.problem import FieldFault, Problem, RosterProblem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped, filled
from web.live import live

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]
Writer = Annotated[Principal, Depends(AuthenticatedWithGrace("clerk"))]
ACTIONS = {action.move: action for action in (*MOVES, *station_actions.MOVES, *amend_actions.MOVES)}
Record = Callable[[Database, Case, Principal, datetime, str], None]
LEAVING = frozenset(
    {"answer", "return", "forward", "release", "reassign", "hand_to_station", "hand_back"}
)  # after these the clerk goes on with the next case


@dataclass
class Tried:
    """A move that was not made: which, what was typed for it, and why not. Empty when the page is just opened.

    `before` is the number of the case that was answered on the way here.
    """

    move: str = ""
    form_data: FormData = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    before: str = ""


@router.get("/desk/{number}")
def show_case(request: Request, number: str, principal: Clerk, q: str = "", town: str = "", area: str = "") -> Response:
    """The case with everything that is needed to answer it; the look goes on the trail."""
    about = request.query_params.get("about", "")
    tried = Tried(form_data={"q": q, "town": town, "area": area}, before=about if is_number(about) else "")
    return _case_page(request, principal, number, tried, record_view)


def own_case(session: Session, number: str, principal: Principal, or_had: bool = False) -> Case:
    """A case of the principal's own desk, or `or_had` of one that had it; another's does not exist here. Raises Problem."""
    case = seen_case(session, number, principal)
    if Actor.CLERK not in actors_of(principal, case) and not (or_had and had_it(principal, case)):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_page(request: Request, principal: Principal, number: str, tried: Tried, record: Record) -> Response:
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = own_case(session, number, principal, or_had=True)
        kept = drafts.of_case(session, principal.username, case.number)
        wish = wish_of(tried.form_data)
        wish = wish_of(kept["state"].fields) if wish == Wish() and "state" in kept else wish
        task = phone_task(session, case, wish, now)
    record(context.database, case, principal, now, task.looked_at)
    if case.desk_unread:
        with context.database.write() as session:
            note_read(session, case, principal.username, principal.unit)
    with context.database.read() as session:
        values = _case_values(session, context, own_case(session, number, principal, or_had=True), principal, now)
    shown = {**values, "drafts": kept, "task": task, "question": question_of(values["case"]), "tried": tried}
    shown["written"] = {move: one.fields for move, one in kept.items()} | ({tried.move: tried.form_data} if tried.move else {})
    status = 409 if any(not fault.field for fault in tried.faults) else 422 if tried.faults else 200
    return context.page(request, "responders/desk_case.html", status=status, principal=principal, **shown)


def _case_values(session: Session, context: Context, case: Case, principal: Principal, now: datetime) -> Json:
    catalogue, lines = context.rulebook.catalogue, trail.of_cases(session, [case.number])
    view = case_view(case, lines, principal, now, catalogue, amendments_of(session, case))
    units = all_units(session)
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "units": units}
    told = {**_news(session, case, principal, case.version), "earlier": earlier_answers(session, case, now)}
    told["open_too"] = open_elsewhere(session, case, desk_of(principal)) if case.open else FirstRows()
    others = [unit for unit in units.values() if unit.holds and unit.code != case.holder]
    told |= {"attached": () if had_it(principal, case) else shown(session, case), "errand": errand_of(session, case.number)}
    told |= {"may_attach": Actor.CLERK in sides_of(principal, case)}
    here = {"here": present(session, [case.number], now), "seen": case.version}
    window = {
        "tries": machine_tries(lines),
        "colleagues": colleagues(session, principal.unit, principal.username, now),
        "stations": [one for one in units.stations_of(case.holder) if one.answers and one.code != case.station],
    }
    moves, names = [move for move in view["open_moves"] if move in ACTIONS], clerk_names(session, units.house(principal.house))
    told |= {"others": others, "moves": moves, "names": names, "mine": case.taken_by in ("", principal.username)}
    return {**known, **told, **here, **window}


def _news(session: Session, case: Case, principal: Principal, seen: int) -> Mapping[str, object]:
    """What is new; to whoever had the case that it has gone on, and nothing that was said since."""
    if Actor.CLERK in actors_of(principal, case):
        return {**news_of(session, case, seen), "talk": of_case(session, case)}
    return {"statements": [], "unclear": [], "rungs": [], "quiet": False, "talk": []}


@router.get("/desk/{number}/live")
def follow_case(request: Request, number: str, principal: Clerk, seen: int = 0) -> Response:
    """Tells a clerk who has the case open that it has changed and who else is at it; what is being typed is left alone."""
    context = context_of(request)

    def piece() -> str:
        with context.database.read() as session:
            case = seen_case(session, number, principal)
        if case.desk_unread:  # who has the page open reads it there
            with context.database.write() as session:
                note_read(session, case, principal.username, principal.unit)
        with context.database.read() as session:
            case = seen_case(session, number, principal)
            names = clerk_names(session, sorted({principal.unit, *case.desks}))
            here, news = present(session, [case.number], context.now()), _news(session, case, principal, seen)
            units = all_units(session)
        item = context.rulebook.catalogue.item(case.item)
        values = {"case": case, "item": item, "seen": seen, "names": names, "here": here, "following": True, "units": units, **news}
        return context.piece(request, "responders/desk_changed.html", principal=principal, **values)

    with context.database.read() as session:
        case = own_case(session, number, principal)
    record_following(context.database, case, principal, context.now())
    return live(context, [f"case:{case.number}", f"presence:{case.number}"], piece)


@router.post("/desk/{number}/{move}")
def move_case(request: Request, number: str, move: str, principal: Writer, form_data: FormTyped) -> Response:
    """Makes a move of the window. Where it cannot be made, the page says why and shows the case as it stands now."""
    if move not in ACTIONS:
        raise Problem([FieldFault("move", "unknown_move", NO_MOVE)], 404)
    context = context_of(request)
    if principal.ended:
        return keep_for_later(context, principal, number, move, form_data)
    form_data = with_phrase(context, number, form_data)
    faults = _try_move(context, principal, number, move, form_data)
    if faults is None:
        return RedirectResponse(_onward(context, principal, number, move, form_data), 303)
    _keep(context, principal, number, move, form_data)
    return _case_page(request, principal, number, Tried(move, form_data, faults), record_part)


def _onward(context: Context, principal: Principal, number: str, move: str, form_data: FormData) -> str:
    """Where a clerk goes after a move: on with the case, to the desk, or to the next case when that is wished."""
    if move not in LEAVING:
        return f"/desk/{number}?flash={flash_of(context, number, move, form_data)}"
    wished = form_data.get("then") == "next"
    following = take_next(context, principal) if wished else ""
    if not following:
        twin = _same_question(context, principal, number) if move == "answer" else ""
        said = "answer_last" if wished and move == "answer" else flash_of(context, number, move, form_data)
        return f"/desk?flash={said}{f'&twin={twin}' if twin else ''}"
    if move == "answer":
        return f"/desk/{following}?flash=answer_next&about={number}"
    return f"/desk/{following}?flash={flash_of(context, number, move, form_data)}"


def _same_question(context: Context, principal: Principal, number: str) -> str:
    """The number of an open case with the same question that this clerk may answer too; "" where there is none."""
    with context.database.read() as session:
        others = open_elsewhere(session, own_case(session, number, principal), desk_of(principal))
    return next((one.number for one in others if one.taken_by in ("", principal.username)), "")


def keep_for_later(context: Context, principal: Principal, number: str, move: str, form_data: FormData) -> Response:
    """Keeps what was typed when the session had run out meanwhile; after the sign-in it stands in the form again."""
    _keep(context, principal, number, move, form_data)
    return RedirectResponse(f"/sign-in?next=/desk/{number}&flash=kept", 303)


def _keep(context: Context, principal: Principal, number: str, move: str, form_data: FormData) -> None:
    if move in drafts.MOVES:
        with context.database.write() as session:
            case = own_case(session, number, principal, or_had=True)
            drafts.save(session, (principal.username, case.number, move), form_data, context.now(), over=True)


def _try_move(context: Context, principal: Principal, number: str, move: str, form_data: FormData) -> list[FieldFault] | None:
    ours = drafts.PAGES_OWN - {"seen"} | {"town"}
    data = with_reasons({name: value for name, value in filled(form_data).items() if name not in ours})
    try:
        with context.database.write() as session:
            case = perform(ActionContext(session, principal, context.now(), context.rulebook), number, ACTIONS[move], data)
            drafts.drop(session, principal.username, case.number, "" if move in LEAVING else move)
    except MoveRefused as refused:
        return [_why(context, refused)]
    except RosterProblem as problem:
        return [FieldFault(problem.field, "roster", problem.message, problem.params)]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    except NotAllowed:
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404) from None
    return None


def _why(context: Context, refused: MoveRefused) -> FieldFault:
    """The refusal with the colleague's name where it gives a user name."""
    why, params = refused.refusal, dict(refused.refusal.params)
    if "clerk" in params:
        with context.database.read() as session:
            case = session.get(Case, why.number)
            names = clerk_names(session, sorted(case.desks)) if case else {}
        params["clerk"] = names.get(params["clerk"], params["clerk"])
    return FieldFault("", why.code, why.message, params)
