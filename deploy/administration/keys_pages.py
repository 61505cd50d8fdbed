"""Keys: with which systems act as an account; a new one is shown once, and one that is not needed is revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from cases.accounts import Account, ApiKey, new_key
from cases.door import Visitor
from cases.house import house_of
from cases.problem import N_, FieldFault
from cases.typed import FormTyped, Typed
from cases.units import Unit
from deploy.administration.changes import Act, note_changes
from deploy.administration.frame import PAGE_SIZE, Admin, show, unknown
from deploy.administration.last_days import office_day, read_day

router = APIRouter(include_in_schema=False)
LONGEST = timedelta(days=2 * 366)
NO_ACCOUNT = N_("There is no account with this user name that is switched on.")
NO_ADMIN = N_("No key may act as an administrator. Make an account for the system first.")
NO_PURPOSE = N_("Say which system uses the key, so that somebody knows later.")
NO_KEY = N_("There is no such key.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which keys are listed: those of one account where it is named. `page` counts from 0."""

    account: str = ""
    page: int = 0


@router.get("/admin/keys")
def list_keys(request: Request, visitor: Admin, wanted: Annotated[Wanted, Depends()]) -> Response:
    """Keys, those that open something first."""
    return _page(request, visitor, {"key_account": wanted.account} if wanted.account else {}, wanted=wanted)


def _page(
    request: Request, visitor: Visitor, typed: Typed, faults: Sequence[FieldFault] = (), wanted: Wanted | None = None, key: str = ""
) -> Response:
    house = house_of(request)
    today = office_day(house)
    with house.database.read() as session:
        rows, more = _listed(session, wanted or Wanted())
    values = {
        "rows": rows,
        "more": more,
        "wanted": wanted or Wanted(),
        "today": today,
        "soon": today + timedelta(days=30),
        "key": key,
    }
    shown = {"until": str(today + timedelta(days=365)), **typed}
    return show(request, visitor, "keys", **values, typed=shown, faults=faults)


def _listed(session: Session, wanted: Wanted) -> tuple[Sequence[tuple[ApiKey, Account, Unit]], bool]:
    found = select(ApiKey, Account, Unit).join(Account, col(Account.username) == col(ApiKey.username))
    found = found.join(Unit, col(Unit.code) == col(Account.unit)).order_by(col(ApiKey.revoked_at).is_not(None), col(ApiKey.prefix))
    found = found.where(col(ApiKey.username) == wanted.account) if wanted.account else found
    start = min(max(wanted.page, 0), 10_000) * PAGE_SIZE
    rows = session.exec(found.offset(start).limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


@router.post("/admin/keys")
def make_key(request: Request, visitor: Admin, typed: FormTyped) -> Response:
    """A new key, shown this once; only its hash is kept."""
    house, now = house_of(request), house_of(request).now()
    username, purpose = typed.get("key_account", "").strip().lower()[:64], typed.get("key_purpose", "").strip()[:100]
    until, faults = read_day(typed, office_day(house), LONGEST)
    faults = ([] if purpose else [FieldFault("key_purpose", "missing", NO_PURPOSE)]) + faults
    with house.database.write() as session:
        faults = _account_faults(session, username) + faults
        if not faults:
            key = new_key(session, username, until)
            made = session.get_one(ApiKey, prefix_of(key))
            made.purpose, made.made_at, made.made_by = purpose, now, visitor.username
            changed = {"key_account": (None, username), "key_purpose": (None, purpose), "until": (None, until)}
            note_changes(session, visitor, now, Act("key", made.prefix, "key_make", changed))
    if faults:
        return _page(request, visitor, typed, faults)
    return _page(request, visitor, {}, key=key)


def prefix_of(key: str) -> str:
    """The part of a key by which it is known."""
    return key.split("_")[1]


def _account_faults(session: Session, username: str) -> list[FieldFault]:
    account = session.get(Account, username)
    if account is None or not account.active:
        return [FieldFault("key_account", "unknown", NO_ACCOUNT)]
    return [FieldFault("key_account", "admin", NO_ADMIN)] if "admin" in account.roles else []


@router.post("/admin/keys/{prefix}/revoke")
def revoke_key(request: Request, prefix: str, visitor: Admin) -> Response:
    """This key opens nothing from now on."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        key = session.get(ApiKey, prefix)
        if key is None:
            raise unknown("key", NO_KEY)
        if key.revoked_at is None:
            key.revoked_at = now
            note_changes(session, visitor, now, Act("key", prefix, "key_revoke", {"key_account": (key.username, None)}))
    return RedirectResponse("/admin/keys?said=key_revoked", 303)
