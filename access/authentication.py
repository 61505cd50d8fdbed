"""Authentication: the dependencies by which every route names who may call it: role, session or API key; what counts as use."""

import hmac
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from fastapi import Request
from sqlmodel import Session, col, update
from starlette.concurrency import run_in_threadpool

from access.accounts import Account
from access.api_keys import ApiKey, find_key
from access.context import AccessContext, access_context_of
from access.passwords import digest
from access.pending_sign_ins import SIGN_ON
from access.principal import Principal
from access.refusals import Forged, NotAllowed, NotInScope, NotSignedIn, PasswordGiven
from access.sessions import GRACE_HOURS, NO_GRACE, SignIn, find_session
from access.shown_credential import shown_credential
from access.units import Belonging
from storage.remembered import SECONDS

IDENTITY = "identity"  # in the request's state: `key:...` or `person:...` as authentication knew them, empty where it knew nobody
PRINCIPAL = "principal"  # and where the principal stands, for a page that says what went wrong
ADMIT = "admit"  # there too, where somebody counts what each has open: called with the principal, refuses by an exception
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
KIND = "principal"  # what is remembered of a credential,
TABLES = ("account", "api_key", "sign_in", "frozen", "unit")  # and what decides it
MOMENT = timedelta(seconds=SECONDS)
TOUCH = timedelta(minutes=5)  # how exactly is known when a session or key was last used: each touch is a write


class Authenticated:
    """A FastAPI dependency that lets in those with one of these roles; with none named, everybody who signed in.

    A system's key gets in where it has one of the scopes named here, and nowhere else.
    """

    grace = NO_GRACE
    counts = True  # coming through this is a sign that somebody uses the session
    may_be_choosing = False  # whoever came by a password that somebody else knows is here to choose their own
    streams_count = False  # a page that listens by itself is not

    def __init__(self, *roles: str, scope: str | Collection[str] = ()) -> None:
        self.roles = frozenset(roles)
        self.scopes = frozenset([scope] if isinstance(scope, str) else scope)

    async def __call__(self, request: Request) -> Principal:
        """The principal. Raises NotSignedIn, PasswordGiven, NotAllowed, NotInScope or Forged."""
        context = access_context_of(request)
        principal = _remembered(request, context, self)
        if principal is None:
            principal = await run_in_threadpool(_recognise, request, context, self)
        if principal.csrf and request.method not in SAFE:
            await _check_form(request, principal)
        if principal.choosing and not self.may_be_choosing:
            raise PasswordGiven
        if principal.key and not self.scopes & principal.scopes:
            raise NotInScope(self.scopes)
        if self.roles and not self.roles & principal.roles:
            raise NotAllowed
        request.scope["state"].get(ADMIT, _admitted)(principal)
        return principal


class AuthenticatedWithGrace(Authenticated):
    """Lets in also those whose session ran out a little while ago, marked `ended`: to keep what they wrote, and nothing else."""

    grace = timedelta(hours=GRACE_HOURS)


class AuthenticatedToChoose(Authenticated):
    """For choosing a password, and for going away: also for those who must do so before anything else."""

    may_be_choosing = True


class AuthenticatedInBackground(Authenticated):
    """For what an open page does by itself: it does not count as use of the session."""

    counts = False


class AuthenticatedOnAWall(Authenticated):
    """For a screen in a hall, in front of which nobody ever clicks: that it listens is use enough."""

    streams_count = True


class Public:
    """A dependency that says: this route is meant for strangers."""

    async def __call__(self) -> None:
        """Lets everybody pass."""


def _admitted(_principal: Principal) -> None:
    """Nobody counts."""


class _Known(NamedTuple):
    """Somebody who was let in a moment ago; when that was by the house's clock, and when their key or session was last used."""

    principal: Principal
    at: datetime
    used_at: datetime | None


def _remembered(request: Request, context: AccessContext, asked: Authenticated) -> Principal | None:
    """Whoever showed this a moment ago, without asking the database; None where it has to be asked."""
    shown, now = shown_credential(request).digest, context.now()
    known: _Known | None = context.database.memory.known(KIND, TABLES, [shown]).get(shown)
    if known is None or abs(now - known.at) > MOMENT or _is_use(request, asked, known, now):
        return None
    request.scope.setdefault("state", {}).update({IDENTITY: _name(known.principal), PRINCIPAL: known.principal})
    return known.principal


def _recognise(request: Request, context: AccessContext, asked: Authenticated) -> Principal:
    shown, now, read_at = shown_credential(request), context.now(), time.monotonic()
    with context.database.read() as session:
        if shown.token:
            found = find_session(session, shown.token, now, asked.grace, context.access.idle)
            principal, used_at = _person(*found, shown.token, now, context.access.idle) if found else (None, None)
        else:
            system = find_key(session, shown.key, now)
            principal, used_at = _system(*system) if system else (None, None)
    request.scope.setdefault("state", {}).update({IDENTITY: _name(principal), PRINCIPAL: principal})
    if principal is None:
        raise NotSignedIn
    known = _Known(principal, now, used_at)
    if _is_use(request, asked, known, now):
        with context.database.write() as session:
            _touch(session, principal, now)
    elif not principal.ended:
        context.database.memory.keep(KIND, {shown.digest: known}, read_at)
    return principal


def _is_use(request: Request, asked: Authenticated, known: _Known, now: datetime) -> bool:
    """Whether this counts as use of the session or key, and the last that was noted is some minutes ago."""
    listens = "text/event-stream" in request.headers.get("accept", "") and not known.principal.key
    counts = asked.counts and (asked.streams_count or not listens)
    return counts and not known.principal.ended and (known.used_at is None or known.used_at + TOUCH < now)


def _name(principal: Principal | None) -> str:
    if principal is None:
        return ""
    return f"key:{principal.key}" if principal.key else f"person:{principal.username}"


def _system(account: Account, key: ApiKey, house: Belonging) -> tuple[Principal, datetime | None]:
    who = (account.username, account.name, account.unit, frozenset(account.roles), account.locale)
    return Principal(*who, key=key.prefix, scopes=frozenset(key.scopes), **house._asdict()), key.used_at


def _person(
    account: Account, sign_in: SignIn, house: Belonging, token: str, now: datetime, idle: timedelta
) -> tuple[Principal, datetime | None]:
    who = (account.username, account.name, account.unit, frozenset(account.roles), account.locale)
    looks, ended = (account.theme, account.density), sign_in.ends_at(idle) < now
    choosing = account.password_given and not sign_in.how.startswith(SIGN_ON)
    more = {"choosing": choosing, "ended": ended, "proven_at": sign_in.proven_at, **house._asdict()}
    known = Principal(*who, sign_in.csrf, token, *looks, **more)
    return known, sign_in.seen_at


def _touch(session: Session, principal: Principal, now: datetime) -> None:
    if principal.key:
        used = update(ApiKey).where(col(ApiKey.prefix) == principal.key).values(used_at=now)
    else:
        used = update(SignIn).where(col(SignIn.token_hash) == digest(principal.token)).values(seen_at=now)
    session.connection().execute(used)


async def _check_form(request: Request, principal: Principal) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None:
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(), principal.csrf.encode()):
        raise Forged
