"""/desk/{number}/community: asking contacts about an open case: places, people, unanswered calls."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.authentication import Authenticated
from access.principal import Principal
from cases.case import Case
from cases.lifecycle import State, open_moves
from cases.roles import actors_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from cases.views import record_part
from contacts.roster.calls import Call, CallResult
from contacts.roster.roster import Contact
from contacts.roster.roster_api import NOT_OPEN
from responders.community.phone_task import Wish, phone_task
from responders.community.places import find_places, offered_places
from responders.desk.desk_case_pages import ACTIONS, own_case
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
Clerk = Annotated[Principal, Depends(Authenticated("clerk"))]
NO_CONTACT = N_("This contact does not stand in the roster.")
NO_RESULT = N_("Say why the call was in vain.")


@router.get("/desk/{number}/community")
def show_community(request: Request, number: str, principal: Clerk, q: str = "", town: str = "", area: str = "") -> Response:
    """The part of a case's page in which a community is chosen and its people stand, for the page that is open.

    Each community whose people are shown leaves its own line; beside a case that is not open nobody's are.
    """
    with context_of(request).database.read() as session:
        if not own_case(session, number, principal).open:
            raise Problem([FieldFault("number", "not_open", NOT_OPEN)], 403)
    return _part(request, number, principal, Wish(q[:64], town, area), fetched=True)


def _part(request: Request, number: str, principal: Principal, wish: Wish, **more: bool) -> Response:
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = own_case(session, number, principal)
        task = phone_task(session, case, _one_alone(session, wish, now), now)
    values = {"case": case, "task": task, **_moves(case, principal), **more}
    record_part(context.database, case, principal, now, task.looked_at)
    return context.page(request, "responders/desk_chosen.html", principal=principal, **values)


def _one_alone(session: Session, wish: Wish, now: datetime) -> Wish:
    """Letters that only one community has choose it."""
    found = find_places(session, wish.q, now) if wish.q and not wish.area else []
    return Wish(area=found[0].area.code) if len(found) == 1 else wish


def _moves(case: Case, principal: Principal) -> Json:
    moves = [move for move in open_moves(actors_of(principal, case), State(case.state)) if move in ACTIONS]
    return {"moves": moves, "mine": case.taken_by in ("", principal.username)}


@router.get("/desk/{number}/places")
def show_places(request: Request, number: str, principal: Clerk, q: str = "") -> Response:
    """What fits the letters typed so far; without any, what the case names and what was asked lately."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        case = own_case(session, number, principal)
        places = find_places(session, q, now) if q.strip() else offered_places(session, case, now)
    values = {"case": case, "places": places, "q": q[:64]}
    return context.page(request, "responders/desk_places.html", principal=principal, **values)


@router.post("/desk/{number}/called")
def note_call(request: Request, number: str, principal: Clerk, form_data: FormTyped) -> Response:
    """Notes that a contact was rung in vain: for who asks next, and for who keeps the roster."""
    context = context_of(request)
    with context.database.write() as session:
        contact = _write_call(session, context, own_case(session, number, principal), principal, form_data)
    if "hx-request" in request.headers:
        return _part(request, number, principal, Wish(area=contact.area))
    return RedirectResponse(f"/desk/{number}?area={contact.area}&flash=called#community", 303)


def _write_call(session: Session, context: Context, case: Case, principal: Principal, form_data: dict[str, str]) -> Contact:
    given, result, now = form_data.get("contact", ""), form_data.get("result", ""), context.now()
    contact = session.get(Contact, int(given)) if given.isdecimal() and len(given) < 10 else None
    if contact is None:
        raise Problem([FieldFault("contact", "unknown_contact", NO_CONTACT)])
    if result not in list(CallResult):
        raise Problem([FieldFault("result", "missing", NO_RESULT)])
    session.add(Call(about=case.number, contact_id=contact.id or 0, result=result, who=principal.username, at=now))
    details = {"contact": contact.id, "result": result}
    line = TrailLine.of_person(principal, now, "call", case.number, actor="clerk", details=details)
    trail.write(session, [line.in_state(case.state)])
    return contact
