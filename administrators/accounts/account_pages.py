"""/admin/accounts: list, new account (first password shown once), and one account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session, col, select

from access.accounts import ROLES, Account
from access.api_keys import ApiKey, has_working_key
from access.first_passwords import new_password
from access.passwords import hasher
from access.principal import Principal
from access.sessions import open_sessions
from access.totp import has_totp
from access.units import Unit, all_units
from administrators.accounts.accounts import AccountFilter, account_of_name, follow_duty, held_cases, listed
from administrators.changes import Act, changes_of, note_changes
from administrators.entry_forms import AccountEntry, account_of, role_faults
from administrators.page_frame import Admin, Proven, show
from cases.trail.differences import differences, first_values
from contacts.departures import take_back
from storage.problem import N_, FieldFault, faults_of
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
TAKEN = N_("There is an account with this user name already.")
NAMED = N_("Another account has this name at the city's sign-on already.")
NO_UNIT = N_("There is no such unit.")
OWN_ROLE = N_("You cannot take the role of administrator from yourself. Ask another administrator.")
HAS_KEY = N_("A key acts as this account, and no key may act as an administrator. Revoke the key first.")


@router.get("/admin/accounts")
def list_accounts(request: Request, principal: Admin, wanted: Annotated[AccountFilter, Depends()]) -> Response:
    """Accounts by user name, found by words, unit, role and state."""
    with context_of(request).database.read() as session:
        people, following = listed(session, wanted)
        units = all_units(session)
    return show(request, principal, "accounts", people=people, following=following, units=units, wanted=wanted, roles=ROLES)


@router.get("/admin/new/account")
def begin_account(request: Request, principal: Admin, unit: str = "") -> Response:
    """The empty form."""
    return _new_page(request, principal, {"unit": unit[:32], "locale": "zh"})


def _new_page(request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = ()) -> Response:
    with context_of(request).database.read() as session:
        units = all_units(session)
    return show(request, principal, "account_new", form_data=form_data, units=units, faults=faults, roles=ROLES)


@router.post("/admin/new/account")
def add_account(request: Request, principal: Proven, form_data: FormTyped) -> Response:
    """A new account; its first password stands on the page that answers, and nowhere else."""
    context, now = context_of(request), context_of(request).now()
    password = new_password()
    hashed = hasher().hash(password)  # takes long: before the transaction
    with context.database.write() as session:
        entry, faults = _read(session, form_data)
        if entry is not None and session.get(Account, entry.username) is not None:
            faults.append(FieldFault("username", "taken", TAKEN))
        if entry is not None and not faults:
            session.add(Account(**entry.model_dump(), password_hash=hashed, password_given=True))
            session.flush()
            note_changes(session, principal, now, Act("account", entry.username, "account_add", first_values(entry.model_dump())))
    if entry is None or faults:
        return _new_page(request, principal, form_data, faults)
    return account_page(request, principal, entry.username, password=password)


def _read(session: Session, form_data: FormData, username: str = "") -> tuple[AccountEntry | None, list[FieldFault]]:
    try:
        entry = account_of(form_data, username)
    except ValidationError as error:
        return None, list(faults_of(error))
    unit = session.get(Unit, entry.unit)
    namesakes = select(Account.username).where(Account.sign_on == entry.sign_on, col(Account.username) != entry.username)
    if entry.sign_on and session.exec(namesakes.limit(1)).first() is not None:
        return entry, [FieldFault("sign_on", "taken", NAMED)]
    return entry, role_faults(entry, unit) if unit else [FieldFault("unit", "unknown", NO_UNIT)]


@router.get("/admin/accounts/{username}")
def show_account(request: Request, username: str, principal: Admin) -> Response:
    """One account: what it may do, where it is signed in, its keys, and what was changed."""
    return account_page(request, principal, username)


def account_page(
    request: Request,
    principal: Principal,
    username: str,
    form_data: FormData | None = None,
    faults: Sequence[FieldFault] = (),
    password: str = "",
) -> Response:
    """The page of one account; `password` is shown this once."""
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        account = account_of_name(session, username)
        values = {
            "sessions": open_sessions(session, username, now, context.access.idle),
            "held": held_cases(session, account), "units": all_units(session),
            "keys": session.exec(select(ApiKey).where(ApiKey.username == username, col(ApiKey.revoked_at).is_(None))).all(),
            "changes": changes_of(session, "account", username), "second": has_totp(session, username),
        }  # fmt: skip
    shown = form_data if form_data is not None else _typed_of(account)
    today = context.rulebook.calendar.day_at(now)
    values |= {"account": account, "roles": ROLES, "today": today}
    return show(request, principal, "account", **values, form_data=shown, faults=faults, password=password)


def _typed_of(account: Account) -> FormData:
    texts = {name: str(getattr(account, name)) for name in ("name", "unit", "phone", "locale", "sign_on")}
    return {**texts, **{f"role_{role}": "yes" for role in account.roles}}


@router.post("/admin/accounts/{username}")
def change_account(request: Request, username: str, principal: Proven, form_data: FormTyped) -> Response:
    """Name, unit, roles, mobile and language; they hold from the next click of that person on."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        account = account_of_name(session, username)
        entry, faults = _read(session, form_data, username)
        if entry is not None and username == principal.username and "admin" not in entry.roles:
            faults.append(FieldFault("roles", "own_role", OWN_ROLE))
        if entry is not None and "admin" in entry.roles and has_working_key(session, username, now):
            faults.append(FieldFault("roles", "has_key", HAS_KEY))
        if entry is not None and not faults:
            _change(session, principal, account, entry, now)
            take_back(session, now, context.rulebook)
    if entry is None or faults:
        return account_page(request, principal, username, form_data, faults)
    return RedirectResponse(f"/admin/accounts/{username}?flash=account_changed", 303)


def _change(session: Session, principal: Principal, account: Account, entry: AccountEntry, now: datetime) -> None:
    changed = differences({**account.model_dump(), "roles": [role for role in ROLES if role in account.roles]}, entry.model_dump())
    if changed:
        account.sqlmodel_update(entry.model_dump())
        session.flush()
        follow_duty(session, account)
        note_changes(session, principal, now, Act("account", account.username, "account_change", changed))
