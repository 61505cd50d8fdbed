"""/me/authenticator: setting up, changing or removing TOTP, and new recovery codes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import Account
from access.authentication import Authenticated
from access.cookies import PENDING, drop_cookie, read_cookie, set_cookie
from access.pending_sign_ins import LASTS, OWN, PendingSignIn, begin_pending, end_pending, find_pending, secret_of
from access.principal import Principal
from access.sessions import close_sessions
from access.totp import Totp, has_totp, new_recovery_codes, new_secret, recovery_left, remove_totp, set_totp
from storage.problem import N_, FieldFault, Problem
from web.account.authenticator_picture import picture
from web.context import context_of
from web.form_data import FormTyped
from web.sign_in.reauthentication import Reauthenticated
from web.sign_in.second_step import NOT_IT, note

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(Authenticated())]
Proven = Annotated[Principal, Depends(Reauthenticated())]
NONE_YET = N_("You have no authenticator.")
NEEDED = N_("Your work needs the second step. Set up another authenticator instead: it takes the place of this one.")
AT, NEW = "/me/authenticator", "/me/authenticator/new"


@router.get("/me/authenticator")
def show_authenticator(request: Request, principal: Anybody) -> Response:
    """Whether one has an authenticator, and what can be done with it."""
    context = context_of(request)
    with context.database.read() as session:
        totp, left = session.get(Totp, principal.username), recovery_left(session, principal.username)
        account = session.get_one(Account, principal.username)
        needed = context.access.needs_totp(account.roles, account.password_alone)
    return context.page(request, "authenticator.html", principal=principal, totp=totp, left=left, needed=needed)


@router.post("/me/authenticator")
def begin(request: Request, principal: Proven) -> Response:
    """Begins to set one up; the one there is goes on working until the new one has shown a code."""
    context, now = context_of(request), context_of(request).now()
    step = PendingSignIn(token_hash="", kind=OWN, username=principal.username, until=now)
    with context.database.write() as session:
        token = begin_pending(session, step, {"secret": new_secret()}, now)
    response = RedirectResponse(NEW, 303)
    set_cookie(response, request, PENDING, token, int(LASTS.total_seconds()))
    return response


@router.get("/me/authenticator/new")
def show_picture(request: Request, principal: Anybody) -> Response:
    """The picture for the authenticator."""
    return _picture(request, principal)


def _picture(request: Request, principal: Principal, fault: FieldFault | None = None) -> Response:
    context = context_of(request)
    with context.database.write() as session:
        step = find_pending(session, read_cookie(request, PENDING), OWN, context.now())
        mine = step is not None and step.username == principal.username
        secret = str(secret_of(step)["secret"]) if step and mine else ""
    if not secret:
        return RedirectResponse(AT, 303)
    values = {"picture": picture(secret, principal.username), "secret": secret, "faults": [fault] if fault else []}
    status = 422 if fault else 200
    return context.page(request, "enrol.html", status=status, principal=principal, action=NEW, needed=False, **values)


@router.post("/me/authenticator/new")
def set_up(request: Request, principal: Anybody, form_data: FormTyped) -> Response:
    """Takes the authenticator once it shows the right code; other sessions end, the recovery codes are shown this once."""
    context, now, token = context_of(request), context_of(request).now(), read_cookie(request, PENDING)
    with context.database.write() as session:
        step = find_pending(session, token, OWN, now)
        if step is None or step.username != principal.username:
            return RedirectResponse(AT, 303)
        codes = set_totp(session, principal.username, str(secret_of(step)["secret"]), form_data.get("totp", ""), context.wall())
        if codes is not None:
            end_pending(session, token)
            note(session, session.get_one(Account, principal.username), "totp_set", now)
            close_sessions(session, [principal.username], now, principal.token)
    if codes is None:
        return _picture(request, principal, FieldFault("totp", "wrong", NOT_IT))
    response = _codes_page(request, principal, codes)
    drop_cookie(response, request, PENDING)
    return response


def _codes_page(request: Request, principal: Principal, codes: list[str]) -> Response:
    return context_of(request).page(request, "recovery_codes.html", principal=principal, codes=codes, target=AT)


@router.post("/me/authenticator/codes")
def renew_codes(request: Request, principal: Proven) -> Response:
    """Fresh recovery codes, shown this once; those before stop working."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        if not has_totp(session, principal.username):
            raise Problem([FieldFault("", "no_authenticator", NONE_YET)], 409)
        codes = new_recovery_codes(session, principal.username)
        note(session, session.get_one(Account, principal.username), "totp_codes", now)
    return _codes_page(request, principal, codes)


@router.post("/me/authenticator/off")
def take_off(request: Request, principal: Proven) -> Response:
    """Takes it off, where one's work does not need it."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        account = session.get_one(Account, principal.username)
        if context.access.needs_totp(account.roles, account.password_alone):
            raise Problem([FieldFault("", "needed", NEEDED)], 409)
        if remove_totp(session, principal.username):
            note(session, account, "totp_off", now)
    return RedirectResponse(f"{AT}?flash=totp_off", 303)
