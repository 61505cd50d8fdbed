"""Middleware that ends open event streams together with the session or API key they were opened with."""

import asyncio
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from anyio import BrokenResourceError
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.accounts import Account
from access.api_keys import ApiKey
from access.authentication import ADMIT, PRINCIPAL
from access.freezes import is_free
from access.passwords import digest
from access.principal import Principal
from access.sessions import SignIn
from storage.office_time import office_date
from storage.problem import N_, FieldFault, Problem
from web.context import Context
from web.problems import answer

MOST = 20  # streams and waiting requests a person or key may have open at once, in one process: each costs at every change
TOO_MANY = N_("You have {most} pages open that bring themselves up to date. Close some, then open this one again.")
TOO_MANY_WAIT = N_("{most} requests and pages of yours wait for news already. End some, then ask again.")
EVERY = 2.0  # seconds for which an answer counts; one question is asked for all open streams together


class Ended(OSError):
    """The session behind a stream has ended. An OSError, as if the listener had gone: that is what streams stop for."""


class Shown(NamedTuple):
    """By what somebody was let in, `session:HASH` or `key:PREFIX`, and as what: the account's unit and roles at that moment."""

    credential: str
    unit: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a stream is: the person or key that is counted, and what was shown, with which it ends."""

    who: str
    shown: Shown


def owner_of(principal: Principal) -> Owner:
    """The owner of what this principal opens."""
    key = f"key:{principal.key}" if principal.key else ""
    shown = Shown(key or f"session:{digest(principal.token)}", principal.unit, principal.roles)
    return Owner(key or f"person:{principal.username}", shown)


class Streams:
    """Middleware: looks before each piece of a stream whether whoever it is for may still see it."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app, self._house = app, context
        self._open = Counter[Shown]()  # by session or key
        self._of = Counter[str]()  # by person or key
        self._good: frozenset[Shown] = frozenset()
        self._looked_at = -EVERY
        self._looking: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; a stream until its session ends."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        stream = Stream(self, scope.setdefault("state", {}), send)
        if QueryParams(scope["query_string"]).get("wait", "0") != "0":
            scope["state"][ADMIT] = stream.admit
        try:
            await self._app(scope, receive, stream.send)
        except Exception as error:
            if stream.refused:
                await answer(Request(scope), 429, (FieldFault("", "too_many_streams", TOO_MANY, {"most": MOST}),))(
                    scope, receive, send
                )
                return None
            if not stream.ended and not _left(error):
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            stream.close()
        return None

    def enter(self, owner: Owner) -> bool:
        """One more stream for this one, who has just been authenticated; False where they have as many as they may."""
        if self._of[owner.who] >= MOST:
            return False
        self._of[owner.who] += 1
        self._open[owner.shown] += 1
        self._good |= {owner.shown}
        return True

    def leave(self, owner: Owner) -> None:
        """Counts one open stream less for this person or key."""
        self._of -= Counter((owner.who,))  # what comes to nothing is dropped
        self._open -= Counter((owner.shown,))

    async def may_go_on(self, shown: Shown) -> bool:
        """Whether this one is still let in with the same unit and roles, as it was at most EVERY seconds ago."""
        self._looking = self._looking or asyncio.Lock()
        async with self._looking:
            clock = asyncio.get_running_loop()
            if clock.time() >= self._looked_at + EVERY:
                known = list(self._open)
                good = await run_in_threadpool(self._look, known)
                self._good = good | (self._open.keys() - set(known))  # those came while we looked
                self._looked_at = clock.time()
        return shown in self._good

    def _look(self, shown: list[Shown]) -> frozenset[Shown]:
        with self._house.database.read() as session:
            return still_in(session, shown, self._house)


class Stream:
    """One answer on its way; `ended` once it was cut off, `refused` where it is one too many."""

    def __init__(self, streams: Streams, state: Mapping[str, Any], send: Send) -> None:
        self._streams, self._state, self._send = streams, state, send
        self._owner: Owner | None = None
        self._waits: Owner | None = None
        self.ended = self.refused = False

    def admit(self, principal: Principal) -> None:
        """Counts a request that waits for news among the streams of who sent it. Raises Problem (429) where it is one too many."""
        owner = owner_of(principal)
        if not self._waits and not self._streams.enter(owner):
            raise Problem([FieldFault("wait", "too_many_streams", TOO_MANY_WAIT, {"most": MOST})], 429)
        self._waits = owner

    async def send(self, message: Message) -> None:
        """Sends it on. Raises Ended where it is a stream too many, or a piece for somebody who is shut out."""
        if message["type"] == "http.response.start":
            self._begin(message)
        elif self._owner and message.get("body") and not await self._streams.may_go_on(self._owner.shown):
            self.ended = True
            raise Ended
        await self._send(message)

    def _begin(self, message: Message) -> None:
        # Whose it is says authentication, which has let them in: no header is read a second time.
        principal: Principal | None = self._state.get(PRINCIPAL)
        if principal and Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
            owner = owner_of(principal)
            self.refused = not self._streams.enter(owner)
            if self.refused:
                raise Ended
            self._owner = owner

    def close(self) -> None:
        """Takes this stream off the count; it is sent no more."""
        for owner in (self._owner, self._waits):
            if owner:
                self._streams.leave(owner)


def _left(error: BaseException) -> bool:
    """Whether nothing failed but that the listener had gone when the next piece was ready."""
    if isinstance(error, BaseExceptionGroup):
        return all(_left(one) for one in error.exceptions)
    return isinstance(error, BrokenResourceError)


def still_in(session: Session, shown: Collection[Shown], context: Context) -> frozenset[Shown]:
    """Those who would be let in now, and as what they were: with the same unit and roles. At most two queries."""
    credentials = {one.credential for one in shown}
    hashes, prefixes = ([one[len(kind) :] for one in credentials if one.startswith(kind)] for kind in ("session:", "key:"))
    now = context.now()
    return frozenset({*_sessions(session, hashes, context, now), *_keys(session, prefixes, now)}) & frozenset(shown)


def _sessions(session: Session, hashes: list[str], context: Context, now: datetime) -> list[Shown]:
    if not hashes:
        return []
    joined = select(SignIn, Account.unit, Account.roles).join(Account, col(Account.username) == col(SignIn.username))
    live = joined.where(col(SignIn.token_hash).in_(hashes), col(SignIn.revoked_at).is_(None), *_free())
    return [
        Shown(f"session:{one.token_hash}", unit, frozenset(roles))
        for one, unit, roles in session.exec(live)
        if one.ends_at(context.access.idle) >= now
    ]


def _keys(session: Session, prefixes: list[str], now: datetime) -> list[Shown]:
    if not prefixes:
        return []
    joined = select(ApiKey.prefix, Account.unit, Account.roles).join(Account, col(Account.username) == col(ApiKey.username))
    good = (col(ApiKey.revoked_at).is_(None), col(ApiKey.until) >= office_date(now))
    found = session.exec(joined.where(col(ApiKey.prefix).in_(prefixes), *good, *_free()))
    return [Shown(f"key:{prefix}", unit, frozenset(roles)) for prefix, unit, roles in found]


def _free() -> tuple[ColumnElement[bool], ...]:
    return col(Account.active).is_(True), is_free(col(Account.username), col(Account.unit))
