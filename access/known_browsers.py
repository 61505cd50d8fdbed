"""Trusted browsers: the table of browsers in which somebody signed in before (cookie's hash, account, since)."""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, delete, select

from access.passwords import digest, hash_of
from access.sessions import SignIn
from access.sign_in_throttle import Claimant

KEPT = timedelta(days=400)
FAMILIAR = timedelta(days=30)  # so long an address from which somebody signed in stays familiar


class TrustedBrowser(SQLModel, table=True):
    """One browser as it is known for one person; a counter's computer may be known for several. Only the token's hash is kept."""

    __tablename__ = "device"

    token_hash: str = Field(primary_key=True, max_length=64)
    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    since: datetime
    seen_at: datetime


def claimant_of(session: Session, username: str, source: str, token: str, now: datetime) -> Claimant:
    """Who comes: whether this browser or this address is known for the name they give."""
    era = digest(hash_of(session, username))[:16]
    device = session.get(TrustedBrowser, (digest(token), username)) if token else None
    if device is not None:
        return Claimant(username, source, device.token_hash, era=era)
    mine = select(SignIn.token_hash).where(SignIn.username == username, SignIn.source == source)
    lately = session.exec(mine.where(col(SignIn.opened_at) > now - FAMILIAR).limit(1)).first()
    return Claimant(username, source, familiar=bool(source) and lately is not None, era=era)


def remember(session: Session, username: str, token: str, now: datetime) -> str:
    """Knows this browser for this person from now on; the token it is to keep: its own if it is one of ours."""
    ours = token and session.exec(select(TrustedBrowser).where(TrustedBrowser.token_hash == digest(token)).limit(1)).first()
    kept = token if ours else secrets.token_urlsafe(32)
    device = session.get(TrustedBrowser, (digest(kept), username)) or TrustedBrowser(
        token_hash=digest(kept), username=username, since=now, seen_at=now
    )
    device.seen_at = now
    session.add(device)
    return kept


def forget_browsers(session: Session, username: str, but: str = "") -> None:
    """No browser is known for this person any more, but the one with this token."""
    others = (col(TrustedBrowser.username) == username, col(TrustedBrowser.token_hash) != digest(but))
    session.connection().execute(delete(TrustedBrowser).where(*others))


def any_old(session: Session, now: datetime) -> bool:
    """Whether there are browsers nobody has used for long."""
    return (
        session.exec(select(TrustedBrowser.username).where(col(TrustedBrowser.seen_at) < now - KEPT).limit(1)).first() is not None
    )


def forget(session: Session, now: datetime) -> None:
    """Forgets browsers nobody has used for long."""
    session.connection().execute(delete(TrustedBrowser).where(col(TrustedBrowser.seen_at) < now - KEPT))
