"""Choosing a password of one's own; asked for at the sign-in while somebody else knows it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import col, update

from access.accounts import HASHER, Account, SignIn, digest, hash_of, is_password
from access.authentication import Door
from access.cookies import DEVICE, read_cookie
from access.principal import Visitor
from access.refusals import NotAllowed
from access.sign_in_throttle import Comer, judge
from access.trusted_browsers import forget_devices
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault
from web.context import house_of
from web.form_data import FormTyped, Typed
from web.sign_in.sign_in_flow import landing, local_path

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, Depends(Door())]
SHORTEST, LONGEST = 10, 200
WRONG = N_("This is not your password. After five wrong ones you have to wait a minute.")
TOO_SHORT = N_("Give at least {shortest} characters: four words are easy to keep.")
TOO_LONG = N_("Give at most {longest} characters.")
SAME = N_("This is the old one. Choose another.")
NAME = N_("This is your user name. Choose something that nobody guesses.")
NOT_REPEATED = N_("The two are not the same. Type the new password again.")


@router.get("/me/password")
def show_form(request: Request, visitor: Anybody, next: str = "") -> Response:  # noqa: A002  # the field's name in the address
    """The form; it says so where somebody else knows the password."""
    return _page(request, visitor, local_path(next))


def _page(request: Request, visitor: Visitor, following: str, faults: Sequence[FieldFault] = ()) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        given = session.get_one(Account, visitor.username).password_given
    values = {"next": following, "faults": faults, "given": given, "status": 422 if faults else 200}
    return house.page(request, "password.html", visitor=visitor, **values)


@router.post("/me/password")
def change_password(request: Request, visitor: Anybody, typed: FormTyped) -> Response:
    """Takes the new password; one's other sessions end."""
    if not visitor.token:
        raise NotAllowed  # a system with a key has no password to change
    house, now, following = house_of(request), house_of(request).now(), local_path(typed.get("next", ""))
    old, new = typed.get("password", "")[:LONGEST], typed.get("new_password", "")
    faults = _faults(typed, visitor.username)
    comer = Comer(visitor.username, device=digest(visitor.token))  # its own counter: nobody else can make this person wait
    with house.database.read() as session:
        hashed = hash_of(session, visitor.username)
    good = is_password(old, hashed)
    fresh = "" if faults else HASHER.hash(new)  # both take long: before the transaction
    with house.database.write() as session:
        account = session.get(Account, visitor.username) if judge(session, comer, good, now) else None
        if account is not None and not faults:
            account.password_hash, account.password_given = fresh, False
            forget_devices(session, account.username, read_cookie(request, DEVICE))  # others may be somebody else's
            others = (col(SignIn.username) == account.username, col(SignIn.token_hash) != digest(visitor.token))
            session.connection().execute(update(SignIn).where(*others, col(SignIn.revoked_at).is_(None)).values(revoked_at=now))
            trail.write(session, [TrailLine.of_person(account, now, "password_change")])
    if account is None:
        faults = [FieldFault("password", "wrong", WRONG), *faults]
    if faults:
        return _page(request, visitor, following, faults)
    return RedirectResponse(following or f"{landing(visitor.roles)}?said=password_changed", 303)


def _faults(typed: Typed, username: str) -> list[FieldFault]:
    new = typed.get("new_password", "")
    if len(new) < SHORTEST:
        return [FieldFault("new_password", "too_short", TOO_SHORT, {"shortest": SHORTEST})]
    if len(new) > LONGEST:
        return [FieldFault("new_password", "too_long", TOO_LONG, {"longest": LONGEST})]
    if new == typed.get("password", ""):
        return [FieldFault("new_password", "same", SAME)]
    if new.strip().lower() == username:
        return [FieldFault("new_password", "name", NAME)]
    return [] if new == typed.get("repeated", "") else [FieldFault("repeated", "not_repeated", NOT_REPEATED)]
