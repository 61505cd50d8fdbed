"""Who looked at what, in the browser: the search and the sheet to take away; nothing searched for stands in an address."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from storage.problem import FieldFault, Problem
from supervisors.views import view_log
from supervisors.views.view_log import KIND_WORDS, MOST, Found, Sought, find_lines, note_search, read_sought
from supervisors.views.view_sheets import HEADS, as_csv, as_xlsx, line_of
from web.context import House, house_of
from web.downloads import XLSX, download
from web.form_data import FormTyped, Typed

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
SHEETS = {"xlsx": (as_xlsx, XLSX), "csv": (as_csv, "text/csv; charset=utf-8")}


@router.get("/looks")
def show_search(request: Request, visitor: Supervisor) -> Response:
    """The empty search."""
    return _page(request, visitor, {}, [], None)


@router.post("/looks")
def search(request: Request, visitor: Supervisor, typed: FormTyped) -> Response:
    """The lines that were searched for. The search is a look itself: it stands on the trail before its answer is shown."""
    house = house_of(request)
    try:
        after = typed.get("after", "")
        found = _search(house, visitor, typed, "read_on" if after else "search", view_log.PAGE, after)[1]
    except Problem as problem:
        return _page(request, visitor, typed, list(problem.faults), None)
    return _page(request, visitor, typed, [], found)


@router.post("/looks/export")
def export(request: Request, visitor: Supervisor, typed: FormTyped) -> Response:
    """The same lines as a sheet, at most MOST of them, the newest. Taking them away stands on the trail."""
    house = house_of(request)
    make, kind = SHEETS.get(typed.get("form", "xlsx"), SHEETS["xlsx"])
    try:
        sought, found = _search(house, visitor, typed, "export", MOST, "")
    except Problem as problem:
        return _page(request, visitor, typed, list(problem.faults), None)
    with house.database.read() as session:
        units = all_units(session)
    locale, zone = house.locale(request, visitor), house.rulebook.calendar.zone
    say = partial(house.say, locale)
    rows = [line_of(line, found, units, say, locale, zone) for line in found.lines]
    name = f"looks-{sought.since:%Y%m%d}-{sought.until:%Y%m%d}.{'csv' if make is as_csv else 'xlsx'}"
    return download(make(rows, [say(head) for head in HEADS]), kind, name)


def _search(house: House, visitor: Visitor, typed: Typed, action: str, at_most: int, after: str) -> tuple[Sought, Found]:
    now = house.now()
    with house.database.read() as session:
        sought = read_sought(session, typed, now, house.rulebook.calendar.zone)
        found = find_lines(session, sought, after, at_most)
    with house.database.write() as session:
        note_search(session, visitor, sought, action, len(found.lines), now)
    return sought, found


def _page(request: Request, visitor: Visitor, typed: Mapping[str, str], faults: list[FieldFault], found: Found | None) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        values = _values(session, typed, faults, found)
    return house.page(request, "supervisors/looks.html", status=422 if faults else 200, visitor=visitor, **values)


def _values(session: Session, typed: Mapping[str, str], faults: list[FieldFault], found: Found | None) -> dict[str, Any]:
    return {"typed": typed, "faults": faults, "found": found, "units": all_units(session), "kinds": KIND_WORDS, "most": MOST}
