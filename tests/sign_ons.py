"""Providers of a sign-on over real HTTP: the whole one of oidc-provider-mock, and a forger that says what a test wants."""

import base64
import hashlib
import json
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

ABOUT = "/.well-known/openid-configuration"


@dataclass
class Provider:
    """A provider that insists on PKCE; `asked` are the queries of browsers, `tokens` the forms of our house."""

    url: str
    asked: list[dict[str, str]] = field(default_factory=list)
    tokens: list[dict[str, str]] = field(default_factory=list)

    def know(self, sub: str, **claims: Any) -> None:
        """Somebody of whom it says this."""
        httpx2.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()

    def sign_in(self, address: str, sub: str) -> str:
        """What a person does there: signs in; where the browser is sent back."""
        answer = httpx2.post(address, data={"sub": sub})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])


@contextmanager
def _serving(server: BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@contextmanager
def provider(port: int = 0) -> Iterator[Provider]:
    """A running provider of oidc-provider-mock."""
    inner, known = oidc_provider_mock.app(), Provider("")

    def outer(environ: Any, start: Any) -> Any:
        if environ["PATH_INFO"] == "/oauth2/authorize":
            known.asked.append({name: one[0] for name, one in parse_qs(environ["QUERY_STRING"]).items()})
            if environ["REQUEST_METHOD"] == "GET":
                return _plain(inner, environ, start)
        if environ["PATH_INFO"] == "/oauth2/token":
            return _with_pkce(known, inner, environ, start)
        return inner(environ, start)

    server = make_server("localhost", port, outer, threaded=True)
    known.url = f"http://localhost:{server.server_port}"
    with _serving(server):
        yield known


def _plain(inner: Any, environ: Any, start: Any) -> Any:
    # The mock's page fetches a style sheet from elsewhere: no test leaves the machine.
    told: list[Any] = []
    page = re.sub(rb"<link[^>]*>", b"", b"".join(inner(environ, lambda *given: told.extend(given))))
    start(told[0], [(name, value) for name, value in told[1] if name.lower() != "content-length"])
    return [page]


def _with_pkce(known: Provider, inner: Any, environ: Any, start: Any) -> Any:
    # The mock leaves PKCE out: whoever cannot show what hashes to the challenge gets nothing here.
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    typed = {name: one[0] for name, one in parse_qs(body.decode()).items()}
    known.tokens.append(typed)
    shown = base64.urlsafe_b64encode(hashlib.sha256(typed.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
    if shown != known.asked[-1]["code_challenge"] or known.asked[-1]["code_challenge_method"] != "S256":
        start("400 Bad Request", [("Content-Type", "application/json")])
        return [b'{"error": "invalid_grant"}']
    environ["wsgi.input"] = _Again(body)
    return inner(environ, start)


class _Again:
    """A request's body, to be read once more."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self, size: int = -1) -> bytes:
        """The next so many bytes."""
        size = len(self._body) if size is None or size < 0 else size
        part, self._body = self._body[:size], self._body[size:]
        return part

    def readline(self, _size: int = -1) -> bytes:
        """The rest: a form has no lines."""
        return self.read()


@dataclass
class Forger:
    """A provider that answers what it is told: `about` and `claims` change what it says, `key` and `header` how it signs."""

    url: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "1"})
    own: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    key: Any = None
    token: str = ""  # instead of a signed one
    reads: int = 0
    hangs: threading.Event | None = None  # it answers nothing until this is set
    broken: bool = False
    body: Callable[[bytes], bytes] = bytes  # what it makes of each answer
    packed: bool = False  # it says that its answers are packed
    drips: threading.Event | None = None  # it sends a byte now and then until this is set

    def answer(self, path: str) -> Any:
        """What stands at this path."""
        if path == ABOUT:
            self.reads += 1
        if self.hangs:
            self.hangs.wait(30)
        if self.broken:
            return "nonsense"
        if path == ABOUT:
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            return {"issuer": self.url, **{name: self.url + end for name, end in ends.items()}, **self.about}
        if path == "/jwks":
            return {"keys": [self.own.as_dict(private=False)]}
        signed = self.token or jwt.encode(self.header, self.claims, self.key or self.own, algorithms=[self.header["alg"]])
        return {"access_token": "a", "token_type": "Bearer", "id_token": signed}


@contextmanager
def forger() -> Iterator[Forger]:
    """A running forger."""
    known = Forger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = known.body(json.dumps(known.answer(urlsplit(self.path).path)).encode())
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            if known.packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # whoever asked has heard enough
                while known.drips and not known.drips.wait(0.02):
                    self.wfile.write(b" ")
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_given: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_port}"
    with _serving(server):
        yield known
