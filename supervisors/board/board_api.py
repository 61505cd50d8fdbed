"""/api/v1/board: the supervisors' board over the API."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from access.authentication import Authenticated
from access.principal import Principal
from cases.statistics.histogram import Histogram
from cases.view import case_row
from storage.json import Json
from supervisors.board.board import Board, Moment, Row, read_board
from supervisors.board.case_lists import LATE_DISPUTE, CaseListFilter, cases_behind
from web.context import context_of

router = APIRouter(prefix="/api/v1", tags=["board"])
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor", "admin", scope="board"))]
AT_MOST = 100
LISTED = ("overdue", "arbitration", "nobody_reached", LATE_DISPUTE)


@router.get("/board")
def show_board(request: Request, principal: Supervisor) -> Json:
    """The figures of this moment, the overdue cases, and those that wait for a decision."""
    context, now = context_of(request), context_of(request).now()
    moment = Moment.of(now, context.rulebook.calendar)
    with context.database.read() as session:
        board = read_board(session, moment)
        lists = [cases_behind(session, CaseListFilter(what), moment, AT_MOST).cases for what in LISTED]
    late, asked, silent, disputed = [[case_row(case, now, principal) for case in cases] for cases in lists]
    known = {row["number"] for row in asked}
    decide = [*asked, *(row for row in silent if row["number"] not in known)]
    return {**_figures(board), "overdue_cases": late, "for_decision": decide, "late_disputes": disputed}


def _figures(board: Board) -> Json:
    backlog = {name: value for name, value in asdict(board.backlog).items() if name != "oldest"}
    units, items = [_row("unit", row) for row in board.units], [_row("item", row) for row in board.items]
    texts = {"texts": dict(board.texts.fates), "steps": dict(board.texts.steps)}
    machines = {one.unit.code: one.life.value for one in board.machines}
    answered: Json = {"answered_today": board.today.answered, "by_source": dict(board.by_source)}
    answered |= {"urgent": board.urgent, "asked_back": board.paused, "later_day": board.agreed}
    answered["amended"] = {"units": dict(board.amended.by_unit), "sources": dict(board.amended.by_source)}
    stations = [{"station": code, **asdict(one)} for code, one in sorted(board.stations.items())]
    rows = {"machines": machines, "units": units, "items": items, "stations": stations}
    return {"now": board.now, **backlog, **answered, **_speed(board.today), **texts, **rows}


def _row(kind: str, row: Row) -> Json:
    lit: Json = {"light": row.light.colour.value, "answered_today": row.today.answered}
    lit |= {"amended": row.amended} if kind == "unit" else {}
    return {kind: row.code, **asdict(row.backlog), **lit, **_speed(row.week)}


def _speed(spread: Histogram) -> dict[str, float | None]:
    """Seconds from the asking to the answer, and the share of answers in time."""
    return {"median_seconds": spread.median, "ninety_seconds": spread.ninety, "on_time_rate": spread.on_time_rate}
