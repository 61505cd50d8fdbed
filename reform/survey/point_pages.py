"""/reform/survey/points: what does not fit between units; noted, settled with a note, opened again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, ValidationError
from sqlmodel import Session

from access.accounts import names_of
from access.principal import Principal
from access.units import Unit
from cases.certificates.directory import directory
from reform.page_frame import Reformer, show
from reform.survey import survey_words
from reform.survey.answer import has_answered, returns, surveyed
from reform.survey.names import name_form
from reform.survey.points import MOST_NOTE, PointFilter, PointState, counts, note_point, points, reopen_point
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
PAGE_SIZE = 30
NO_MOVE = N_("There is nothing of this kind to do with a point.")


class Wanted(PointFilter):
    """The points of a page; usually the open ones."""

    state: str = Field(PointState.OPEN.value, max_length=8)
    page: int = Field(1, ge=1, le=1000)


class Refused(NamedTuple):
    """What somebody wrote to a point that cannot be taken."""

    point: int = 0
    note: str = ""
    faults: Sequence[FieldFault] = ()


NOTHING = Refused()


@router.get("/reform/survey/points")
def show_points(request: Request, principal: Reformer, wanted: Annotated[Wanted, Query()]) -> Response:
    """The points unit by unit, each with what to do about it."""
    return _page(request, principal, wanted)


def _page(request: Request, principal: Principal, wanted: Wanted, refused: Refused = NOTHING) -> Response:
    with context_of(request).database.read() as session:
        known = directory(session)
        rows = points(session, wanted, PAGE_SIZE, (wanted.page - 1) * PAGE_SIZE)
        units, came, by = surveyed(session), returns(session), counts(session)
        values: dict[str, Any] = {"known": known, "names": names_of(session, {one.who for one in rows})}
    silent = {code: unit for code, unit in units.items() if not has_answered(came.get(code, {}))}
    values |= {"rows": rows, "wanted": wanted, "narrowed": _narrowed(wanted), "asked": urlencode(_narrowed(wanted)), "units": units}
    values |= {
        "pages": wanted.page + -(-rows.more // PAGE_SIZE),
        "say_survey": survey_words,
        "silent": silent,
        "came": came,
        "about": refused.point,
    }
    values |= {"kinds": _sums(by, 1, wanted.state), "states": _sums(by, 2), "whose": _sums(by, 0, wanted.state)}
    values |= {"awaited": {one.id: _awaited(str(one.figures.get("issuer") or ""), silent) for one in rows}, "note": refused.note}
    return show(request, principal, "survey_points", faults=refused.faults, **values)


def _narrowed(wanted: Wanted) -> dict[str, str]:
    return wanted.model_dump(exclude={"page"})


def _sums(by: Sequence[tuple[str, str, str, int]], place: int, state: str = "") -> dict[str, int]:
    """Counts by unit, kind or state: by what stands at this place; of one state where it is named."""
    found: dict[str, int] = {}
    for row in by:
        if not state or row[2] == state:
            found[str(row[place])] = found.get(str(row[place]), 0) + row[3]
    return found


def _awaited(issuer: str, silent: dict[str, Unit]) -> Unit | None:
    """The unit that is said to issue the paper, while it has not answered: the point may settle itself."""
    form = name_form(issuer)
    return next((one for one in silent.values() if form and form in (name_form(one.name_zh), name_form(one.name_en))), None)


@router.post("/reform/survey/points/{point}/{move}")
def move_point(request: Request, point: int, move: str, principal: Reformer, form_data: FormTyped) -> Response:
    """Writes a note to a point, settles it, or opens it again."""
    context, wanted = context_of(request), _wanted(form_data)
    try:
        with context.database.write() as session:
            _move(session, point, move, form_data.get("note", ""), (principal, context.now()))
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, wanted, Refused(point, form_data.get("note", "")[:MOST_NOTE], problem.faults))
    return RedirectResponse(f"/reform/survey/points?{urlencode({**_narrowed(wanted), 'flash': f'point_{move}'})}", 303)


def _move(session: Session, point: int, move: str, note: str, by: tuple[Principal, datetime]) -> None:
    if move == "reopen":
        reopen_point(session, point, *by)
    elif move in ("note", "settle"):
        note_point(session, point, note, move == "settle", *by)
    else:
        raise Problem([FieldFault("move", "unknown", NO_MOVE)], 404)


def _wanted(form_data: FormData) -> Wanted:
    told = {name: form_data[f"w_{name}"] for name in PointFilter.model_fields if f"w_{name}" in form_data}
    try:
        return Wanted.model_validate(told)
    except ValidationError:
        return Wanted.model_validate({})
