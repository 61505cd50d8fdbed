"""One's own authenticator: setting it up, changing it, new recovery codes, taking it off."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, update

from access.accounts import Account, SignIn, digest
from access.authentication import Door
from access.cookies import STEP, drop_cookie, read_cookie, set_cookie
from access.pending_sign_ins import LASTS, OWN, Step, begin_step, end_step, find_step, secret_of
from access.principal import Visitor
from access.totp import Totp, has_totp, new_recovery_codes, new_secret, recovery_left, remove_totp, set_totp
from storage.problem import N_, FieldFault, Problem
from web.account.authenticator_picture import picture
from web.context import house_of
from web.form_data import FormTyped
from web.sign_in.reauthentication import ProvenDoor
from web.sign_in.second_step import NOT_IT, note

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, Depends(Door())]
Proven = Annotated[Visitor, Depends(ProvenDoor())]
NONE_YET = N_("You have no authenticator.")
NEEDED = N_("Your work needs the second step. Set up another authenticator instead: it takes the place of this one.")
AT, NEW = "/me/authenticator", "/me/authenticator/new"


@router.get("/me/authenticator")
def show_authenticator(request: Request, visitor: Anybody) -> Response:
    """Whether one has an authenticator, and what can be done with it."""
    house = house_of(request)
    with house.database.read() as session:
        totp, left = session.get(Totp, visitor.username), recovery_left(session, visitor.username)
        account = session.get_one(Account, visitor.username)
        needed = house.access.needs_totp(account.roles, account.password_alone)
    return house.page(request, "authenticator.html", visitor=visitor, totp=totp, left=left, needed=needed)


@router.post("/me/authenticator")
def begin(request: Request, visitor: Proven) -> Response:
    """Begins to set one up; the one there is goes on working until the new one has shown a code."""
    house, now = house_of(request), house_of(request).now()
    step = Step(token_hash="", kind=OWN, username=visitor.username, until=now)
    with house.database.write() as session:
        token = begin_step(session, step, {"secret": new_secret()}, now)
    response = RedirectResponse(NEW, 303)
    set_cookie(response, request, STEP, token, int(LASTS.total_seconds()))
    return response


@router.get("/me/authenticator/new")
def show_picture(request: Request, visitor: Anybody) -> Response:
    """The picture for the authenticator."""
    return _picture(request, visitor)


def _picture(request: Request, visitor: Visitor, fault: FieldFault | None = None) -> Response:
    house = house_of(request)
    with house.database.write() as session:
        step = find_step(session, read_cookie(request, STEP), OWN, house.now())
        mine = step is not None and step.username == visitor.username
        secret = str(secret_of(step)["secret"]) if step and mine else ""
    if not secret:
        return RedirectResponse(AT, 303)
    values = {"picture": picture(secret, visitor.username), "secret": secret, "faults": [fault] if fault else []}
    status = 422 if fault else 200
    return house.page(request, "enrol.html", status=status, visitor=visitor, action=NEW, needed=False, **values)


@router.post("/me/authenticator/new")
def set_up(request: Request, visitor: Anybody, typed: FormTyped) -> Response:
    """Takes the authenticator once it shows the right code; other sessions end, the recovery codes are shown this once."""
    house, now, token = house_of(request), house_of(request).now(), read_cookie(request, STEP)
    with house.database.write() as session:
        step = find_step(session, token, OWN, now)
        if step is None or step.username != visitor.username:
            return RedirectResponse(AT, 303)
        codes = set_totp(session, visitor.username, str(secret_of(step)["secret"]), typed.get("totp", ""), house.wall())
        if codes is not None:
            end_step(session, token)
            note(session, session.get_one(Account, visitor.username), "totp_set", now)
            others = (col(SignIn.username) == visitor.username, col(SignIn.token_hash) != digest(visitor.token))
            session.connection().execute(update(SignIn).where(*others, col(SignIn.revoked_at).is_(None)).values(revoked_at=now))
    if codes is None:
        return _picture(request, visitor, FieldFault("totp", "wrong", NOT_IT))
    response = _codes_page(request, visitor, codes)
    drop_cookie(response, request, STEP)
    return response


def _codes_page(request: Request, visitor: Visitor, codes: list[str]) -> Response:
    return house_of(request).page(request, "recovery_codes.html", visitor=visitor, codes=codes, target=AT)


@router.post("/me/authenticator/codes")
def renew_codes(request: Request, visitor: Proven) -> Response:
    """Fresh recovery codes, shown this once; those before stop working."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        if not has_totp(session, visitor.username):
            raise Problem([FieldFault("", "no_authenticator", NONE_YET)], 409)
        codes = new_recovery_codes(session, visitor.username)
        note(session, session.get_one(Account, visitor.username), "totp_codes", now)
    return _codes_page(request, visitor, codes)


@router.post("/me/authenticator/off")
def take_off(request: Request, visitor: Proven) -> Response:
    """Takes it off, where one's work does not need it."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        account = session.get_one(Account, visitor.username)
        if house.access.needs_totp(account.roles, account.password_alone):
            raise Problem([FieldFault("", "needed", NEEDED)], 409)
        if remove_totp(session, visitor.username):
            note(session, account, "totp_off", now)
    return RedirectResponse(f"{AT}?said=totp_off", 303)
