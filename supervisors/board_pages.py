"""The supervisor's board in the browser: the figures, the lists behind them, one case, and the decision."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from cases import trail
from cases.case import Case
from cases.doing import NO_CASE, Doer, MoveRefused, do, seen_case
from cases.door import Door, Visitor
from cases.house import House, house_of
from cases.live import live
from cases.look import write_look
from cases.problem import FieldFault, Problem
from cases.typed import FormTyped, Typed, filled
from cases.units import all_units
from cases.view import case_view
from supervisors.api import midnight_of
from supervisors.board import cases_for_decision, overdue_cases, read_board
from supervisors.lists import WHAT, Wanted, cases_behind
from supervisors.moves import MOVES

router = APIRouter(include_in_schema=False)
Watcher = Annotated[Visitor, Depends(Door("supervisor", "admin"))]
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
DOINGS = {doing.move: doing for doing in MOVES}


@router.get("/board")
def show_board(request: Request, visitor: Watcher) -> Response:
    """The figures of this moment."""
    house = house_of(request)
    page: Response = house.page(request, "supervisors/board.html", visitor=visitor, **_board_values(house))
    return page


def _board_values(house: House) -> dict[str, Any]:
    now = house.now()
    with house.database.read() as session:
        board, units = read_board(session, now, midnight_of(house, now)), all_units(session)
        late, asked = overdue_cases(session, now, 20), cases_for_decision(session, 20)
    return {"board": board, "units": units, "late": late, "asked": asked, "catalogue": house.rulebook.catalogue}


@router.get("/board/live")
def follow_board(request: Request, visitor: Watcher) -> Response:
    """The figures, sent again whenever any case changes."""
    house = house_of(request)

    def piece() -> str:
        page: Response = house.page(request, "supervisors/board_live.html", visitor=visitor, **_board_values(house))
        return bytes(page.body).decode()

    return live(house, ["all"], piece)


@router.get("/board/cases")
def list_cases(request: Request, visitor: Watcher, what: str = "open", holder: str = "", source: str = "") -> Response:
    """The cases behind one figure."""
    house, now = house_of(request), house_of(request).now()
    wanted = Wanted(what if what in WHAT else "open", holder, source)
    with house.database.read() as session:
        cases, units = cases_behind(session, wanted, now, midnight_of(house, now)), all_units(session)
    values = {"cases": cases, "units": units, "wanted": wanted, "catalogue": house.rulebook.catalogue}
    page: Response = house.page(request, "supervisors/board_cases.html", visitor=visitor, **values)
    return page


@router.get("/board/{number}")
def show_case(request: Request, number: str, visitor: Supervisor) -> Response:
    """One case with its whole trail. The look is recorded."""
    house = house_of(request)
    with house.database.read() as session:
        case = seen_case(session, number, visitor)
    write_look(house, case, visitor, house.now())
    return _case_page(request, visitor, number, "", {}, [])


def _case_page(request: Request, visitor: Visitor, number: str, move: str, typed: Typed, faults: list[FieldFault]) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        values = _case_values(session, house, seen_case(session, number, visitor), visitor)
    tried = {"move": move, "typed": typed, "faults": faults}
    status = 422 if faults else 200
    page: Response = house.page(request, "supervisors/board_case.html", status=status, visitor=visitor, tried=tried, **values)
    return page


def _case_values(session: Session, house: House, case: Case, visitor: Visitor) -> dict[str, Any]:
    catalogue, units = house.rulebook.catalogue, all_units(session)
    view = case_view(case, trail.of_cases(session, [case.number]), visitor, house.now())
    moves = [move for move in view["open_moves"] if move in DOINGS]
    known = {"case": case, "item": catalogue.item(case.item), "catalogue": catalogue, "view": view}
    others = [unit for unit in units.values() if unit.answers and unit.code != case.holder]
    return {**known, "units": units, "moves": moves, "others": others}


@router.post("/board/{number}/{move}")
def move_case(request: Request, number: str, move: str, visitor: Supervisor, typed: FormTyped) -> Response:
    """Decides, or takes a case from a clerk who went silent."""
    if move not in DOINGS:
        raise Problem([FieldFault("move", "unknown_move", NO_CASE)], 404)
    faults = _try_move(house_of(request), visitor, number, move, typed)
    if faults is None:
        return RedirectResponse(f"/board/{number}?said={move}", 303)
    return _case_page(request, visitor, number, move, typed, faults)


def _try_move(house: House, visitor: Visitor, number: str, move: str, typed: Typed) -> list[FieldFault] | None:
    try:
        with house.database.write() as session:
            do(Doer(session, visitor, house.now(), house.rulebook), number, DOINGS[move], filled(typed))
    except MoveRefused as refused:
        why = refused.refusal
        return [FieldFault("", why.code, why.message, dict(why.params))]
    except Problem as problem:
        if problem.status == 404:
            raise
        return list(problem.faults)
    return None
