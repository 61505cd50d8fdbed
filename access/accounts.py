"""Accounts: the people who work here, how they sign in, and the keys their units' systems use."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from pwdlib import PasswordHash
from sqlalchemy import JSON, false
from sqlmodel import Field, Session, SQLModel, col, select

from access.freezes import is_free
from access.scopes import SCOPES
from storage.office_time import office_date

ROLES = ("asker", "clerk", "keeper", "supervisor", "admin")
THEMES = ("auto", "light", "dark")  # auto: what the person's computer says
DENSITIES = ("comfortable", "compact")
SESSION_HOURS = 12
GRACE_HOURS = 24  # so long after a session ran out, what was being written in it is still kept for its writer
NO_GRACE = timedelta(0)
NEVER_IDLE = timedelta(hours=SESSION_HOURS)
HASHER = PasswordHash.recommended()  # argon2id


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


class SignIn(SQLModel, table=True):
    """One browser's session. Only the token's hash is kept; dismissal or a lost phone revokes it at once."""

    __tablename__ = "sign_in"

    token_hash: str = Field(primary_key=True, max_length=64)
    username: str = Field(foreign_key="account.username", index=True, max_length=64)
    csrf: str = Field(max_length=64)
    opened_at: datetime
    until: datetime
    revoked_at: datetime | None = None
    seen_at: datetime | None = None  # last used, to five minutes
    proven_at: datetime | None = None  # when the person last showed who they are
    how: str = Field(default="password", max_length=16, sa_column_kwargs={"server_default": "password"})
    source: str = Field(default="", max_length=45, sa_column_kwargs={"server_default": ""})  # the address it was opened from
    browser: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})

    def ends_at(self, idle: timedelta) -> datetime:
        """When it ends if nobody uses it from now on."""
        return min(self.until, (self.seen_at or self.opened_at) + idle)


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


@dataclass(frozen=True, slots=True)
class SignInOrigin:
    """How somebody came in, and from where: the address and the browser in a few words."""

    how: str = "password"
    source: str = ""
    browser: str = ""


UNSAID = SignInOrigin()


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A fresh session: the cookie's token is shown once and never stored."""

    token: str
    csrf: str
    account: Account


def digest(secret: str) -> str:
    """SHA-256 of a random secret: these have 256 bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b2dWRWJTmaaI+BYpYtEdRxyWlI"


def is_password(password: str, hashed: str) -> bool:
    """Whether this is the password behind the hash. Without a hash it takes as long and is never one.

    Takes a tenth of a second on purpose: call it where no transaction waits.
    """
    return HASHER.verify(password, hashed or _NOBODY)


def hash_of(session: Session, username: str) -> str:
    """The hash of this name's password; empty where there is no such name or no password yet."""
    account = session.get(Account, username)
    return account.password_hash if account else ""


def names_of(session: Session, usernames: Iterable[str]) -> dict[str, str]:
    """The people's names by user name, in one query; whoever has no account is missing."""
    found = select(Account.username, Account.name).where(col(Account.username).in_(set(usernames) - {""}))
    return dict(session.exec(found).all())


def open_session(session: Session, account: Account, now: datetime, came: SignInOrigin = UNSAID) -> OpenedSession:
    """A new session for this account, with a token of its own, valid for a working day."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    times = {"opened_at": now, "seen_at": now, "proven_at": now, "until": now + timedelta(hours=SESSION_HOURS)}
    who = {"token_hash": digest(token), "csrf": csrf, "username": account.username}
    session.add(SignIn(**{**who, **times, **asdict(came)}))
    return OpenedSession(token, csrf, account)


def find_session(
    session: Session, token: str, now: datetime, grace: timedelta = NO_GRACE, idle: timedelta = NEVER_IDLE
) -> tuple[Account, SignIn] | None:
    """Whose session this is, unless it has ended (longer than `grace` ago), was revoked, or the account is no longer active."""
    found = session.exec(
        select(Account, SignIn)
        .join(SignIn, col(SignIn.username) == col(Account.username))
        .where(SignIn.token_hash == digest(token), is_free(col(Account.username), col(Account.unit)))
    ).first()
    if found is None or found[1].revoked_at or found[1].ends_at(idle) + grace < now or not found[0].active:
        return None
    return found[0], found[1]


def open_sessions(session: Session, username: str, now: datetime, idle: timedelta = NEVER_IDLE) -> list[SignIn]:
    """Where this person is signed in now, newest first, at most a hundred."""
    mine = select(SignIn).where(SignIn.username == username, col(SignIn.revoked_at).is_(None), col(SignIn.until) >= now)
    found = session.exec(mine.order_by(col(SignIn.opened_at).desc()).limit(100))
    return [one for one in found if one.ends_at(idle) >= now]


def revoke_sessions(session: Session, username: str, now: datetime, token: str = "") -> int:
    """Ends this one session, or all of a person's; how many ended."""
    mine = select(SignIn).where(SignIn.username == username, col(SignIn.revoked_at).is_(None))
    found = session.exec(mine.where(SignIn.token_hash == digest(token)) if token else mine).all()
    for one in found:
        one.revoked_at = now
        session.add(one)
    return len(found)


def new_key(session: Session, username: str, until: date, scopes: Sequence[str] = SCOPES) -> str:
    """A key `hk_<prefix>_<secret>` for these scopes, shown once."""
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    made = ApiKey(prefix=prefix, secret_hash=digest(secret), username=username, until=until, scopes=list(scopes))
    session.add(made)
    return f"hk_{prefix}_{secret}"


def find_key(session: Session, key: str, now: datetime) -> tuple[Account, ApiKey] | None:
    """The account behind a key, unless it was revoked or its last day, by the office's calendar, is over."""
    kind, _, rest = key.partition("_")
    prefix, _, secret = rest.partition("_")
    if kind != "hk" or not secret:
        return None
    both = select(Account, ApiKey).join(ApiKey, col(ApiKey.username) == col(Account.username))
    found = session.exec(both.where(ApiKey.prefix == prefix, is_free(col(Account.username), col(Account.unit)))).first()
    if found is None or not hmac.compare_digest(found[1].secret_hash, digest(secret)):
        return None
    usable = found[1].revoked_at is None and found[1].until >= office_date(now) and found[0].active
    return (found[0], found[1]) if usable else None
