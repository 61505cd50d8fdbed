"""/sign-in/sign-on: to the single sign-on (OpenID Connect) and back; only existing accounts get in."""

import asyncio
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from access.accounts import account_named
from access.authentication import Public
from access.cookies import PENDING, drop_cookie, read_cookie, set_cookie
from access.freezes import shut_out
from access.pending_sign_ins import LASTS, SIGN_ON, PendingSignIn, begin_pending, end_pending, find_pending, secret_of
from access.sign_on.sign_on import BegunSignOn, SignOn, SignOnIdentity, is_fresh
from access.sign_on.sign_on_metadata import SignOnFailed
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.sign_in.second_step import Onward, go_on, respond
from web.sign_in.sign_in_flow import local_path

log = structlog.get_logger()
router = APIRouter(include_in_schema=False)
Stranger = Depends(Public())
MOST_WAITING = 32  # sign-ins that wait for the sign-on at once
LONGEST = 20.0  # seconds
Result = TypeVar("Result")
NO_SIGN_ON = N_("This house has no sign-on but its own.")


async def apart(sign_on: SignOn, work: Callable[[], Result]) -> Result:
    """Does this on threads of the sign-on's own, lest one that hangs holds those that serve pages. Raises SignOnFailed."""
    if sign_on.waiting >= MOST_WAITING:
        raise SignOnFailed("busy")
    sign_on.waiting += 1
    try:
        return await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(sign_on.threads, work), LONGEST)
    except TimeoutError:
        raise SignOnFailed("too_slow") from None
    finally:
        sign_on.waiting -= 1


def _sign_on(request: Request) -> SignOn:
    found = request.app.state.sign_on
    if not isinstance(found, SignOn):
        raise Problem([FieldFault("", "no_sign_on", NO_SIGN_ON)], 404)
    return found


@router.get("/sign-in/sign-on", dependencies=[Stranger])
async def go(request: Request, next: str = "", again: str = "") -> Response:  # noqa: A002  # the field's name in the address
    """Sends the browser to the city's sign-on."""
    sign_on, context = _sign_on(request), context_of(request)
    try:
        begun = await apart(sign_on, lambda: sign_on.begin(context.wall(), bool(again)))
    except SignOnFailed as failed:
        return _refuse(request, failed)
    return await run_in_threadpool(_gone, request, begun, next, bool(again))


def _gone(request: Request, begun: BegunSignOn, following: str, again: bool) -> Response:
    context = context_of(request)
    secret = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "again": again}
    step = PendingSignIn(token_hash="", kind=SIGN_ON, following=local_path(following)[:500], until=context.now())
    with context.database.write() as session:
        token = begin_pending(session, step, secret, context.now())
    response = RedirectResponse(begun.url, 303)
    set_cookie(response, request, PENDING, token, int(LASTS.total_seconds()))
    return response


def _refuse(request: Request, failed: SignOnFailed | None = None, said: str = "sign_on_failed") -> Response:
    if failed:
        log.warning("sign_on_failed", reason=str(failed))
    response = RedirectResponse(f"/sign-in?flash={said}", 303)
    drop_cookie(response, request, PENDING)
    return response


@router.get("/sign-in/sign-on/back", dependencies=[Stranger])
async def come_back(request: Request, code: str = "", state: str = "", iss: str = "") -> Response:
    """Takes what the browser brings back, once, in the browser that went."""
    sign_on, context = _sign_on(request), context_of(request)
    secret, following = await run_in_threadpool(_taken, request)
    if not secret:
        return _refuse(request, said="step_ended")
    if not code or (iss and iss != sign_on.issuer) or not hmac.compare_digest(str(secret["state"]).encode(), state.encode()):
        return _refuse(request, SignOnFailed("not_ours" if code else "refused"))
    try:
        named = await apart(sign_on, lambda: sign_on.finish(code, str(secret["nonce"]), str(secret["verifier"]), context.wall()))
    except SignOnFailed as failed:
        return _refuse(request, failed)
    if secret["again"] and not is_fresh(named, context.wall()):
        return _refuse(request, SignOnFailed("not_fresh"))
    return await run_in_threadpool(_enter, request, named, following, context.now())


def _taken(request: Request) -> tuple[Json, str]:
    """What was kept for this browser's way back, and where it goes on; nothing where there is no way back, or no longer."""
    context, token = context_of(request), read_cookie(request, PENDING)
    now = context.now()
    with context.database.write() as session:
        step = find_pending(session, token, SIGN_ON, now)
        secret = secret_of(step) if step else {}
        following = step.following if step else ""
        end_pending(session, token)  # whatever comes of it, nobody comes back twice
    return secret, following


def _enter(request: Request, named: SignOnIdentity, following: str, now: datetime) -> Response:
    with context_of(request).database.write() as session:
        account = account_named(session, named.name, _sign_on(request).claim)
        if account is None:
            trail.write(session, [TrailLine(now, "sign_in_failed", "person", "")])
            return _refuse(request, said="sign_on_unknown")
        if shut_out(session, account.username, account.unit):
            trail.write(session, [TrailLine.of_person(account, now, "sign_in_failed")])
            return _refuse(request, said="sign_in_frozen")
        way = go_on(request, session, account, Onward("sign_on", following, named.strong), now)
    return respond(request, way)
