"""One case on one screen: what is asked, what the machine tried, what was answered before, and the forms to answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Door, WritingDoor
from access.principal import Visitor
from access.refusals import NotAllowed
from access.units import all_units
from cases.actions import NO_CASE, Doer, MoveRefused, do, seen_case
from cases.case import Case, question_of
from cases.lifecycle import Actor
from cases.roles import actors_of
from cases.trail import trail
from cases.view import case_view
from cases.views import write_look
from responders.community.news import news_of
from responders.community.phone_task import Wish, phone_task, wish_of
from responders.desk import drafts
from responders.desk.actions import MOVES
from responders.desk.desk_lookup import is_number
from responders.desk.earlier_answers import clerk_names, colleagues, earlier_answers, open_elsewhere
from responders.desk.machine_tries import machine_tries
from responders.desk.next_case import take_next
from responders.desk.phrases import with_phrase
from responders.desk.presence import present
from storage.problem import FieldFault, Problem, RosterProblem
from web.context import House, house_of
from web.form_data import FormTyped, Typed, filled
from web.live import live

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Visitor, Depends(Door("clerk"))]
Writer = Annotated[Visitor, Depends(WritingDoor("clerk"))]
DOINGS = {doing.move: doing for doing in MOVES}
LEAVING = frozenset({"answer", "return", "forward", "release", "reassign"})  # after these the clerk goes on with the next case


@dataclass
class Tried:
    """A move that was not made: which, what was typed for it, and why not. Empty when the page is just opened.

    `before` is the number of the case that was answered on the way here.
    """

    move: str = ""
    typed: Typed = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()
    before: str = ""


@router.get("/desk/{number}")
def show_case(request: Request, number: str, visitor: Clerk, q: str = "", town: str = "", area: str = "") -> Response:
    """The case with everything that is needed to answer it; the look goes on the trail."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        case = own_case(session, number, visitor)
    write_look(house.database, case, visitor, now)
    about = request.query_params.get("about", "")
    tried = Tried(typed={"q": q, "town": town, "area": area}, before=about if is_number(about) else "")
    return _case_page(request, visitor, case.number, tried)


def own_case(session: Session, number: str, visitor: Visitor) -> Case:
    """A case of the visitor's own unit; another unit's does not exist here. Raises Problem."""
    case = seen_case(session, number, visitor)
    if Actor.CLERK not in actors_of(visitor, case):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_page(request: Request, visitor: Visitor, number: str, tried: Tried) -> Response:
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        values = _case_values(session, house, own_case(session, number, visitor), visitor, now)
        half_said = values["drafts"]["state"].fields if "state" in values["drafts"] else {}
        wish = wish_of(tried.typed)
        wish = wish_of(half_said) if wish == Wish() else wish
        task = phone_task(session, values["case"], wish, now)
    shown = {**values, "task": task, "question": question_of(values["case"]), "tried": tried}
    shown["written"] = {move: one.fields for move, one in values["drafts"].items()} | (
        {tried.move: tried.typed} if tried.move else {}
    )
    status = 409 if any(not fault.field for fault in tried.faults) else 422 if tried.faults else 200
    return house.page(request, "responders/desk_case.html", status=status, visitor=visitor, **shown)


def _case_values(session: Session, house: House, case: Case, visitor: Visitor, now: datetime) -> dict[str, Any]:
    catalogue, lines = house.rulebook.catalogue, trail.of_cases(session, [case.number])
    view, units = case_view(case, lines, visitor, now), all_units(session)
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "units": units}
    told = {**news_of(session, case, case.version), "earlier": earlier_answers(session, case, now)}
    told["open_too"] = open_elsewhere(session, case) if case.open else ()
    others = [unit for unit in units.values() if unit.answers and unit.code != case.holder]
    here = {"here": present(session, [case.number], now), "seen": case.version}
    kept = {"drafts": drafts.of_case(session, visitor.username, case.number), "tries": machine_tries(lines)}
    kept["colleagues"] = colleagues(session, visitor.unit, visitor.username)
    return {**known, **told, **here, **kept, "others": others, "moves": [move for move in view["open_moves"] if move in DOINGS],
            "names": clerk_names(session, [visitor.unit]), "mine": case.taken_by in ("", visitor.username)}  # fmt: skip


@router.get("/desk/{number}/live")
def follow_case(request: Request, number: str, visitor: Clerk, seen: int = 0) -> Response:
    """Tells a clerk who has the case open that it has changed and who else is at it; what is being typed is left alone."""
    house = house_of(request)

    def piece() -> str:
        with house.database.read() as session:
            case, names = seen_case(session, number, visitor), clerk_names(session, [visitor.unit])
            here, news = present(session, [case.number], house.now()), news_of(session, case, seen)
        values = {"case": case, "seen": seen, "names": names, "here": here, "following": True, **news}
        return house.piece(request, "responders/desk_changed.html", visitor=visitor, **values)

    with house.database.read() as session:
        case = own_case(session, number, visitor)
    return live(house, [f"case:{case.number}", f"presence:{case.number}"], piece)


@router.post("/desk/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Writer, typed: FormTyped) -> Response:
    """Makes a move of the window. Where it cannot be made, the page says why and shows the case as it stands now."""
    if move not in DOINGS:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    house = house_of(request)
    if visitor.ended:
        return keep_for_later(house, visitor, number, move, typed)
    typed = with_phrase(house, number, typed)
    faults = _try_move(house, visitor, number, move, typed)
    if faults is None:
        return RedirectResponse(_onward(house, visitor, number, move, typed), 303)
    _keep(house, visitor, number, move, typed)
    return _case_page(request, visitor, number, Tried(move, typed, faults))


def _onward(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> str:
    """Where a clerk goes after a move: on with the case, to the desk, or to the next case when that is wished."""
    if move not in LEAVING:
        return f"/desk/{number}?said={move}"
    wished = typed.get("then") == "next"
    following = take_next(house, visitor) if wished else ""
    if not following:
        twin = _same_question(house, visitor, number) if move == "answer" else ""
        return f"/desk?said={'answer_last' if wished and move == 'answer' else move}{f'&twin={twin}' if twin else ''}"
    return f"/desk/{following}?said={move}_next&about={number}" if move == "answer" else f"/desk/{following}?said={move}"


def _same_question(house: House, visitor: Visitor, number: str) -> str:
    """The number of an open case with the same question that this clerk may answer too; "" where there is none."""
    with house.database.read() as session:
        others = open_elsewhere(session, own_case(session, number, visitor))
    return next((one.number for one in others if one.taken_by in ("", visitor.username)), "")


def keep_for_later(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> Response:
    """Keeps what was typed when the session had run out meanwhile; after the sign-in it stands in the form again."""
    _keep(house, visitor, number, move, typed)
    return RedirectResponse(f"/sign-in?next=/desk/{number}&said=kept", 303)


def _keep(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> None:
    if move in drafts.MOVES:
        with house.database.write() as session:
            case = own_case(session, number, visitor)
            drafts.save(session, (visitor.username, case.number, move), typed, house.now(), over=True)


def _try_move(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> list[FieldFault] | None:
    ours = drafts.PAGES_OWN - {"seen"} | {"town"}
    data = {name: value for name, value in filled(typed).items() if name not in ours}
    try:
        with house.database.write() as session:
            case = do(Doer(session, visitor, house.now(), house.rulebook), number, DOINGS[move], data)
            drafts.drop(session, visitor.username, case.number, "" if move in LEAVING else move)
    except MoveRefused as refused:
        return [_why(house, refused)]
    except RosterProblem as problem:
        return [FieldFault(problem.field, "roster", problem.message, problem.params)]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    except NotAllowed:
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404) from None
    return None


def _why(house: House, refused: MoveRefused) -> FieldFault:
    """The refusal with the colleague's name where it gives a user name."""
    why, params = refused.refusal, dict(refused.refusal.params)
    if "clerk" in params:
        with house.database.read() as session:
            case = session.get(Case, why.number)
            names = clerk_names(session, [case.holder]) if case else {}
        params["clerk"] = names.get(params["clerk"], params["clerk"])
    return FieldFault("", why.code, why.message, params)
