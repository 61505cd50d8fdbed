"""/attachments/{number}: what is attached to a case, each page under its reader's mark, and attaching more."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from access.authentication import Authenticated
from access.principal import Principal
from access.units import all_units
from cases.attachments.attaching import Attaching, case_of, record_attachment_view, remove, shown, shown_one, sides_of
from cases.attachments.attachment import MANDATE
from cases.lifecycle import Actor
from cases.roles import actors_of
from cases.views import record_part
from storage.problem import FieldFault, Problem
from web.attachments.receiving import MOST_BODY, Sent, receive
from web.context import context_of
from web.form_data import FormData

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(Authenticated("asker", "clerk", "supervisor"))]
Sender = Annotated[Principal, Depends(Authenticated("asker", "clerk"))]
HOME = {Actor.ASKER: "/cases", Actor.CLERK: "/desk", Actor.SUPERVISOR: "/board"}  # where a case stands for whom


@router.get("/attachments/{number}")
def show_attachments(request: Request, number: str, principal: Reader) -> Response:
    """What is attached to the case, small, with the form for more."""
    return _page(request, principal, number, {}, ())


def _page(request: Request, principal: Principal, number: str, form_data: FormData, faults: Sequence[FieldFault]) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        case = case_of(session, number, principal)
        values = {"case": case, "attached": shown(session, case), "units": all_units(session), "form_data": form_data}
    record_part(context.database, case, principal, context.now())
    actors = actors_of(principal, case)
    more = {"home": f"{HOME[actors[0]]}/{case.number}", "may_attach": bool(sides_of(principal, case)), "faults": faults}
    return context.page(request, "attachments_of_case.html", status=422 if faults else 200, principal=principal, **values, **more)


@router.get("/attachments/{number}/{attachment}")
def show_attachment(request: Request, number: str, attachment: str, principal: Reader) -> Response:
    """One attachment, all its pages. The look is recorded."""
    context = context_of(request)
    with context.database.read() as session:
        case, one = case_of(session, number, principal), shown_one(session, number, attachment, principal)
        units = all_units(session)
    record_attachment_view(context.database, one, principal, context.now())
    actors = actors_of(principal, case)
    mine = one.unit == principal.unit and one.side in actors and one.use != MANDATE
    values = {"case": case, "one": one, "units": units, "mine": mine, "home": f"{HOME[actors[0]]}/{case.number}"}
    return context.page(request, "attachment.html", principal=principal, **values)


@router.post("/attachments/{number}", max_body_size=MOST_BODY)
def send_attachment(
    request: Request,
    number: str,
    principal: Sender,
    file: Annotated[UploadFile | None, File()] = None,
    caption: Annotated[str, Form(max_length=2000)] = "",
    side: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    """Attaches a file and goes back to the case; with faults the form comes back with what was typed."""
    try:
        kept = receive(context_of(request), principal, number, Sent(file, caption, side))
    except Problem as problem:
        if problem.status in (403, 404, 503):
            raise
        return _page(request, principal, number, {"caption": caption, "side": side}, problem.faults)
    return RedirectResponse(f"{HOME[Actor(kept.side)]}/{kept.number}?flash=attached#attachments", 303)


@router.post("/attachments/{number}/{attachment}/remove")
def remove_attachment(request: Request, number: str, attachment: str, principal: Sender) -> Response:
    """Takes an attachment of one's own side away for good."""
    context = context_of(request)
    with context.database.write() as session:
        remove(Attaching(session, principal, context.now()), number, attachment)
    return RedirectResponse(f"/attachments/{number}?flash=attachment_removed", 303)
