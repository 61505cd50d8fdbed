"""The pledge in the browser: everybody who asks reads it and signs it once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.authentication import Door
from access.principal import Visitor
from access.refusals import NotAllowed
from cases.grants.pledges import last_signed, sign, unsigned
from storage.problem import N_, FieldFault
from web.context import House, house_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Visitor, Depends(Door("asker"))]
NOT_TICKED = N_("Tick that you pledge this.")
CHANGED = N_("The pledge has changed meanwhile. Please read it again.")


@router.get("/pledge")
def show_pledge(request: Request, visitor: Asker) -> Response:
    """The current text, and whether it is signed."""
    return _page(request, visitor, ())


def _page(request: Request, visitor: Visitor, faults: tuple[FieldFault, ...]) -> Response:
    house = house_of(request)
    pledge = house.rulebook.pledge
    with house.database.read() as session:
        last = last_signed(session, visitor.username)
    current = pledge is None or (last is not None and last.version == pledge.version)
    values = {"pledge": pledge, "last": last, "current": current, "faults": faults}
    return house.page(request, "requesters/pledge.html", status=422 if faults else 200, visitor=visitor, **values)


@router.post("/pledge")
def sign_pledge(request: Request, visitor: Asker, typed: FormTyped) -> Response:
    """Signs, as a person who signed in: a system's key signs nothing."""
    house, pledge = house_of(request), house_of(request).rulebook.pledge
    if not visitor.csrf:
        raise NotAllowed
    if pledge is None or typed.get("version") != pledge.version:
        return _page(request, visitor, (FieldFault("agree", "changed", CHANGED),))
    if not typed.get("agree"):
        return _page(request, visitor, (FieldFault("agree", "missing", NOT_TICKED),))
    with house.database.write() as session:
        sign(session, visitor.username, visitor.unit, pledge, house.now())
    return RedirectResponse("/ask?said=pledged", 303)


def pledge_first(house: House, visitor: Visitor) -> Response | None:
    """The way to the pledge for a person who has not signed it yet."""
    with house.database.read() as session:
        return RedirectResponse("/pledge", 303) if unsigned(session, [visitor.username], house.rulebook.pledge) else None
