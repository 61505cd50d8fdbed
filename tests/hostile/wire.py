"""Requests put straight to the app, byte for byte as a hostile client would send them; streams are cut after their first words."""

import asyncio
import json
import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

SILENCE = 0.25  # seconds after which a stream that said nothing is cut
PATIENCE = 60.0
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for known, value in self.headers if known == name), "")

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Wire:
    """An app, and a loop of its own in a thread of its own on which it is called."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def send(
        self,
        method: str,
        path: str,
        headers: Headers | None = None,
        body: bytes | Iterable[bytes] = b"",
        source: str = "203.0.113.5",
    ) -> Reply:
        """The reply to this request; `path` is raw, as in the first line of HTTP, and may hold a query."""
        chunks = [body] if isinstance(body, bytes) else body
        future: Future[Reply] = asyncio.run_coroutine_threadsafe(
            self._send(method, path, dict(headers or {}), chunks, source), self._loop
        )
        return future.result(PATIENCE)

    async def _send(self, method: str, path: str, headers: dict[str, str], chunks: Iterable[bytes], source: str) -> Reply:
        raw, _, query = path.partition("?")
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
            "scheme": "http", "path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in {"host": "house.example", **headers}.items()],
            "client": (source, 40000), "server": ("house.example", 80), "state": {},
        }  # fmt: skip
        exchange = Exchange(iter(chunks))
        task = asyncio.ensure_future(self.app(scope, exchange.receive, exchange.send))
        try:
            await exchange.whole(task)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return exchange.reply()

    def close(self) -> None:
        """Stops the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Exchange:
    """One request on its way, and what has come back so far."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._sent_all = iter(chunks), False
        self._gone, self._begun, self._said = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.status, self.headers, self.parts = 0, list[tuple[str, str]](), list[bytes]()
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        """The body, piece by piece; afterwards the client is there until it goes."""
        if not self._sent_all:
            chunk = next(self._chunks, None)
            self._sent_all = chunk is None
            self.taken += len(chunk or b"")
            return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """What the app says."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode().lower(), value.decode("latin-1")) for name, value in message.get("headers", ())]
            self._begun.set()
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))
            self._said.set()

    async def whole(self, task: "asyncio.Future[Any]") -> None:
        """Returns when the app is done, or a stream has said its first words."""
        await self._either(self._begun, task, PATIENCE)
        if ("content-type", "text/event-stream; charset=utf-8") in self.headers:
            await self._either(self._said, task, SILENCE)
            self._gone.set()
        await asyncio.wait([task], timeout=PATIENCE)
        if task.done() and (error := task.exception()) and not self.status:
            raise error

    async def _either(self, event: asyncio.Event, task: "asyncio.Future[Any]", seconds: float) -> None:
        waiting = asyncio.ensure_future(event.wait())
        await asyncio.wait([waiting, task], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    def reply(self) -> Reply:
        """What came back."""
        return Reply(self.status, self.headers, b"".join(self.parts))


def form(fields: Mapping[str, Any]) -> tuple[str, bytes]:
    """Content type and body of a page's form."""
    return FORM, urlencode(fields, doseq=True).encode()


def as_json(value: Any) -> tuple[str, bytes]:
    """Content type and body of JSON."""
    return JSON, json.dumps(value).encode()


def multipart(fields: Mapping[str, str], name: str, data: bytes, field: str = "file") -> tuple[str, bytes]:
    """Content type and body of a form with one file."""
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
    head = f'--cut\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
    return "multipart/form-data; boundary=cut", b"".join([*parts, head, data, b"\r\n--cut--\r\n"])
