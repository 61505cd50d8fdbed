"""Accounts as administrators list, filter and read them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import SQLColumnExpression, Text, cast, delete, update
from sqlmodel import Session, col, func, or_, select

from access.accounts import Account
from access.sessions import SignIn
from access.units import Unit
from administrators.page_frame import PAGE_SIZE, known
from cases.case import IS_TAKEN, Case
from cases.duty.standing_order import Duty
from cases.names import mended
from storage.problem import N_

NO_ACCOUNT = N_("There is no such account.")


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts are listed; empty fields do not filter. `state`: active, off, or waiting (for a first password)."""

    q: str = ""
    unit: str = ""
    role: str = ""
    state: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One account of a list, its unit, and when it last signed in."""

    account: Account
    unit: Unit
    signed_in: datetime | None


def account_of_name(session: Session, username: str) -> Account:
    """The account, or a Problem with status 404."""
    return known(session.get(Account, username), "username", NO_ACCOUNT)


def listed(session: Session, wanted: AccountFilter) -> tuple[list[Listed], str]:
    """A page of accounts by user name, and after which name the next page begins; two queries."""
    found = select(Account, Unit).join(Unit, col(Unit.code) == col(Account.unit)).where(*_filters(wanted))
    rows = session.exec(found.order_by(col(Account.username)).limit(PAGE_SIZE + 1)).all()
    names = [account.username for account, _ in rows]
    last = select(SignIn.username, func.max(col(SignIn.opened_at))).where(col(SignIn.username).in_(names))
    seen = dict(iter(session.exec(last.group_by(SignIn.username))))
    people = [Listed(account, unit, seen.get(account.username)) for account, unit in rows[:PAGE_SIZE]]
    return people, names[PAGE_SIZE - 1] if len(names) > PAGE_SIZE else ""


def _filters(wanted: AccountFilter) -> list[SQLColumnExpression[bool]]:
    words, states = mended(wanted.q)[:64], {"active": col(Account.active), "off": ~col(Account.active)}
    states["waiting"] = col(Account.active) & (col(Account.password_hash) == "")
    filters: list[SQLColumnExpression[bool]] = [states[wanted.state]] if wanted.state in states else []
    if words:
        filters.append(or_(*(col(field).icontains(words, autoescape=True) for field in (Account.username, Account.name))))
    if wanted.unit:
        filters.append(col(Account.unit) == wanted.unit)
    if wanted.role:
        filters.append(cast(col(Account.roles), Text).contains(f'"{wanted.role}"', autoescape=True))
    return [*filters, col(Account.username) > wanted.after] if wanted.after else filters


def held_cases(session: Session, account: Account) -> int:
    """How many open cases this person has taken."""
    mine = select(func.count()).select_from(Case).where(Case.taken_by == account.username)
    return session.exec(mine.where(IS_TAKEN)).one()


def follow_duty(session: Session, account: Account) -> None:
    """The place on duty goes with the person, and with the work of a clerk it ends."""
    mine = col(Duty.username) == account.username
    if "clerk" in account.roles:
        session.connection().execute(update(Duty).where(mine).values(unit=account.unit))
    else:
        session.connection().execute(delete(Duty).where(mine))
