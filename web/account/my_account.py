"""My account: who one is, and where one is signed in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, select, update

from access.accounts import SignIn, digest, open_sessions
from access.authentication import Door
from access.principal import Visitor
from access.totp import has_totp
from access.units import Unit
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem
from web.context import house_of

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, Depends(Door())]
BEGINNING = 16  # characters of a session's hash by which it is named
NO_SESSION = N_("There is no such session.")


@router.get("/me")
def show_me(request: Request, visitor: Anybody) -> Response:
    """Who one is, and where one is signed in."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        sessions = open_sessions(session, visitor.username, now, house.access.idle)
        unit, second = session.get(Unit, visitor.unit), has_totp(session, visitor.username)
    return house.page(request, "me.html", visitor=visitor, sessions=sessions, unit=unit, second=second)


@router.post("/me/sessions/{beginning}/end")
def end_session(request: Request, beginning: str, visitor: Anybody) -> Response:
    """Ends another session of one's own, named by the beginning of its hash."""
    house, now = house_of(request), house_of(request).now()
    named = col(SignIn.token_hash).startswith(beginning[:64], autoescape=True)
    with house.database.write() as session:
        found = session.exec(select(SignIn).where(SignIn.username == visitor.username, named)).first()
        if found is None or len(beginning) < BEGINNING:
            raise Problem([FieldFault("session", "unknown", NO_SESSION)], 404)
        if found.revoked_at is None:
            found.revoked_at = now
            trail.write(session, [TrailLine.of_person(visitor, now, "sign_out")])
    return RedirectResponse("/me?said=revoked", 303)


@router.post("/me/sessions/end")
def end_others(request: Request, visitor: Anybody) -> Response:
    """Ends every session of one's own but this one."""
    house, now = house_of(request), house_of(request).now()
    others = (col(SignIn.username) == visitor.username, col(SignIn.token_hash) != digest(visitor.token))
    with house.database.write() as session:
        ended = session.connection().execute(update(SignIn).where(*others, col(SignIn.revoked_at).is_(None)).values(revoked_at=now))
        if ended.rowcount:
            trail.write(session, [TrailLine.of_person(visitor, now, "sessions_end")])
    return RedirectResponse("/me?said=revoked", 303)
