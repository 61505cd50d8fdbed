"""The door: who somebody is, and what they may see. Every route has one."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta

from fastapi import Request
from sqlmodel import Session, col, update
from starlette.concurrency import run_in_threadpool

from access.accounts import GRACE_HOURS, NO_GRACE, Account, ApiKey, SignIn, digest, find_key, find_session
from access.context import AccessContext, access_context_of
from access.cookies import SESSION, read_cookie
from access.principal import Visitor
from access.refusals import Forged, NotAllowed, NotInScope, NotSignedIn

CAME = "came"  # in the request's state: `key:...` or `person:...` as the door knew them, empty where it knew nobody
VISITOR = "visitor"  # and where the visitor stands, for a page that says what went wrong
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOUCH = timedelta(minutes=5)  # how exactly is known when a session or key was last used: each touch is a write


class Door:
    """A FastAPI dependency that lets in those with one of these roles; with none named, everybody who signed in.

    A system's key gets in where it has one of the scopes named here, and nowhere else.
    """

    grace = NO_GRACE
    counts = True  # coming through here is a sign that somebody uses the session
    streams_count = False  # a page that listens by itself is not

    def __init__(self, *roles: str, scope: str | Collection[str] = ()) -> None:
        self.roles = frozenset(roles)
        self.scopes = frozenset([scope] if isinstance(scope, str) else scope)

    async def __call__(self, request: Request) -> Visitor:
        """The visitor. Raises NotSignedIn, NotAllowed, NotInScope or Forged."""
        house = access_context_of(request)
        visitor = await run_in_threadpool(_recognise, request, house, self)
        if visitor.csrf and request.method not in SAFE:
            await _check_form(request, visitor)
        if visitor.key and not self.scopes & visitor.scopes:
            raise NotInScope(self.scopes)
        if self.roles and not self.roles & visitor.roles:
            raise NotAllowed
        return visitor


class WritingDoor(Door):
    """Lets in also those whose session ran out a little while ago, marked `ended`: to keep what they wrote, and nothing else."""

    grace = timedelta(hours=GRACE_HOURS)


class QuietDoor(Door):
    """For what an open page does by itself: it does not count as use of the session."""

    counts = False


class WatchingDoor(Door):
    """For a screen in a hall, in front of which nobody ever clicks: that it listens is use enough."""

    streams_count = True


class PublicDoor:
    """A dependency that says: this route is meant for strangers."""

    async def __call__(self) -> None:
        """Lets everybody pass."""


def _recognise(request: Request, house: AccessContext, door: Door) -> Visitor:
    authorization, now = request.headers.get("authorization", ""), house.now()
    with house.database.read() as session:
        if authorization.lower().startswith("bearer "):
            known = find_key(session, authorization[7:].strip(), now)
            visitor, used_at = _system(*known) if known else (None, None)
        else:
            token = read_cookie(request, SESSION)
            found = find_session(session, token, now, door.grace, house.access.idle)
            visitor, used_at = _person(*found, token, now, house.access.idle) if found else (None, None)
    request.scope.setdefault("state", {}).update({CAME: _name(visitor), VISITOR: visitor})
    if visitor is None:
        raise NotSignedIn
    listens = "text/event-stream" in request.headers.get("accept", "") and not visitor.key
    counts = door.counts and (door.streams_count or not listens)
    if counts and not visitor.ended and (used_at is None or used_at + TOUCH < now):
        with house.database.write() as session:
            _touch(session, visitor, now)
    return visitor


def _name(visitor: Visitor | None) -> str:
    if visitor is None:
        return ""
    return f"key:{visitor.key}" if visitor.key else f"person:{visitor.username}"


def _system(account: Account, key: ApiKey) -> tuple[Visitor, datetime | None]:
    who = (account.username, account.name, account.unit, frozenset(account.roles), account.locale)
    return Visitor(*who, key=key.prefix, scopes=frozenset(key.scopes)), key.used_at


def _person(account: Account, sign_in: SignIn, token: str, now: datetime, idle: timedelta) -> tuple[Visitor, datetime | None]:
    who = (account.username, account.name, account.unit, frozenset(account.roles), account.locale)
    looks = (account.theme, account.density, sign_in.ends_at(idle) < now)
    return Visitor(*who, sign_in.csrf, token, *looks, proven_at=sign_in.proven_at), sign_in.seen_at


def _touch(session: Session, visitor: Visitor, now: datetime) -> None:
    if visitor.key:
        used = update(ApiKey).where(col(ApiKey.prefix) == visitor.key).values(used_at=now)
    else:
        used = update(SignIn).where(col(SignIn.token_hash) == digest(visitor.token)).values(seen_at=now)
    session.connection().execute(used)


async def _check_form(request: Request, visitor: Visitor) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None:
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
        raise Forged
