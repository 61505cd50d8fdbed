"""/pledge: the confidentiality pledge, read and signed once by everybody who asks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from cases.grants.pledges import last_signed, sign, unsigned
from storage.problem import N_, FieldFault
from web.context import Context, context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
NOT_TICKED = N_("Tick that you pledge this.")
CHANGED = N_("The pledge has changed meanwhile. Please read it again.")


@router.get("/pledge")
def show_pledge(request: Request, principal: Asker) -> Response:
    """The current text, and whether it is signed."""
    return _page(request, principal, ())


def _page(request: Request, principal: Principal, faults: tuple[FieldFault, ...]) -> Response:
    context = context_of(request)
    pledge = context.rulebook.pledge
    with context.database.read() as session:
        last = last_signed(session, principal.username)
    current = pledge is None or (last is not None and last.version == pledge.version)
    values = {"pledge": pledge, "last": last, "current": current, "faults": faults}
    return context.page(request, "requesters/pledge.html", status=422 if faults else 200, principal=principal, **values)


@router.post("/pledge")
def sign_pledge(request: Request, principal: Asker, form_data: FormTyped) -> Response:
    """Signs, as a person who signed in: a system's key signs nothing."""
    context, pledge = context_of(request), context_of(request).rulebook.pledge
    if not principal.csrf:
        raise NotAllowed
    if pledge is None or form_data.get("version") != pledge.version:
        return _page(request, principal, (FieldFault("agree", "changed", CHANGED),))
    if not form_data.get("agree"):
        return _page(request, principal, (FieldFault("agree", "missing", NOT_TICKED),))
    with context.database.write() as session:
        sign(session, principal.username, principal.unit, pledge, context.now())
    return RedirectResponse("/ask?flash=pledged", 303)


def pledge_first(context: Context, principal: Principal) -> Response | None:
    """The way to the pledge for a person who has not signed it yet."""
    with context.database.read() as session:
        return RedirectResponse("/pledge", 303) if unsigned(session, [principal.username], context.rulebook.pledge) else None
