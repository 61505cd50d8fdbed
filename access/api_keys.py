"""API keys: the table of keys by which a unit's system acts as an account: hash, scopes, expiry."""

import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import JSON
from sqlmodel import Field, Session, SQLModel, col, select

from access.accounts import Account
from access.freezes import is_free
from access.passwords import digest
from access.scopes import SCOPES
from access.units import BELONGING, Belonging
from storage.office_time import office_date


class ApiKey(SQLModel, table=True):
    """A key for a unit's own system: it acts as its account. Only the secret's hash is kept."""

    __tablename__ = "api_key"

    prefix: str = Field(primary_key=True, max_length=16)
    secret_hash: str = Field(max_length=64)
    username: str = Field(foreign_key="account.username", index=True, max_length=64)
    until: date
    revoked_at: datetime | None = None
    purpose: str = Field(default="", max_length=100, sa_column_kwargs={"server_default": ""})  # what uses it
    made_at: datetime | None = None
    made_by: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    scopes: list[str] = Field(
        default_factory=lambda: list(SCOPES), sa_type=JSON, sa_column_kwargs={"server_default": json.dumps(SCOPES)}
    )
    used_at: datetime | None = None  # to five minutes
    replaced_by: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})


def new_key(session: Session, username: str, until: date, scopes: Sequence[str] = SCOPES) -> str:
    """A key `hk_<prefix>_<secret>` for these scopes, shown once."""
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    made = ApiKey(prefix=prefix, secret_hash=digest(secret), username=username, until=until, scopes=list(scopes))
    session.add(made)
    return f"hk_{prefix}_{secret}"


def has_working_key(session: Session, username: str, now: datetime) -> bool:
    """Whether a key of this account opens something today, or would if the account were switched on and not frozen."""
    works = (col(ApiKey.revoked_at).is_(None), col(ApiKey.until) >= office_date(now))
    return session.exec(select(ApiKey.prefix).where(ApiKey.username == username, *works).limit(1)).first() is not None


def find_key(session: Session, key: str, now: datetime) -> tuple[Account, ApiKey, Belonging] | None:
    """The account behind a key, unless it was revoked or its last day, by the office's calendar, is over."""
    kind, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != "hk" or not secret:
        return None
    both = select(Account, ApiKey, *BELONGING).join(ApiKey, col(ApiKey.username) == col(Account.username))
    found = session.exec(both.where(ApiKey.prefix == prefix, is_free(col(Account.username), col(Account.unit)))).first()
    if found is None or not hmac.compare_digest(found[1].secret_hash, digest(secret)):
        return None
    usable = found[1].revoked_at is None and found[1].until >= office_date(now) and found[0].active
    return (found[0], found[1], Belonging(found[2], bool(found[3]))) if usable else None
