"""Simulated phones for tests, and a listener that takes what the provider sends to us."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sample.phones import Phones, serve_phones
from sample.phones.company import Company

ACCOUNT, TOKEN, SENDER = "ACsample", "a-token-of-the-tests", "+8657985000000"
PATIENCE = 5.0


def until(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Waits until this is true; fails when it does not become so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def running_phones(folder: Path, **settings: object) -> Iterator[Phones]:
    """The shipped simulator on a free port, at a quick pace."""
    company = Company(ACCOUNT, TOKEN, **{"pace": 0.01, "hang": 3.0, **settings})  # type: ignore[arg-type]
    phones = serve_phones(folder / "phones.sqlite", company)
    try:
        yield phones
    finally:
        phones.stop()


def fetch(url: str, form: dict[str, str] | None = None, accept: str = "*/*", **headers: str) -> tuple[int, str]:
    """GET, or POST of a form: the status after redirects, and the body."""
    data = None if form is None else urlencode(form).encode()
    asked = urllib.request.Request(url, data, {"Accept": accept, **headers})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def look(phones: Phones, number: str) -> dict[str, Any]:
    """What this phone shows."""
    answer: dict[str, Any] = json.loads(fetch(f"{phones.url}/phones/{number}.json")[1])
    return answer


def reply(phones: Phones, number: str, text: str) -> int:
    """Types a reply on this phone; the HTTP status of our webhook, 0 when there is none."""
    body = json.dumps({"text": text}).encode()
    asked = urllib.request.Request(f"{phones.url}/phones/{number}/reply", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=PATIENCE) as response:
        return int(json.load(response)["webhook_status"])


class Listener:
    """An HTTP server that keeps every form posted to it: (path, form, headers)."""

    def __init__(self, answer: str = "") -> None:
        calls = self.calls = list[tuple[str, dict[str, str], dict[str, str]]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                calls.append((self.path, form, {name.lower(): value for name, value in self.headers.items()}))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
