"""Clients that send half a request: they are let go, and whoever sends whole ones is served."""

import select
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from deploy.assembly import assemble
from deploy.serving import server_of
from deploy.settings import Settings
from web import slow_clients
from web.slow_clients import PromptProtocol, SlowBodies

PATIENCE = 30.0  # seconds until a test gives up
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"


async def size(request: Request) -> PlainTextResponse:
    """How much was sent."""
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("gone", 400)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """A server that has little patience."""
    for name, seconds in (("HEADERS", 0.4), ("PAUSE", 0.4), ("BODY", 0.8)):
        monkeypatch.setattr(slow_clients, name, seconds)
    app = SlowBodies(Starlette(routes=[Route("/", size, methods=["POST"])]))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=PromptProtocol, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join()
    listening.close()


def told(address: tuple[str, int], first: bytes, drop: bytes = b"") -> bytes:
    """All that comes back until the server closes; `drop` is sent again and again meanwhile."""
    end, heard = time.monotonic() + PATIENCE, b""
    with socket.create_connection(address, PATIENCE) as line:
        line.sendall(first)
        while time.monotonic() < end:
            ready, _, _ = select.select([line], [], [], 0.1)
            try:
                piece = line.recv(4096) if ready else None
                if piece == b"":
                    return heard
                heard += piece or b""
                if drop:
                    line.sendall(drop)
            except ConnectionError:
                return heard
    pytest.fail("the server holds the line")


@pytest.mark.parametrize(
    ("first", "drop"), [(b"", b""), (b"GET / HT", b""), (b"GET / HTTP/1.1\r\nX: ", b"x")], ids=["nothing", "half", "by drops"]
)
def test_headers_that_do_not_come_end_the_connection(address: tuple[str, int], first: bytes, drop: bytes) -> None:
    assert told(address, first, drop) == b""


@pytest.mark.parametrize("drop", [b"", b"x"], ids=["half", "by drops"])
def test_a_body_that_does_not_come_is_answered_with_408(address: tuple[str, int], drop: bytes) -> None:
    assert told(address, HEAD + b"12", drop).startswith(b"HTTP/1.1 408 ")


def test_whole_requests_are_served_one_after_the_other(address: tuple[str, int]) -> None:
    with socket.create_connection(address, PATIENCE) as line:
        for _ in range(2):
            line.sendall(HEAD)
            line.sendall(b"1" * 20)
            assert line.recv(4096).startswith(b"HTTP/1.1 200 ")
        line.sendall(HEAD + b"1" * 20 + b"GET / HT")
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_the_house_has_no_more_patience(tmp_path: Path) -> None:
    assembly = assemble(Settings(home=tmp_path))
    config = server_of(assembly, threading.Event(), 1).config
    assembly.database.close()

    assert config.http is PromptProtocol
    assert (slow_clients.HEADERS, slow_clients.PAUSE, slow_clients.BODY) == (15, 15, 100)
