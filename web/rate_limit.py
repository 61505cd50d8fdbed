"""Rate limit: requests a minute for each API key, person, or address of strangers."""

import asyncio
import math
import time
from collections import Counter
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from access.authentication import IDENTITY
from access.shown_credential import shown_credential
from storage.problem import N_, FieldFault
from web.problems import answer
from web.sign_in.sign_in_flow import client_address_of
from web.token_bucket import MOST_KNOWN, Allowance
from web.uploads import unread

PATIENCE = 10.0  # seconds that somebody waits for those before them to be authenticated
STEP = 0.05
PENALTY = 10  # a stranger's wrong password, number or signature counts as so many more requests
FREE = ("/static/", "/healthz", "/readyz", "/metrics")
SIGNED = ("/sms/",)  # a provider with a good signature is no stranger, however often it calls
TOO_MANY = N_("Too many requests at once. Wait {seconds} seconds, then go on.")


@dataclass(frozen=True)
class Allowances:
    """What each kind of sender is allowed, in requests a minute."""

    key: Allowance
    person: Allowance
    stranger: Allowance

    def of(self, who: str) -> Allowance:
        """The allowance of `key:...`, `person:...` or an address."""
        return {"key": self.key, "person": self.person}.get(who.partition(":")[0], self.stranger)


class RateLimit:
    """Counts each request for whoever sends it: authentication says who a key or cookie belongs to, and it is remembered.

    A key or cookie that authentication did not know counts for its address, so inventing ever new ones gains nothing; and whoever
    is known passes however crowded their address is. Whoever turns out to be known is a stranger no more: when a process
    starts again it knows nobody, and a thousand open pages behind one address come back to it at once.
    """

    def __init__(self, app: ASGIApp, allowances: Allowances) -> None:
        self._app, self._allowances = app, allowances
        self._known: dict[str, str] = {}
        self._at_door = Counter[str]()  # by address: showing what is not known yet

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request through or answers 429."""
        if scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        state, request = scope.setdefault("state", {}), Request(scope)
        shown, address = shown_credential(request).digest, client_address_of(request)
        who = self._known.get(shown, address)
        cost, unproven = 0 if scope["path"].startswith(SIGNED) else 1, [address] if shown and who == address else []
        wait = self._allowances.of(who).take(who, cost)
        if wait and unproven:
            wait = await self._wait_in_line(address, wait)
        if wait:
            await self._refuse(scope, receive, send, wait)
            return

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._leave(unproven)
                self._settle(who, address, shown, state.get(IDENTITY), message["status"])
            await send(message)

        self._at_door.update(unproven)
        try:
            await self._app(scope, receive, noting)
        finally:
            self._leave(unproven)

    async def _wait_in_line(self, address: str, wait: float) -> float:
        """Waits while others of this address are being authenticated: whoever is known makes room. Still the seconds, or 0."""
        end = time.monotonic() + PATIENCE
        while wait and self._at_door[address] and time.monotonic() < end:
            await asyncio.sleep(STEP)
            wait = self._allowances.stranger.take(address)
        return wait

    def _leave(self, unproven: list[str]) -> None:
        while unproven:
            address = unproven.pop()
            self._at_door[address] -= 1
            if not self._at_door[address]:
                del self._at_door[address]

    def _settle(self, who: str, address: str, shown: str, identity: str | None, status: int) -> None:
        self._learn(shown, identity)
        if identity and who == address:
            self._allowances.stranger.charge(address, -1)
            self._allowances.of(identity).charge(identity, 1)
        elif status >= 400 and not identity:  # where authentication knew nobody it was a stranger, whatever they showed
            guilty = who if identity is None else address
            self._allowances.of(guilty).charge(guilty, PENALTY)

    def _learn(self, shown: str, identity: str | None) -> None:
        """`identity` is empty where authentication knew nobody, and None where nobody was authenticated."""
        if identity and shown:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[shown] = identity
        elif identity is not None:
            self._known.pop(shown, None)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, wait: float) -> None:
        seconds = math.ceil(wait)
        fault = FieldFault("", "too_many_requests", TOO_MANY, {"seconds": seconds})
        response = answer(Request(scope), 429, (fault,))
        response.headers["Retry-After"] = str(seconds)
        await unread(response)(scope, receive, send)
