"""/reform/survey: which units have answered, the blank sheets, what came back; one unit with what it says."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.principal import Principal
from access.units import Unit
from cases.certificates.directory import directory
from reform.page_frame import Reformer, known, show
from reform.survey import survey_words, uploads
from reform.survey.answer import SheetOf, answers_of, has_answered, returns, surveyed
from reform.survey.names import joined_forms
from reform.survey.points import PointFilter, points
from reform.survey.progress import progress_of
from reform.survey.survey_sheets import blank_book, blank_books
from reform.survey.taking_in import note_none
from storage.problem import N_, FieldFault
from web.context import context_of
from web.downloads import XLSX, download

router = APIRouter(include_in_schema=False)
NO_UNIT = N_("The survey asks no such unit.")
PAGE_SIZE, ANSWERS_SHOWN, POINTS_SHOWN = 60, 200, 50


@router.get("/reform/survey")
def show_survey(request: Request, principal: Reformer, which: str = "", page: Annotated[int, Query(ge=1, le=100)] = 1) -> Response:
    """The units: what each has sent back, what is open with it; and the form for the next sheets."""
    return survey_page(request, principal, which=which, page=page)


def survey_page(
    request: Request, principal: Principal, faults: list[FieldFault] | None = None, which: str = "", page: int = 1, unit: str = ""
) -> Response:
    """The page, also with what is wrong with an upload."""
    with context_of(request).database.read() as session:
        progress = progress_of(session)
        waiting = uploads.waiting(session, principal.username, context_of(request).now())
    units, came = progress.asked, progress.came
    wanted = [one for one in units.values() if _fits(has_answered(came.get(one.code, {})), which)]
    start, pages = (page - 1) * PAGE_SIZE, max(1, -(-len(wanted) // PAGE_SIZE))
    values: dict[str, Any] = {
        "rows": wanted[start : start + PAGE_SIZE],
        "page": page,
        "pages": pages,
        "which": which,
        "units": units,
    }
    values |= {"came": came, "waiting": waiting, "open": progress.open_units, "progress": progress, "sheets": SheetOf}
    values |= {"say_survey": survey_words, "chosen": unit, "units": units}
    return show(request, principal, "survey", faults=faults or (), **values)


def _fits(answered: bool, which: str) -> bool:
    return {"silent": not answered, "answered": answered}.get(which, True)


@router.get("/reform/survey/units/{code}")
def show_unit(request: Request, code: str, principal: Reformer) -> Response:
    """What this unit says it takes and issues, which certificates its names mean, and what is open with it."""
    with context_of(request).database.read() as session:
        in_directory = directory(session)
        unit, came = _unit(session, code), returns(session).get(code, {})
        answers = answers_of(session, code, ANSWERS_SHOWN + 1)
        joined = joined_forms(session, {one.form for one in answers})
        values: dict[str, Any] = {
            "points": points(session, PointFilter(unit=code), POINTS_SHOWN),
            "joined": joined,
            "known": in_directory,
        }
        values["names"] = names_of(session, {one.who for one in came.values()})
    values |= {"unit": unit, "came": came, "answers": answers[:ANSWERS_SHOWN], "cut": len(answers) > ANSWERS_SHOWN}
    return show(request, principal, "survey_unit", sheets=SheetOf, say_survey=survey_words, **values)


def _unit(session: Session, code: str) -> Unit:
    return known(surveyed(session).get(code), "unit", NO_UNIT)


@router.post("/reform/survey/units/{code}/none")
def note_nothing(request: Request, code: str, principal: Reformer) -> Response:
    """Notes that this unit says: none taken, none issued. Only while it has sent no sheet with rows."""
    context = context_of(request)
    with context.database.write() as session:
        _unit(session, code)
        if not any(one.rows for one in returns(session).get(code, {}).values()):
            note_none(session, code, principal, context.now(), context.rulebook)
    return RedirectResponse(f"/reform/survey/units/{code}?flash=survey_none", 303)


@router.get("/reform/survey/units/{code}/blank.xlsx")
def fetch_blank(request: Request, code: str, principal: Reformer) -> Response:
    """The unit's blank workbook, with its name in it."""
    context = context_of(request)
    with context.database.read() as session:
        unit = _unit(session, code)
    return download(blank_book(unit, context.locale(request, principal), context.say), XLSX, f"survey-{unit.code}.xlsx")


@router.get("/reform/survey/blank.zip")
def fetch_blanks(request: Request, principal: Reformer) -> Response:
    """The blank workbooks of all units."""
    context = context_of(request)
    with context.database.read() as session:
        units = surveyed(session)
    packed = blank_books(units.values(), context.locale(request, principal), context.say)
    return download(packed, "application/zip", "survey.zip")
