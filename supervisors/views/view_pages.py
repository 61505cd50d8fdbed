"""/looks: the search of the trail and its export; the search's words stand in no address."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from storage.json import Json
from storage.problem import FieldFault, Problem
from supervisors.views import view_log
from supervisors.views.view_log import KIND_WORDS, MOST, Found, Sought, find_lines, note_search, read_sought
from supervisors.views.view_sheets import HEADS, as_csv, as_xlsx, line_of
from web.context import Context, context_of
from web.downloads import XLSX, download
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
SHEETS = {"xlsx": (as_xlsx, XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}


@router.get("/looks")
def show_search(request: Request, principal: Supervisor) -> Response:
    """The empty search."""
    return _page(request, principal, {}, [], None)


@router.post("/looks")
def search(request: Request, principal: Supervisor, form_data: FormTyped) -> Response:
    """The lines that were searched for. The search is a look itself: it stands on the trail before its answer is shown."""
    context = context_of(request)
    try:
        after = form_data.get("after", "")
        found = _search(context, principal, form_data, "read_on" if after else "search", view_log.PAGE, after)[1]
    except Problem as problem:
        return _page(request, principal, form_data, list(problem.faults), None)
    return _page(request, principal, form_data, [], found)


@router.post("/looks/export")
def export(request: Request, principal: Supervisor, form_data: FormTyped) -> Response:
    """The same lines as a sheet, at most MOST of them, the newest. Taking them away stands on the trail."""
    context = context_of(request)
    make, kind = SHEETS.get(form_data.get("form", "xlsx"), SHEETS["xlsx"])
    try:
        sought, found = _search(context, principal, form_data, "export", MOST, "")
    except Problem as problem:
        return _page(request, principal, form_data, list(problem.faults), None)
    with context.database.read() as session:
        units = all_units(session)
    locale, zone = context.locale(request, principal), context.rulebook.calendar.zone
    say = partial(context.say, locale)
    rows = [line_of(line, found, units, say, locale, zone) for line in found.lines]
    name = f"looks-{sought.since:%Y%m%d}-{sought.until:%Y%m%d}.{'csv' if make is as_csv else 'xlsx'}"
    return download(make(rows, [say(head) for head in HEADS]), kind, name)


def _search(
    context: Context, principal: Principal, form_data: FormData, action: str, at_most: int, after: str
) -> tuple[Sought, Found]:
    now = context.now()
    with context.database.read() as session:
        sought = read_sought(session, form_data, now, context.rulebook.calendar.zone)
        found = find_lines(session, sought, after, at_most)
    with context.database.write() as session:
        note_search(session, principal, sought, action, len(found.lines), now)
    return sought, found


def _page(
    request: Request, principal: Principal, form_data: Mapping[str, str], faults: list[FieldFault], found: Found | None
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        values = _values(session, form_data, faults, found)
    return context.page(request, "supervisors/looks.html", status=422 if faults else 200, principal=principal, **values)


def _values(session: Session, form_data: Mapping[str, str], faults: list[FieldFault], found: Found | None) -> Json:
    return {
        "form_data": form_data,
        "faults": faults,
        "found": found,
        "units": all_units(session),
        "kinds": KIND_WORDS,
        "most": MOST,
    }
