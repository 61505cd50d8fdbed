"""Accounts: the table of people who work here: user name, unit, roles, password hash, phone, language."""

from collections.abc import Iterable

from sqlalchemy import JSON, false
from sqlmodel import Field, Session, SQLModel, col, select

ROLES = ("asker", "envoy", "clerk", "keeper", "supervisor", "reformer", "monitor", "inspector", "admin")
THEMES = ("auto", "light", "dark")  # auto: what the person's computer says
DENSITIES = ("comfortable", "compact")


class Account(SQLModel, table=True):
    """One person. `roles` says which desks are theirs, `phone` where the ladder texts them."""

    username: str = Field(primary_key=True, max_length=64, schema_extra={"pattern": r"^[a-z0-9][a-z0-9._-]{1,63}$"})
    name: str = Field(max_length=64)
    unit: str = Field(foreign_key="unit.code", index=True, max_length=32)
    roles: list[str] = Field(default_factory=list, sa_type=JSON)
    phone: str = Field(default="", max_length=20)
    password_hash: str = Field(default="", max_length=200)
    password_given: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # somebody else knows it
    locale: str = Field(default="zh", max_length=5)
    theme: str = Field(default="auto", max_length=8, sa_column_kwargs={"server_default": "auto"})
    density: str = Field(default="comfortable", max_length=12, sa_column_kwargs={"server_default": "comfortable"})
    active: bool = True
    sign_on: str = Field(default="", max_length=128, index=True, sa_column_kwargs={"server_default": ""})  # there: their name
    password_alone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # invented people of the sample city


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """The people's names by user name, in one query; whoever has no account is missing."""
    found = select(Account.username, Account.name).where(col(Account.username).in_(set(usernames) - {""}))
    return dict(session.exec(found).all())


def account_named(session: Session, name: str, claim: str) -> Account | None:
    """The one account that is switched on and has this name at the sign-on.

    An account for which none is written there has its user name; not for `sub`, which says nothing about names here.
    """
    found = session.exec(select(Account).where(col(Account.sign_on) == name).limit(2)).all()
    if not found and claim != "sub":
        mine = select(Account).where(col(Account.username) == name.lower(), col(Account.sign_on) == "")
        found = session.exec(mine).all()
    return found[0] if len(found) == 1 and found[0].active else None
