"""Checking a receipt: whoever holds the paper types its case number and sees whether the answer on it is the one on record."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from cases import trail
from cases.case import find_case
from cases.door import PublicDoor
from cases.house import house_of
from cases.problem import N_, FieldFault
from cases.typed import FormTyped
from cases.units import all_units
from cases.view import finding_view

router = APIRouter(include_in_schema=False)
Stranger = Depends(PublicDoor())
NO_ANSWER = N_("No answered case has this number. Compare it with the receipt.")


@router.get("/verify", dependencies=[Stranger])
def show_form(request: Request) -> Response:
    """The form for the number."""
    page: Response = house_of(request).page(request, "requesters/verify.html", typed={}, faults=[], case=None)
    return page


@router.post("/verify", dependencies=[Stranger])
def check_number(request: Request, typed: FormTyped) -> Response:
    """What is on record under this number, without names and words: those stand on the paper. The look is recorded."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        case = find_case(session, typed.get("number", ""))
        answered = case if case is not None and case.finding else None
        units = all_units(session)
        if answered:
            trail.write(session, [{"at": now, "number": answered.number, "action": "verify", "actor": "person", "who": ""}])
    shown = {"case": answered, "finding": finding_view(answered) if answered else None, "units": units}
    faults = [] if answered else [FieldFault("number", "none", NO_ANSWER)]
    known = {"typed": typed, "faults": faults, "catalogue": house.rulebook.catalogue}
    page: Response = house.page(request, "requesters/verify.html", status=422 if faults else 200, **known, **shown)
    return page
