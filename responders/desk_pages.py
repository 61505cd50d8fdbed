"""The window clerk's desk in the browser: the piles of cases, and one case with everything needed to answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from cases import trail
from cases.case import Case, question_of
from cases.doing import NO_CASE, Doer, MoveRefused, do, seen_case
from cases.door import Door, NotAllowed, Visitor
from cases.house import House, house_of
from cases.lifecycle import Actor
from cases.live import live
from cases.look import write_look
from cases.problem import FieldFault, Problem
from cases.trail import Trail
from cases.typed import FormTyped, Typed, filled
from cases.units import all_units
from cases.view import case_view
from contacts import statements
from contacts.problem import RosterProblem
from responders.desk_lists import LISTS, count_desk, first_pile, read_desk, stated_cases
from responders.earlier import answered_lately, clerk_names, earlier_answers
from responders.moves import MOVES
from responders.phone_task import phone_task

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Visitor, Depends(Door("clerk"))]
DOINGS = {doing.move: doing for doing in MOVES}
LEAVING = frozenset({"answer", "return", "forward", "release"})  # after these the clerk goes on with the next case


@dataclass
class Tried:
    """A move that was not made: which, what was typed for it, and why not. Empty when the page is just opened."""

    move: str = ""
    typed: Typed = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()


@router.get("/desk")
def show_desk(request: Request, visitor: Clerk, pile: str = "") -> Response:
    """One pile of the desk; none named, the first with something in it."""
    house = house_of(request)
    page: Response = house.page(request, "responders/desk.html", visitor=visitor, **_desk_values(house, visitor, pile))
    return page


@router.get("/desk/live")
def follow_desk(request: Request, visitor: Clerk, pile: str = "new") -> Response:
    """The piles, sent again whenever a case of the unit changes."""
    house = house_of(request)

    def piece() -> str:
        page: Response = house.page(request, "responders/desk_live.html", visitor=visitor, **_desk_values(house, visitor, pile))
        return bytes(page.body).decode()

    return live(house, [f"unit:{visitor.unit}"], piece)


def _desk_values(house: House, visitor: Visitor, pile: str) -> dict[str, Any]:
    with house.database.read() as session:
        units, names = all_units(session), clerk_names(session, [visitor.unit])
        counts = count_desk(session, visitor.unit, visitor.username)
        shown = pile if pile in (*LISTS, "answered") else first_pile(counts)
        if shown == "answered":
            cases = answered_lately(session, visitor.unit)
        else:
            cases = read_desk(session, visitor.unit, visitor.username)[shown]
        stated = stated_cases(session, cases)
    known = {"units": units, "names": names, "catalogue": house.rulebook.catalogue}
    return {"cases": cases, "counts": counts, "pile": shown, "stated": stated, **known}


@router.get("/desk/{number}")
def show_case(request: Request, number: str, visitor: Clerk, town: str = "", area: str = "") -> Response:
    """One case on one screen. The look is recorded."""
    house, now = house_of(request), house_of(request).now()
    page = _case_page(request, visitor, number, Tried(typed={"town": town, "area": area}))
    with house.database.read() as session:
        case = own_case(session, number, visitor)
    write_look(house, case, visitor, now)
    return page


def own_case(session: Session, number: str, visitor: Visitor) -> Case:
    """The case, if it is with this clerk's unit. Raises Problem."""
    case = seen_case(session, number, visitor)
    if Actor.CLERK not in visitor.actors(case):
        raise Problem([FieldFault("number", "unknown_case", NO_CASE)], 404)
    return case


def _case_page(request: Request, visitor: Visitor, number: str, tried: Tried) -> Response:
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        values = _case_values(session, house, own_case(session, number, visitor), visitor, now)
        task = phone_task(session, values["case"], tried.typed.get("town", ""), tried.typed.get("area", ""), now)
    shown = {**values, "task": task, "question": question_of(values["case"]), "tried": tried}
    status = 409 if any(not fault.field for fault in tried.faults) else 422 if tried.faults else 200
    page: Response = house.page(request, "responders/desk_case.html", status=status, visitor=visitor, **shown)
    return page


def _case_values(session: Session, house: House, case: Case, visitor: Visitor, now: datetime) -> dict[str, Any]:
    catalogue, lines = house.rulebook.catalogue, trail.of_cases(session, [case.number])
    view, units = case_view(case, lines, visitor, now), all_units(session)
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view, "units": units}
    told = {"statements": statements.for_case(session, case.number), "earlier": earlier_answers(session, case, now)}
    others = [unit for unit in units.values() if unit.answers and unit.code != case.holder]
    moves = [move for move in view["open_moves"] if move in DOINGS]
    return {**known, **told, "machine": machine_words(lines), "others": others, "moves": moves,
            "names": clerk_names(session, [visitor.unit]), "mine": case.taken_by in ("", visitor.username)}  # fmt: skip


def machine_words(lines: Sequence[Trail]) -> list[dict[str, Any]]:
    """What the machine said each time before a person was asked."""
    return [line.details["machine"] for line in lines if "machine" in line.details]


@router.get("/desk/{number}/live")
def follow_case(request: Request, number: str, visitor: Clerk, seen: int = 0) -> Response:
    """Tells a clerk who has the case open that it has changed; what is being typed is left alone."""
    house = house_of(request)

    def piece() -> str:
        with house.database.read() as session:
            case, names = seen_case(session, number, visitor), clerk_names(session, [visitor.unit])
        values = {"case": case, "seen": seen, "names": names}
        page: Response = house.page(request, "responders/desk_changed.html", visitor=visitor, **values)
        return bytes(page.body).decode()

    with house.database.read() as session:
        case = own_case(session, number, visitor)
    return live(house, [f"case:{case.number}"], piece)


@router.post("/desk/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Clerk, typed: FormTyped) -> Response:
    """Makes a move of the window. Where it cannot be made, the page says why and shows the case as it stands now."""
    if move not in DOINGS:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    faults = _try_move(house_of(request), visitor, number, move, typed)
    if faults is None:
        return RedirectResponse(f"/desk?said={move}" if move in LEAVING else f"/desk/{number}?said={move}", 303)
    return _case_page(request, visitor, number, Tried(move, typed, faults))


def _try_move(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> list[FieldFault] | None:
    data = {name: value for name, value in filled(typed).items() if name != "town"}
    try:
        with house.database.write() as session:
            do(Doer(session, visitor, house.now(), house.rulebook), number, DOINGS[move], data)
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
