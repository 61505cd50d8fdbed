"""Half-sent requests: whoever does not send the rest in time is let go, so that nobody holds connections by sending nothing."""

import asyncio

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS = 15.0  # seconds from the connection, or the answer before, until the headers of a request are there
PAUSE = 15.0  # seconds in which a further piece of a body must come
BODY = 100.0  # seconds for all of it: a sheet of five megabytes over half a megabit
log = structlog.get_logger()


class PromptProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which waits for headers for ever; this one closes a connection on which they do not come."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Somebody has connected."""
        super().connection_made(transport)
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        """Bytes have come: of headers, of a body, or what stands behind a request that was answered already."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is before and (before is None or before.response_complete):
            self._await_headers()
        elif self.cycle is not before:
            self._stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._stop()
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        # Counted from the first byte: whoever sends one now and then gains nothing.
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEADERS, self._close)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()


class SlowBodies:
    """Stands before the app (ASGI): a body that does not come in time is none, and the answer is 408."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and its body piece by piece while it comes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = AwaitedBody(receive, send)
        await self._app(scope, body.receive, body.send)


class AwaitedBody:
    """The body of one request on its way; `late` once it was given up."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._whole, self._end = False, 0.0
        self.late = False

    async def receive(self) -> Message:
        """The next piece; that the client has gone where it did not come in time."""
        if self._whole:
            return await self._receive()
        now = asyncio.get_running_loop().time()
        self._end = self._end or now + BODY
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, min(PAUSE, self._end - now)))
        except TimeoutError:
            self._whole = self.late = True
            log.info("body_too_slow")
            return {"type": "http.disconnect"}
        self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Sends the answer; to a late one it is 408, and the connection ends with it."""
        if self.late and message["type"] == "http.response.start":
            message = {**message, "status": 408, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await self._send(message)
