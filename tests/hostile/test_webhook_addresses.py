"""Webhooks: an address that leads inside is never called, however it is written, and nobody called holds up the others.

The socket's own functions stand in here: no test may call an address outside, and names must lead where the test wants.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import pytest

from access.webhooks import webhook_calls
from access.webhooks.webhook_calls import Caller, Unanswered, reached_by
from access.webhooks.webhook_urls import NotCallable
from administrators.entry_forms import WebhookEntry

INSIDE = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "[::1]", "[::]", "[fc00::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]",
    "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::ffff:a9fe:a9fe]", "[::127.0.0.1]", "[::a00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
    "[::ffff:0:127.0.0.1]", "[::ffff:0:a9fe:a9fe]", "[::ffff:0:a00:1]", "[64:ff9b:1:a00:0:100::]", "[64:ff9b:1:0:a:0:1::]",
    "[64:ff9b:1::808:808]", "[2600::5efe:a00:1]", "[2600::200:5efe:127.0.0.1]", "[2600:1:2:3:0:5efe:c0a8:101]",
    "[2001:0:808:808::f5ff:fffe]", "[2001:0:a00:1::f7f7:f7f7]", "[2002:808:808::5efe:a00:1]",
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "localhost.", "①②⑦.⓪.⓪.①",
]  # fmt: skip
CROOKED = [
    "https://8.8.8.8@127.0.0.1/", "https://127.0.0.1@8.8.8.8/", "https://user:pass@8.8.8.8/", "https://8.8.8.8\\@127.0.0.1/",
    "https://8.8.8.8:80:90/", "https://8.8.8.8/\r\nHost: inside", "https://8.8.8.8/ HTTP/1.1\r\nX: y", "gopher://8.8.8.8/",
    "//8.8.8.8/",    "https://[8.8.8.8", "https://", "https:///path", "javascript:alert(1)", "https://8.8.8.8:0x50/", "https://8.8.8.8/\x00",
]  # fmt: skip


@pytest.fixture
def nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails where a connection is opened."""
    monkeypatch.setattr(webhook_calls.socket, "create_connection", lambda *given: pytest.fail("a connection was opened"))


quiet = pytest.mark.usefixtures("nobody_is_called")


@quiet
@pytest.mark.parametrize("host", INSIDE)
def test_no_way_of_writing_an_address_leads_inside(host: str) -> None:
    for scheme in ("https", "http"):
        with pytest.raises((NotCallable, Unanswered)):
            Caller().post(f"{scheme}://{host}:8040/", b"{}", {})


@quiet
@pytest.mark.parametrize("url", CROOKED)
def test_a_crooked_address_is_refused_before_anything_is_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only where the system's own lookup would be can be seen that none is made.
    monkeypatch.setattr(webhook_calls.socket, "getaddrinfo", lambda *given, **more: pytest.fail("a name was looked up"))

    with pytest.raises(NotCallable):
        Caller().post(url, b"{}", {})


@quiet
@pytest.mark.parametrize("answers", [["10.0.0.7"], ["8.8.8.8", "10.0.0.7"], ["2002:a00:7::1"], ["8.8.8.8", "::ffff:10.0.0.7"]])
def test_a_name_that_leads_inside_by_any_of_its_addresses_is_not_called(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in answers]
    # No real name server would give such answers.
    monkeypatch.setattr(webhook_calls.socket, "getaddrinfo", lambda *given, **more: found)

    with pytest.raises(NotCallable):
        Caller().post("https://bank.example/", b"{}", {})


def test_a_name_is_looked_up_once_so_that_it_cannot_change_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, called = list[str](), list[str]()

    def look(host: str, *given: object, **more: object) -> list[object]:
        looks.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8" if len(looks) == 1 else "127.0.0.1", 443))]

    def call(address: tuple[str, int], *given: object) -> None:
        called.append(address[0])
        raise OSError

    # A name server that changes its answer, and a network that need not be there.
    monkeypatch.setattr(webhook_calls.socket, "getaddrinfo", look)
    monkeypatch.setattr(webhook_calls.socket, "create_connection", call)
    with pytest.raises(Unanswered):
        Caller().post("https://bank.example/", b"{}", {})

    assert (len(looks), called) == (1, ["8.8.8.8"])


@quiet
def test_a_network_that_was_opened_opens_no_other() -> None:
    caller = Caller(networks=[ip_network("10.20.0.0/16")])

    for host in ("10.21.0.1", "127.0.0.1", "[::ffff:10.21.0.1]", "[64:ff9b::10.21.0.1]"):
        with pytest.raises(NotCallable):
            caller.post(f"https://{host}/", b"{}", {})


def test_every_address_behind_an_address_is_known() -> None:
    assert [str(one) for one in reached_by(ip_address("64:ff9b::a9fe:a9fe"))][1:] == ["169.254.169.254"]
    assert [str(one) for one in reached_by(ip_address("2002:a00:1::"))][1:] == ["10.0.0.1"]
    assert [str(one) for one in reached_by(ip_address("::ffff:10.0.0.1"))] == ["10.0.0.1"]
    assert [str(one) for one in reached_by(ip_address("::ffff:0:10.0.0.1"))][1:] == ["10.0.0.1"]
    assert [str(one) for one in reached_by(ip_address("2600::200:5efe:10.0.0.1"))][1:] == ["10.0.0.1"]
    assert [str(one) for one in reached_by(ip_address("2600::1:5efe:10.0.0.1"))][1:] == []
    assert [str(one) for one in reached_by(ip_address("8.8.8.8"))] == ["8.8.8.8"]


@contextmanager
def dripping(first: bytes = b"HTTP/1.1 200 OK\r\n") -> Iterator[int]:
    """A system that sends a byte now and then and never comes to an end; its port."""
    stop = threading.Event()

    def drip(server: socket.socket) -> None:
        with server.accept()[0] as peer:
            peer.sendall(first)
            while not stop.wait(0.05):
                try:
                    peer.sendall(b"X")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join(5)


def test_whoever_answers_by_drops_is_left_after_the_time_that_all_may_take() -> None:
    with dripping() as port:
        begun = time.monotonic()
        with pytest.raises(Unanswered):
            Caller(loopback=True, seconds=0.4).post(f"http://127.0.0.1:{port}/", b"{}", {})

    assert time.monotonic() - begun < 3


def test_whoever_never_ends_the_handshake_is_left_too() -> None:
    """A handshake that never ends ends all the same."""
    with dripping(b"\x16\x03\x03\x40\x00") as port, pytest.raises(Unanswered) as told:
        Caller(loopback=True, seconds=0.4).post(f"https://127.0.0.1:{port}/", b"{}", {})

    assert isinstance(told.value.__cause__, ssl.SSLError | OSError)


def test_an_address_with_words_of_any_language_neither_stops_the_caller_nor_reaches_the_wire_as_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = list[bytes]()

    class Wire:
        def sendall(self, data: bytes) -> None:
            sent.append(bytes(data))
            raise OSError

        def shutdown(self, how: int) -> None: ...
        def close(self) -> None: ...

    # To read the very bytes before any server would take them apart.
    monkeypatch.setattr(webhook_calls.socket, "create_connection", lambda *given: Wire())
    with pytest.raises(Unanswered):
        Caller(loopback=True).post("http://127.0.0.1:1/通知?单位=银行", b"{}", {})

    assert sent[0].startswith(b"POST /%E9%80%9A%E7%9F%A5?%E5%8D%95%E4%BD%8D=%E9%93%B6%E8%A1%8C HTTP/1.1\r\n")


@pytest.mark.parametrize("url", [*CROOKED, "https://bank.example/\u2028x", "http://银行.example/"])
def test_an_administrator_is_told_of_a_crooked_address_when_it_is_typed(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        WebhookEntry(webhook=url)


def test_a_plain_address_is_taken() -> None:
    assert WebhookEntry(webhook="https://bank.example:8443/hooks/1?x=2").webhook == "https://bank.example:8443/hooks/1?x=2"
