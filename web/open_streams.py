"""Middleware that ends open event streams together with the session or API key they were opened with."""

import asyncio
from collections import Counter
from datetime import datetime

from anyio import BrokenResourceError
from sqlmodel import Session, col, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.accounts import Account
from access.api_keys import ApiKey
from access.cookies import SESSION, cookie_name
from access.freezes import is_free
from access.passwords import digest
from access.sessions import SignIn
from storage.office_time import office_date
from web.context import Context

EVERY = 2.0  # seconds for which an answer counts; one question is asked for all open streams together


class Ended(OSError):
    """The session behind a stream has ended. An OSError, as if the listener had gone: that is what streams stop for."""


class Streams:
    """Middleware: looks before each piece of a stream whether whoever it is for may still see it."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app, self._house = app, context
        self._open: Counter[str] = Counter()
        self._good: frozenset[str] = frozenset()
        self._looked_at = -EVERY
        self._looking: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on; a stream until its session ends."""
        if scope["type"] != "http" or not (shown := self._shown(scope)):
            return await self._app(scope, receive, send)
        stream = Stream(self, shown, send)
        try:
            await self._app(scope, receive, stream.send)
        except Exception as error:
            if not stream.ended and not _left(error):
                raise
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            stream.close()
        return None

    def _shown(self, scope: Scope) -> str:
        request = Request(scope)
        _, _, key = request.headers.get("authorization", "").partition(" ")
        if key.startswith("hk_"):
            return f"key:{key.split('_')[1]}"
        token = request.cookies.get(cookie_name(SESSION, self._house.public_url.startswith("https")), "")
        return f"session:{digest(token)}" if token else ""

    def enter(self, shown: str) -> None:
        """One more stream for this one, who has just been authenticated."""
        self._open[shown] += 1
        self._good |= {shown}

    def leave(self, shown: str) -> None:
        """Counts one open stream less for this session or key."""
        self._open[shown] -= 1
        if not self._open[shown]:
            del self._open[shown]

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
    """One answer on its way; `ended` once it was cut off."""

    def __init__(self, streams: Streams, shown: str, send: Send) -> None:
        self._streams, self._shown, self._send = streams, shown, send
        self.ended = self._streaming = False

    async def send(self, message: Message) -> None:
        """Sends it on. Raises Ended where it is a piece of a stream for somebody who is shut out."""
        if message["type"] == "http.response.start":
            self._streaming = Headers(raw=message["headers"]).get("content-type", "").startswith("text/event-stream")
            if self._streaming:
                self._streams.enter(self._shown)
        elif self._streaming and message.get("body") and not await self._streams.may_go_on(self._shown):
            self.ended = True
            raise Ended
        await self._send(message)

    def close(self) -> None:
        """Takes this stream off the count; it is sent no more."""
        if self._streaming:
            self._streams.leave(self._shown)


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
