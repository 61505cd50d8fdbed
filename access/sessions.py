"""Sessions: the table of signed-in browsers (token's hash, account, CSRF token, expiry, last seen)."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, func, select, update

from access.accounts import Account
from access.freezes import is_free
from access.passwords import digest
from access.pending_sign_ins import end_pending_of
from access.units import BELONGING, Belonging
from storage.first_rows import FirstRows, first_rows

SESSION_HOURS = 12


GRACE_HOURS = 24  # so long after a session ran out, what was being written in it is still kept for its writer


NO_GRACE = timedelta(0)


NEVER_IDLE = timedelta(hours=SESSION_HOURS)
SHOWN = 50  # sessions in a list


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


def open_session(session: Session, account: Account, now: datetime, came: SignInOrigin = UNSAID) -> OpenedSession:
    """A new session for this account, with a token of its own, valid for a working day."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    times = {"opened_at": now, "seen_at": now, "proven_at": now, "until": now + timedelta(hours=SESSION_HOURS)}
    who = {"token_hash": digest(token), "csrf": csrf, "username": account.username}
    session.add(SignIn(**{**who, **times, **asdict(came)}))
    return OpenedSession(token, csrf, account)


def find_session(
    session: Session, token: str, now: datetime, grace: timedelta = NO_GRACE, idle: timedelta = NEVER_IDLE
) -> tuple[Account, SignIn, Belonging] | None:
    """Whose session this is, unless it has ended (longer than `grace` ago), was revoked, or the account is no longer active."""
    found = session.exec(
        select(Account, SignIn, *BELONGING)
        .join(SignIn, col(SignIn.username) == col(Account.username))
        .where(SignIn.token_hash == digest(token), is_free(col(Account.username), col(Account.unit)))
    ).first()
    if found is None or found[1].revoked_at or found[1].ends_at(idle) + grace < now or not found[0].active:
        return None
    return found[0], found[1], Belonging(found[2], bool(found[3]))


def open_sessions(session: Session, username: str, now: datetime, idle: timedelta = NEVER_IDLE) -> FirstRows[SignIn]:
    """Where this person is signed in now, newest first."""
    mine = select(SignIn).where(SignIn.username == username, col(SignIn.revoked_at).is_(None), col(SignIn.until) >= now)
    used = func.coalesce(col(SignIn.seen_at), col(SignIn.opened_at)) >= now - idle
    return first_rows(session, mine.where(used).order_by(col(SignIn.opened_at).desc()), SHOWN)


def close_sessions(session: Session, usernames: Sequence[str], now: datetime, keep: str = "") -> int:
    """Ends every session of these people but the one with the token `keep`, and the sign-ins they are amid; how many ended."""
    # These first: a sign-in that is just being finished is waited for, and its session is among those that end.
    end_pending_of(session, usernames)
    theirs = (col(SignIn.username).in_(usernames), col(SignIn.revoked_at).is_(None))
    others = (col(SignIn.token_hash) != digest(keep),) if keep else ()
    return session.connection().execute(update(SignIn).where(*theirs, *others).values(revoked_at=now)).rowcount


def revoke_sessions(session: Session, username: str, now: datetime, token: str = "") -> int:
    """Ends this one session, or all of a person's and the sign-in they are amid; how many ended."""
    if not token:
        return close_sessions(session, [username], now)
    mine = select(SignIn).where(SignIn.username == username, col(SignIn.revoked_at).is_(None))
    found = session.exec(mine.where(SignIn.token_hash == digest(token))).all()
    for one in found:
        one.revoked_at = now
        session.add(one)
    return len(found)
