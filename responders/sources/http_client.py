"""Requests to an interface: a few connections that stay open, each request within its time, no redirection followed."""

import json
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from typing import Any
from urllib.parse import urlencode, urlsplit

from responders.sources.fault_words import away
from responders.sources.register import Tell
from responders.sources.source_file import InterfaceConnection

LARGEST = 16 << 20  # bytes of one reply


class HttpClient:
    """Each thread has a connection of its own. What is wrong is said by RecordsAway, which repeats nothing that was sent."""

    def __init__(self, connection: InterfaceConnection, tell: Tell) -> None:
        self._tell = tell
        self._connection = connection
        try:
            self._place = urlsplit(connection.address)
        except ValueError as error:
            raise away("away", why=type(error).__name__) from None
        self._own = threading.local()
        self._opened: list[HTTPConnection] = []

    def ask(self, parameters: Mapping[str, object]) -> Any:
        """The reply to a request with these parameters, as JSON."""
        for again in (True, False):  # one that was kept open may have been closed meanwhile
            try:
                return self._ask(parameters)
            except (OSError, HTTPException) as error:
                self._forget()
                if not again or isinstance(error, TimeoutError):
                    raise away("away", why=type(error).__name__) from None
            except ValueError as error:  # a port, a header, a sign that cannot be sent: its own words may hold a secret
                self._forget()
                raise away("away", why=type(error).__name__) from None
        return None

    def close(self) -> None:
        """Closes all connections."""
        for one in self._opened:
            with suppress(OSError):
                one.close()

    def _ask(self, parameters: Mapping[str, object]) -> Any:
        connection, path = self._connection, self._place.path or "/"
        query, body, kind = self._place.query, None, ""
        if connection.method == "GET":
            query = "&".join(filter(None, (query, urlencode(_plain(parameters)))))
        elif connection.send == "form":
            body, kind = urlencode(_plain(parameters)).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps(parameters, ensure_ascii=False).encode(), "application/json; charset=utf-8"
        headers = {"Accept": "application/json", **({"Content-Type": kind} if kind else {}), **connection.headers}
        opened = self._open()
        self._tell(f"{connection.method} {path} {', '.join(parameters)}")
        opened.request(connection.method, f"{path}?{query}" if query else path, body, headers)
        reply = opened.getresponse()
        data = _read(reply, time.monotonic() + connection.seconds)
        if reply.status != 200:
            raise away("status", status=reply.status)
        return read_json(data)

    def _open(self) -> HTTPConnection:
        found: HTTPConnection | None = getattr(self._own, "connection", None)
        if found is None:
            host, port, seconds = self._place.hostname or "", self._place.port, self._connection.seconds
            if self._place.scheme == "https":
                context = ssl.create_default_context(cafile=self._connection.authority or None)
                found = HTTPSConnection(host, port, timeout=seconds, context=context)
            else:
                found = HTTPConnection(host, port, timeout=seconds)
            self._own.connection = found
            self._opened.append(found)
        return found

    def _forget(self) -> None:
        found: HTTPConnection | None = getattr(self._own, "connection", None)
        if found is not None:
            found.close()
            self._own.connection = None
            with suppress(ValueError):
                self._opened.remove(found)


def _read(reply: HTTPResponse, latest: float) -> bytes:
    """The whole body. Raises TimeoutError where it is not there at `latest` (monotonic seconds)."""
    data = bytearray()
    while len(data) <= LARGEST and (part := reply.read1(1 << 16)):
        data += part
        if time.monotonic() > latest:
            raise TimeoutError
    if len(data) <= LARGEST:
        if reply.length:
            raise IncompleteRead(b"")
        reply.close()  # it was read to its end: the connection is free for the next one
    return bytes(data)


def read_json(data: bytes) -> Any:
    """What a reply holds. Raises RecordsAway for an empty one, and for one that is no JSON, was cut, or says something twice."""
    if not data.strip():
        raise away("empty_reply")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once_each)
    except (ValueError, RecursionError):
        raise away("no_json") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def _plain(parameters: Mapping[str, object]) -> dict[str, str]:
    return {name: ",".join(map(str, said)) if isinstance(said, list) else str(said) for name, said in parameters.items()}
