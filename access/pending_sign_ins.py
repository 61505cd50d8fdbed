"""Pending sign-ins: the table of sign-ins between password and second step, or on their way to OpenID Connect."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from access.passwords import digest
from storage.encrypted_columns import EncryptedBytes
from storage.json import Json

LASTS = timedelta(minutes=10)
MOST_FAILURES = 5  # wrong codes; then one begins again with the password
CODE, ENROL, OWN, SIGN_ON = "code", "enrol", "own", "sign_on"


class PendingSignIn(SQLModel, table=True):
    """A half-open sign-in; it opens nothing. Known by a cookie of its own, whose hash alone is kept."""

    __tablename__ = "sign_in_step"

    token_hash: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=16)  # one of those above
    username: str = Field(default="", max_length=64)  # empty while the city's sign-on has not said who it is
    how: str = Field(default="", max_length=16)
    following: str = Field(default="", max_length=500)  # the page to go on to
    sealed: bytes = Field(default=b"", sa_type=EncryptedBytes)  # what only this house may know of it
    failures: int = 0
    until: datetime = Field(index=True)


def begin_pending(session: Session, step: PendingSignIn, secret: Mapping[str, object], now: datetime) -> str:
    """Keeps this step (`token_hash` and `until` are filled in) with its secret encrypted; the cookie's token."""
    token = secrets.token_urlsafe(32)
    step.token_hash, step.until = digest(token), now + LASTS
    step.sealed = json.dumps(secret).encode()
    session.add(step)
    return token


def find_pending(session: Session, token: str, kind: str, now: datetime) -> PendingSignIn | None:
    """The step of this kind that this browser is in, locked; None where it has ended."""
    mine = select(PendingSignIn).where(
        PendingSignIn.token_hash == digest(token), PendingSignIn.kind == kind, col(PendingSignIn.until) >= now
    )
    found = session.exec(mine.with_for_update()).first() if token else None
    return found if found and found.failures < MOST_FAILURES else None


def secret_of(step: PendingSignIn) -> Json:
    """What was encrypted with it."""
    return dict(json.loads(step.sealed))


def end_pending(session: Session, token: str) -> None:
    """Nobody goes on from here."""
    session.connection().execute(delete(PendingSignIn).where(col(PendingSignIn.token_hash) == digest(token)))


def end_pending_of(session: Session, usernames: Iterable[str]) -> None:
    """Ends whatever sign-in these people are amid: with another password, an ended session or a closed account one begins anew."""
    theirs = col(PendingSignIn.username).in_(sorted(set(usernames) - {""}))
    session.connection().execute(delete(PendingSignIn).where(theirs))


def any_old(session: Session, now: datetime) -> bool:
    """Whether some have ended."""
    return session.exec(select(PendingSignIn.token_hash).where(col(PendingSignIn.until) < now - LASTS).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Forgets those that have ended."""
    session.connection().execute(delete(PendingSignIn).where(col(PendingSignIn.until) < now - LASTS))
