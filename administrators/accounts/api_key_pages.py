"""/admin/keys: API keys of units' systems: made, rotated, revoked.

A new one is shown once; one that ends is replaced by another while both work for a while; one that is not needed is revoked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from access.accounts import Account
from access.api_keys import ApiKey, new_key
from access.principal import Principal
from access.scopes import SCOPES
from access.units import Unit
from administrators.changes import Act, note_changes
from administrators.page_frame import PAGE_SIZE, Admin, Proven, known, show
from administrators.until_field import read_day
from cases.trail.differences import first_values
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
LONGEST = timedelta(days=2 * 366)
NO_ACCOUNT = N_("There is no account with this user name that is switched on.")
NO_ADMIN = N_("No key may act as an administrator. Make an account for the system first.")
NO_SCOPE = N_("Choose what the key may be used for; no more than the system needs.")
NO_OVERLAP = N_("Give a whole number of days from 0 to {most}.")
NOT_VALID = N_("This key opens nothing any more. Make a new one instead.")
OVERLAP = 14  # days on which an old key and the one in its place both work
MOST_OVERLAP = 90
NO_PURPOSE = N_("Say which system uses the key, so that somebody knows later.")
NO_KEY = N_("There is no such key.")


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """Which keys are listed: those of one account where it is named. `page` counts from 0."""

    account: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class KeyWish:
    """A key that is to be made."""

    username: str
    until: date
    scopes: list[str]
    purpose: str


@router.get("/admin/keys")
def list_keys(request: Request, principal: Admin, wanted: Annotated[KeyFilter, Depends()]) -> Response:
    """Keys, those that open something first."""
    return _page(request, principal, {"key_account": wanted.account} if wanted.account else {}, wanted=wanted)


def _page(
    request: Request,
    principal: Principal,
    form_data: FormData,
    faults: Sequence[FieldFault] = (),
    wanted: KeyFilter | None = None,
    key: str = "",
) -> Response:
    context = context_of(request)
    today = context.today()
    with context.database.read() as session:
        rows, more = _listed(session, wanted or KeyFilter())
    values = {
        "rows": rows,
        "more": more,
        "wanted": wanted or KeyFilter(),
        "today": today,
        "soon": today + timedelta(days=30),
        "key": key,
        "scopes": SCOPES,
        "overlap": OVERLAP,
        "next_year": today + timedelta(days=365),
    }
    shown = {"until": str(today + timedelta(days=365)), **form_data}
    return show(request, principal, "keys", **values, form_data=shown, faults=faults)


def _listed(session: Session, wanted: KeyFilter) -> tuple[Sequence[tuple[ApiKey, Account, Unit]], bool]:
    found = select(ApiKey, Account, Unit).join(Account, col(Account.username) == col(ApiKey.username))
    found = found.join(Unit, col(Unit.code) == col(Account.unit)).order_by(col(ApiKey.revoked_at).is_not(None), col(ApiKey.prefix))
    found = found.where(col(ApiKey.username) == wanted.account) if wanted.account else found
    start = min(max(wanted.page, 0), 10_000) * PAGE_SIZE
    rows = session.exec(found.offset(start).limit(PAGE_SIZE + 1)).all()
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


@router.post("/admin/keys")
def make_key(request: Request, principal: Proven, form_data: FormTyped) -> Response:
    """A new key, shown this once; only its hash is kept."""
    context, now = context_of(request), context_of(request).now()
    username, purpose = form_data.get("key_account", "").strip().lower()[:64], form_data.get("key_purpose", "").strip()[:100]
    until, faults = read_day(form_data, context.today(), LONGEST)
    scopes = [scope for scope in SCOPES if f"scope_{scope}" in form_data]
    faults = ([] if purpose else [FieldFault("key_purpose", "missing", NO_PURPOSE)]) + faults
    faults += [] if scopes else [FieldFault("key_scopes", "missing", NO_SCOPE)]
    with context.database.write() as session:
        faults = _account_faults(session, username) + faults
        if not faults:
            key, made = _made(session, KeyWish(username, until, scopes, purpose), principal, now)
            changed = {"key_account": username, "key_purpose": purpose, "key_scopes": scopes, "until": until}
            note_changes(session, principal, now, Act("key", made.prefix, "key_make", first_values(changed)))
    if faults:
        return _page(request, principal, form_data, faults)
    return _page(request, principal, {}, key=key)


def _made(session: Session, like: KeyWish, principal: Principal, now: datetime) -> tuple[str, ApiKey]:
    key = new_key(session, like.username, like.until, like.scopes)
    made = session.get_one(ApiKey, prefix_of(key))
    made.purpose, made.made_at, made.made_by = like.purpose, now, principal.username
    return key, made


@router.post("/admin/keys/{prefix}/rotate")
def rotate_key(request: Request, prefix: str, principal: Proven, form_data: FormTyped) -> Response:
    """A new key in place of this one, for the same account and scopes, shown this once; both work for so many days."""
    context, now, today = context_of(request), context_of(request).now(), context_of(request).today()
    until, faults = read_day(form_data, today, LONGEST)
    days = form_data.get("overlap", "").strip()
    if not (days.isdecimal() and len(days) <= 2 and int(days) <= MOST_OVERLAP):
        faults.append(FieldFault("overlap", "wrong", NO_OVERLAP, {"most": MOST_OVERLAP}))
    with context.database.write() as session:
        old = _key(session, prefix)
        if old.revoked_at is not None or old.until < today:
            faults.append(FieldFault("", "not_valid", NOT_VALID))
        faults += _account_faults(session, old.username)
        if not faults:
            like = KeyWish(old.username, until, old.scopes, old.purpose)
            key, made = _made(session, like, principal, now)
            before, old.until, old.replaced_by = old.until, min(old.until, today + timedelta(days=int(days))), made.prefix
            act = Act("key", prefix, "key_rotate", {"until": (before, old.until), "key_account": (None, made.prefix)})
            note_changes(session, principal, now, act)
    return _page(request, principal, form_data, faults) if faults else _page(request, principal, {}, key=key)


def _key(session: Session, prefix: str) -> ApiKey:
    return known(session.get(ApiKey, prefix), "key", NO_KEY)


def prefix_of(key: str) -> str:
    """The part of a key by which it is known."""
    return key.split("_")[1]


def _account_faults(session: Session, username: str) -> list[FieldFault]:
    account = session.get(Account, username)
    if account is None or not account.active:
        return [FieldFault("key_account", "unknown", NO_ACCOUNT)]
    return [FieldFault("key_account", "admin", NO_ADMIN)] if "admin" in account.roles else []


@router.post("/admin/keys/{prefix}/revoke")
def revoke_key(request: Request, prefix: str, principal: Admin) -> Response:
    """This key opens nothing from now on."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        key = _key(session, prefix)
        if key.revoked_at is None:
            key.revoked_at = now
            note_changes(session, principal, now, Act("key", prefix, "key_revoke", {"key_account": (key.username, None)}))
    return RedirectResponse("/admin/keys?flash=key_revoked", 303)
