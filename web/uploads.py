"""Uploads stay in memory: what people send about people never lies in clear in the system's folder for temporary files.

So that memory has a bound, large bodies are read a few at a time; whoever comes later waits before theirs is read.
"""

import asyncio
from collections import Counter

from fastapi import Request
from starlette.formparsers import MultiPartParser
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from access.shown_credential import shown_credential
from storage.problem import N_, FieldFault
from web.problems import answer
from web.sign_in.sign_in_flow import client_address_of

IN_MEMORY = 16 * 1024 * 1024  # bytes of one upload: more than any route takes
LARGE = 1024 * 1024  # bytes; what is smaller, or what most routes take at most, needs no turn
AT_ONCE, OF_ONE = 6, 2  # large bodies in hand in one process, and of them of one sender
PATIENCE = 20.0  # seconds that one waits for its turn
BUSY = N_("Other files are being read just now. Send yours again in a moment.")


def keep_in_memory() -> None:
    """From now on no file of a form is written to a disk while it is read."""
    MultiPartParser.spool_max_size = IN_MEMORY


def unread(response: ASGIApp) -> ASGIApp:
    """This response for a body that is not read: FastAPI says 413 in its place where the body is larger than most routes take."""
    return RequestBodyLimitMiddleware(response, IN_MEMORY)


class UploadTurns:
    """Stands before the app (ASGI): a large body is read when it is its turn; without one in time the answer is 503."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_hand = Counter[str]()
        self._left = asyncio.Condition()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on; a large one when there is room."""
        if scope["type"] != "http" or not _is_large(request := Request(scope)):
            await self._app(scope, receive, send)
            return
        sender = shown_credential(request).digest or client_address_of(request)
        if not await self._turn(sender):
            await unread(answer(request, 503, (FieldFault("file", "busy", BUSY),)))(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_hand[sender] -= 1
            self._in_hand += Counter()  # forgets who has none
            async with self._left:
                self._left.notify_all()

    async def _turn(self, sender: str) -> bool:
        try:
            async with asyncio.timeout(PATIENCE), self._left:
                await self._left.wait_for(lambda: self._has_room(sender))
                self._in_hand[sender] += 1
        except TimeoutError:
            return False
        return True

    def _has_room(self, sender: str) -> bool:
        return self._in_hand.total() < AT_ONCE and self._in_hand[sender] < OF_ONE


def _is_large(request: Request) -> bool:
    """Whether the body is large, or does not say how large it will be."""
    length = request.headers.get("content-length", "")
    return int(length) > LARGE if length.isdecimal() else "transfer-encoding" in request.headers
