"""Finding any case again as a supervisor: by its number, an asker's file number, or the person or enterprise it is about."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import select

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.units import all_units
from cases.case import UNOPENED, Case
from cases.case_search import Among, find_among, note_search, why_nothing
from storage.problem import N_
from web.context import house_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]
MOST = 25
NOTHING = N_("No case fits. Type the case number, the beginning of the asker's file number, or the whole ID number.")


@router.post("/board/find")
def find_case(request: Request, visitor: Supervisor, typed: FormTyped) -> Response:
    """Opens the one that fits, or lists those that do. By POST: it may be an ID number, and such a search is trailed."""
    house, now, words = house_of(request), house_of(request).now(), str(typed.get("q", ""))[:100]
    today = house.rulebook.calendar.day_at(now)
    with house.database.read() as session:
        units = all_units(session)
        found = find_among(session, Among(select(Case).options(*UNOPENED), units, MOST), words, today)
        names = names_of(session, (case.taken_by for case in found.cases))
    note_search(house.database, found, visitor, now)
    if len(found.cases) == 1:
        return RedirectResponse(f"/board/{found.cases[0].number}", 303)
    faults = [] if found.cases else [why_nothing(words, today, NOTHING)]
    values = {"cases": found.cases, "names": names, "units": units, "catalogue": house.rulebook.catalogue, "typed": typed}
    status = 422 if faults else 200
    return house.page(request, "supervisors/board_found.html", status=status, visitor=visitor, faults=faults, **values)
