"""/board/find: a supervisor's search by case number, file number, person or enterprise."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import select

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.case import UNOPENED, Case
from cases.case_search import Among, find_among, note_search, why_nothing
from storage.problem import N_
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]
MOST = 25
NOTHING = N_("No case fits. Type the case number, the beginning of the asker's file number, or the whole ID number.")


@router.post("/board/find")
def find_case(request: Request, principal: Supervisor, form_data: FormTyped) -> Response:
    """Opens the one that fits, or lists those that do. By POST: it may be an ID number, and such a search is trailed."""
    context, now, words = context_of(request), context_of(request).now(), str(form_data.get("q", ""))[:100]
    today = context.rulebook.calendar.day_at(now)
    with context.database.read() as session:
        units = all_units(session)
        found = find_among(session, Among(select(Case).options(*UNOPENED), units, MOST), words, today)
        names = names_of(session, (case.taken_by for case in found.cases))
    note_search(context.database, found, principal, now)
    if len(found.cases) == 1:
        return RedirectResponse(f"/board/{found.cases[0].number}", 303)
    faults = [] if found.cases else [why_nothing(words, today, NOTHING)]
    values = {
        "cases": found.cases,
        "cut": found.cut,
        "names": names,
        "units": units,
        "catalogue": context.rulebook.catalogue,
        "form_data": form_data,
    }
    status = 422 if faults else 200
    return context.page(request, "supervisors/board_found.html", status=status, principal=principal, faults=faults, **values)
