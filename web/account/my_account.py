"""My account: /me with one's data and sessions, and ending sessions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, select

from access.authentication import Authenticated
from access.pending_sign_ins import end_pending_of
from access.principal import Principal
from access.sessions import SignIn, close_sessions, open_sessions
from access.totp import has_totp
from access.units import Unit
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem
from web.context import context_of

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(Authenticated())]
BEGINNING = 16  # characters of a session's hash by which it is named
NO_SESSION = N_("There is no such session.")


@router.get("/me")
def show_me(request: Request, principal: Anybody) -> Response:
    """Who one is, and where one is signed in."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        sessions = open_sessions(session, principal.username, now, context.access.idle)
        unit, second = session.get(Unit, principal.unit), has_totp(session, principal.username)
    return context.page(request, "me.html", principal=principal, sessions=sessions, unit=unit, second=second)


@router.post("/me/sessions/{beginning}/end")
def end_session(request: Request, beginning: str, principal: Anybody) -> Response:
    """Ends another session of one's own, named by the beginning of its hash."""
    context, now = context_of(request), context_of(request).now()
    named = col(SignIn.token_hash).startswith(beginning[:64], autoescape=True)
    with context.database.write() as session:
        found = session.exec(select(SignIn).where(SignIn.username == principal.username, named)).first()
        if found is None or len(beginning) < BEGINNING:
            raise Problem([FieldFault("session", "unknown", NO_SESSION)], 404)
        if found.revoked_at is None:
            found.revoked_at = now
            end_pending_of(session, [principal.username])
            trail.write(session, [TrailLine.of_person(principal, now, "sign_out")])
    return RedirectResponse("/me?flash=revoked", 303)


@router.post("/me/sessions/end")
def end_others(request: Request, principal: Anybody) -> Response:
    """Ends every session of one's own but this one."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        if close_sessions(session, [principal.username], now, principal.token):
            trail.write(session, [TrailLine.of_person(principal, now, "sessions_end")])
    return RedirectResponse("/me?flash=revoked", 303)
