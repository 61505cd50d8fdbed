"""Callers: a light HTTP client over bare sockets, for one or for many at once, which tells what it cost itself."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import uvloop

QUESTIONS_AHEAD = 20  # a second, of lone questions


class Wire:
    """One kept connection; a reply is its status, its headers as text and its body."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)

    async def open(self) -> "Wire":
        """Connects."""
        self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self

    async def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """One request and its reply."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        size = int(lower[at : lower.index(b"\r\n", at)])
        return int(head[9:12]), head, await self._reader.readexactly(size)

    def close(self) -> None:
        """Ends the connection."""
        self._writer.close()


class Dialect(Protocol):
    """How one of the two is asked."""

    address: str

    def post(self, question: dict[str, Any]) -> bytes:
        """The request that asks."""
        ...

    async def answer(self, wire: Wire, head: bytes, body: bytes) -> str:
        """The outcome, waited for as this one's documents advise."""
        ...


class Hecha:
    """Asks Hecha: `wait` holds the GET until there is an answer."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address
        self._head = f"Host: {address}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"

    def post(self, question: dict[str, Any]) -> bytes:
        """With an `Idempotency-Key`."""
        return _request("POST", "/api/v1/cases", f"{self._head}Idempotency-Key: {uuid4().hex}\r\n", question)

    async def answer(self, wire: Wire, head: bytes, body: bytes) -> str:
        """One GET that waits."""
        number = json.loads(body)["number"]
        status, _, told = await wire.send(_request("GET", f"/api/v1/cases/{number}?wait=30", self._head))
        assert status == 200, told
        return str(json.loads(told)["outcome"])


class Peer:
    """Asks the peer: looked at again and again, the first time after a pause in which nothing can have happened."""

    def __init__(self, address: str, pause: float) -> None:
        self.address, self._pause = address, pause
        self._head = f"Host: {address}\r\nContent-Type: application/json\r\n"

    def post(self, question: dict[str, Any]) -> bytes:
        """Without a key."""
        return _request("POST", "/checks", self._head, question)

    async def answer(self, wire: Wire, head: bytes, body: bytes) -> str:
        """GETs until it is answered."""
        request = _request("GET", f"/checks/{json.loads(body)['id']}", self._head)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            await asyncio.sleep(self._pause)
            status, _, told = await wire.send(request)
            assert status == 200, told
            if (check := json.loads(told))["state"] == "answered":
                return str(check["finding"]["outcome"])
        raise TimeoutError("not answered in 30 s")


def _request(verb: str, path: str, head: str, plain: dict[str, Any] | None = None) -> bytes:
    body = b"" if plain is None else json.dumps(plain, ensure_ascii=False).encode()
    size = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{verb} {path} HTTP/1.1\r\n{head}{size}\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class Posts:
    """Questions accepted a second, and the share of one core that the callers themselves took."""

    rate: float
    own: float


def post_all(dialect: Dialect, clients: int, asked: Sequence[dict[str, Any]]) -> Posts:
    """Every question is sent by one of so many clients, each of which waits for its reply before it asks again."""
    requests = [dialect.post(question) for question in asked]

    async def together() -> float:
        wires = [await Wire(dialect.address).open() for _ in range(clients)]
        waiting = iter(requests)

        async def one(wire: Wire) -> None:
            for request in waiting:
                status, _, told = await wire.send(request)
                assert status == 201, told

        began = time.monotonic()
        await asyncio.gather(*(one(wire) for wire in wires))
        took = time.monotonic() - began
        for wire in wires:
            wire.close()
        return took

    took, own = _timed(together)
    return Posts(len(requests) / took, own / took)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the question sent to its answer received."""

    p50: float
    p99: float
    worst: float
    seconds: float  # that it all took


def lone_questions(dialect: Dialect, asked: Sequence[dict[str, Any]], pace: float = QUESTIONS_AHEAD) -> Latency:
    """Asks at this pace, each question only after the one before is answered, so that every one is alone."""
    took: list[float] = []

    async def one_by_one() -> float:
        wire, began = await Wire(dialect.address).open(), time.monotonic()
        for n, question in enumerate(asked):
            await asyncio.sleep(max(0.0, began + n / pace - time.monotonic()))
            sent = time.monotonic()
            status, head, body = await wire.send(dialect.post(question))
            assert status == 201, body
            outcome = await dialect.answer(wire, head, body)
            took.append((time.monotonic() - sent) * 1000)
            assert outcome in ("confirmed", "contradicted"), outcome
        wire.close()
        return time.monotonic() - began

    seconds, _ = _timed(one_by_one)
    took.sort()
    return Latency(took[len(took) // 2], took[int(len(took) * 0.99)], took[-1], seconds)


def _timed(work: Callable[[], Awaitable[float]]) -> tuple[float, float]:
    own = time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        took = runner.run(work())  # type: ignore[arg-type]
    return took, time.process_time() - own
