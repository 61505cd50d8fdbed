"""Security headers of every response: Content-Security-Policy, no caching of personal pages."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class SecurityHeaders:
    """Every answer tells the browser what it may load, and that personal pages are not to be kept."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        """`secure`: people reach this house by TLS, and their browsers are not to try without for a year."""
        self._app, self._headers = app, HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers that the answer does not have itself."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                private = {} if scope["path"].startswith("/static/") else {"Cache-Control": "no-store"}
                for name, value in (self._headers | private).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)
