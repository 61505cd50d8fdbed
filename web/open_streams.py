"""Middleware that ends open event streams together with the session or API key they were opened with."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anyio import BrokenResourceError
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.accounts import Account
from access.api_keys import ApiKey
from access.authentication import PRINCIPAL
from access.freezes import is_free
from access.passwords import digest
from access.principal import Principal
from access.sessions import SignIn
from storage.office_time import office_date
from storage.problem import N_, FieldFault
from web.context import Context
from web.problems import answer

MOST = 20  # streams a person or key may have open at once, in one process: a change is shown anew in each
TOO_MANY = N_("You have {most} pages open that bring themselves up to date. Close some, then open this one again.")
EVERY = 2.0  # seconds for which an answer counts; one question is asked for all open streams together


class Ended(OSError):
    """The session behind a stream has ended. An OSError, as if the listener had gone: that is what streams stop for."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a stream is: the person or key that is counted, and the session or key with which it ends."""

    who: str
    shown: str


def owner_of(principal: Principal | None) -> Owner | None:
    """The owner of what this principal opens; nobody where no one was authenticated."""
    if principal is None:
        return None
    if principal.key:
        return Owner(f"key:{principal.key}", f"key:{principal.key}")
    return Owner(f"person:{principal.username}", f"session:{digest(principal.token)}")


class Streams:
    """Middleware: looks before each piece of a stream whether whoever it is for may still see it."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app, self._house = app, context
        self._open, self._of = Counter[str](), Counter[str]()  # by session or key, and by person or key
        self._good: frozenset[str] = frozenset()
        self._looked_at = -EVERY
        self._looking: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; a stream until its session ends."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        stream = Stream(self, scope.setdefault("state", {}), send)
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
        for counter, name in ((self._of, owner.who), (self._open, owner.shown)):
            counter[name] -= 1
            if not counter[name]:
                del counter[name]

    async def may_go_on(self, shown: str) -> bool:
        """Whether this one is still let in, as it was at most EVERY seconds ago."""
        self._looking = self._looking or asyncio.Lock()
        async with self._looking:
            clock = asyncio.get_running_loop()
            if clock.time() >= self._looked_at + EVERY:
                known = list(self._open)
                good = await run_in_threadpool(self._look, known)
                self._good = good | (self._open.keys() - set(known))  # those came while we looked
                self._looked_at = clock.time()
        return shown in self._good

    def _look(self, shown: list[str]) -> frozenset[str]:
        with self._house.database.read() as session:
            return still_in(session, shown, self._house)


class Stream:
    """One answer on its way; `ended` once it was cut off, `refused` where it is one too many."""

    def __init__(self, streams: Streams, state: Mapping[str, Any], send: Send) -> None:
        self._streams, self._state, self._send = streams, state, send
        self._owner: Owner | None = None
        self.ended = self.refused = False

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
        owner = owner_of(self._state.get(PRINCIPAL))
        if owner and Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream"):
            self.refused = not self._streams.enter(owner)
            if self.refused:
                raise Ended
            self._owner = owner

    def close(self) -> None:
        """Takes this stream off the count; it is sent no more."""
        if self._owner:
            self._streams.leave(self._owner)


def _left(error: BaseException) -> bool:
    """Whether nothing failed but that the listener had gone when the next piece was ready."""
    if isinstance(error, BaseExceptionGroup):
        return all(_left(one) for one in error.exceptions)
    return isinstance(error, BrokenResourceError)


def still_in(session: Session, shown: list[str], context: Context) -> frozenset[str]:
    """Those of `session:HASH` and `key:PREFIX` that would be let in now; at most two queries."""
    now = context.now()
    hashes, prefixes = ([one.partition(":")[2] for one in shown if one.startswith(kind)] for kind in ("session:", "key:"))
    free = (col(Account.active), is_free(col(Account.username), col(Account.unit)))
    mine = select(SignIn).join(Account, col(Account.username) == col(SignIn.username))
    live = mine.where(col(SignIn.token_hash).in_(hashes), col(SignIn.revoked_at).is_(None), *free) if hashes else None
    found = session.exec(live).all() if live is not None else ()
    sessions = {f"session:{one.token_hash}" for one in found if one.ends_at(context.access.idle) >= now}
    return frozenset(sessions | {f"key:{prefix}" for prefix in _keys(session, prefixes, now)})


def _keys(session: Session, prefixes: list[str], now: datetime) -> list[str]:
    if not prefixes:
        return []
    joined = select(ApiKey.prefix).join(Account, col(Account.username) == col(ApiKey.username))
    good = (col(ApiKey.revoked_at).is_(None), col(ApiKey.until) >= office_date(now))
    free = (col(Account.active), is_free(col(Account.username), col(Account.unit)))
    return list(session.exec(joined.where(col(ApiKey.prefix).in_(prefixes), *good, *free)).all())
