"""/reform/proposals: changes of class that wait for their second person; confirmed, declined with a reason, or taken back."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import names_of
from access.principal import Principal
from access.units import all_units
from cases.certificates.changes import NO_PROPOSAL, Editor
from cases.certificates.directory import directory
from cases.certificates.history import open_proposals
from reform.directory import class_words
from reform.directory.certificate_pages import choices
from reform.page_frame import Reformer, show
from storage.problem import FieldFault, Problem
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
SHOWN = 30


@router.get("/reform/proposals")
def list_proposals(request: Request, principal: Reformer) -> Response:
    """What waits, the oldest first: first what this person can decide, then what they proposed themselves."""
    return _page(request, principal)


def _page(request: Request, principal: Principal, about: int = 0, faults: Sequence[FieldFault] = ()) -> Response:
    with context_of(request).database.read() as session:
        certificates, units = directory(session), all_units(session)
        waiting = open_proposals(session, SHOWN)
        names = names_of(session, {one.who for one in waiting})
    mine = [one for one in waiting if one.who == principal.username]
    values = {"others": [one for one in waiting if one not in mine], "mine": mine, "more": waiting.more, "names": names}
    values |= {"certificates": certificates, "units": units, "say_class": class_words, "about": about}
    return show(request, principal, "proposals", faults=faults, **values, **choices(request))


@router.post("/reform/proposals/{proposal}/{move}")
def decide_proposal(request: Request, proposal: int, move: str, principal: Reformer, form_data: FormTyped) -> Response:
    """Confirms or declines somebody else's proposal, or takes one's own back."""
    context = context_of(request)
    try:
        with context.database.write() as session:
            _decide(Editor(session, principal, context.now(), context.rulebook), proposal, move, form_data.get("note", ""))
    except Problem as problem:
        if problem.status == 404:
            raise
        return _page(request, principal, proposal, problem.faults)
    return RedirectResponse(f"/reform/proposals?flash=class_{move}", 303)


def _decide(editor: Editor, proposal: int, move: str, note: str) -> None:
    if move == "confirm":
        editor.confirm(proposal)
    elif move == "decline":
        editor.decline(proposal, note.strip()[:500])
    elif move == "take_back":
        editor.take_back(proposal)
    else:
        raise Problem([FieldFault("move", "unknown", NO_PROPOSAL)], 404)
