"""/me/password: changing one's password, and replacing one that an administrator gave."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.accounts import Account
from access.authentication import AuthenticatedToChoose
from access.cookies import TRUSTED_BROWSER, read_cookie
from access.known_browsers import forget_browsers
from access.passwords import LONGEST, SHORTEST, digest, hash_of, hasher, is_password, shown_length
from access.principal import Principal
from access.refusals import NotAllowed
from access.sessions import close_sessions
from access.sign_in_throttle import Claimant, record_outcome
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped
from web.sign_in.sign_in_flow import landing, local_path

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(AuthenticatedToChoose())]
WRONG = N_("This is not your password. After five wrong ones you have to wait a minute.")
TOO_SHORT = N_("Give at least {shortest} characters besides blanks: four words are easy to keep.")
TOO_LONG = N_("Give at most {longest} characters.")
SAME = N_("This is the old one. Choose another.")
NAME = N_("This is your user name. Choose something that nobody guesses.")
NOT_REPEATED = N_("The two are not the same. Type the new password again.")


@router.get("/me/password")
def show_form(request: Request, principal: Anybody, next: str = "") -> Response:  # noqa: A002  # the field's name in the address
    """The form; it says so where somebody else knows the password."""
    return _page(request, principal, local_path(next))


def _page(request: Request, principal: Principal, following: str, faults: Sequence[FieldFault] = ()) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        given = session.get_one(Account, principal.username).password_given
    values = {"next": following, "faults": faults, "given": given, "status": 422 if faults else 200}
    return context.page(request, "password.html", principal=principal, **values)


@router.post("/me/password")
def change_password(request: Request, principal: Anybody, form_data: FormTyped) -> Response:
    """Takes the new password; one's other sessions end."""
    if not principal.token:
        raise NotAllowed  # a system with a key has no password to change
    context, now, following = context_of(request), context_of(request).now(), local_path(form_data.get("next", ""))
    old, new = form_data.get("password", "")[:LONGEST], form_data.get("new_password", "")
    faults = _faults(form_data, principal.username)
    claimant = Claimant(
        principal.username, device=digest(principal.token)
    )  # its own counter: nobody else can make this person wait
    with context.database.read() as session:
        hashed = hash_of(session, principal.username)
    good = is_password(old, hashed)
    fresh = "" if faults else hasher().hash(new)  # both take long: before the transaction
    with context.database.write() as session:
        good = good and hash_of(session, principal.username) == hashed  # nobody gave another one meanwhile
        account = session.get(Account, principal.username) if record_outcome(session, claimant, good, now) else None
        if account is not None and not faults:
            account.password_hash, account.password_given = fresh, False
            forget_browsers(session, account.username, read_cookie(request, TRUSTED_BROWSER))  # others may be somebody else's
            close_sessions(session, [account.username], now, principal.token)
            trail.write(session, [TrailLine.of_person(account, now, "password_change")])
    if account is None:
        faults = [FieldFault("password", "wrong", WRONG), *faults]
    if faults:
        return _page(request, principal, following, faults)
    return RedirectResponse(following or f"{landing(principal.roles)}?flash=password_changed", 303)


def _faults(form_data: FormData, username: str) -> list[FieldFault]:
    new = form_data.get("new_password", "")
    if shown_length(new) < SHORTEST:
        return [FieldFault("new_password", "too_short", TOO_SHORT, {"shortest": SHORTEST})]
    if len(new) > LONGEST:
        return [FieldFault("new_password", "too_long", TOO_LONG, {"longest": LONGEST})]
    if new == form_data.get("password", ""):
        return [FieldFault("new_password", "same", SAME)]
    if new.strip().lower() == username:
        return [FieldFault("new_password", "name", NAME)]
    return [] if new == form_data.get("repeated", "") else [FieldFault("repeated", "not_repeated", NOT_REPEATED)]
