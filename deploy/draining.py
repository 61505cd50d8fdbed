"""Graceful shutdown: /readyz says 503, and connections close after their last answer."""

import time
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

STOPPING = b'{"title":"Stopping","status":503,"errors":[{"field":"process","code":"stopping"}]}'


class Draining:
    """Stands before the app. Balancers that look at /readyz send nobody any more once `begin` was called."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ends: float | None = None

    def begin(self, seconds: float) -> bool:
        """From now on; False when it had begun before: whoever asks twice is in a hurry."""
        first, self._ends = self._ends is None, self._ends or time.monotonic() + seconds
        return first

    @property
    def over(self) -> bool:
        """Whether the seconds have passed."""
        return self._ends is not None and time.monotonic() >= self._ends

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on to the app (ASGI), and closes its connection afterwards once the server is to go."""
        if self._ends is None or scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/readyz":
            await _refuse(send)
        else:
            await self._app(scope, receive, lambda message: send(_last(message)))


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": STOPPING})


def _last(message: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if message["type"] == "http.response.start":
        message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
    return message
