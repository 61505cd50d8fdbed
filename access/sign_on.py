"""Single sign-on: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636, S256), state and nonce."""

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from access.sign_in_rules import FRESH

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]  # never `none`, never one that our secret could sign
KNOWN_FOR = timedelta(hours=1)  # so long what the sign-on says about itself is believed
SECONDS = 5.0
LEEWAY = 120  # seconds by which its clock may differ
# What `amr` says of somebody who showed more than a password (RFC 8176).
STRONG = frozenset({"mfa", "otp", "hwk", "sc"})


class SignOnFailed(Exception):
    """Why nobody was let in: a word of ours, and nothing of what the sign-on sent."""


@dataclass(frozen=True, slots=True)
class BegunSignOn:
    """Where the browser is sent, and what must come back with it."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SignOnIdentity:
    """Who the sign-on says it is, by the claim that names accounts; `strong`: they showed more than a password there."""

    name: str
    strong: bool
    signed_in_at: datetime | None


@dataclass
class SignOn:
    """The sign-on of one city. Safe for any number of threads."""

    issuer: str
    client_id: str
    secret: str
    claim: str
    back: str  # the address people are sent back to
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _about: Mapping[str, Any] = field(default_factory=dict, repr=False)
    _keys: KeySet | None = field(default=None, repr=False)
    _read_at: datetime | None = field(default=None, repr=False)

    def begin(self, now: datetime, again: bool = False) -> BegunSignOn:
        """Where to send the browser; `again`: the person is to show who they are although they are signed in there."""
        about, _ = self._known(now)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        more = {"prompt": "login"} if again else {}
        with self._client() as client:
            address = about["authorization_endpoint"]
            url, _ = client.create_authorization_url(address, state=state, nonce=nonce, code_verifier=verifier, **more)
        return BegunSignOn(url, state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str, now: datetime) -> SignOnIdentity:
        """Who stands behind this code. Raises SignOnFailed."""
        about, keys = self._known(now)
        try:
            with self._client() as client:
                token = client.fetch_token(about["token_endpoint"], code=code, code_verifier=verifier)
            claims = self._claims(token, keys, nonce, now)
        except (httpx2.HTTPError, AuthlibBaseError, JoseError, KeyError, ValueError, TypeError) as error:
            raise SignOnFailed(type(error).__name__) from None
        name, at = claims.get(self.claim), claims.get("auth_time")
        if not isinstance(name, str) or not name:
            raise SignOnFailed("no_name")
        moment = datetime.fromtimestamp(at, now.tzinfo) if isinstance(at, int) else None
        return SignOnIdentity(name, bool(STRONG.intersection(claims.get("amr") or ())), moment)

    def _claims(self, token: Mapping[str, Any], keys: KeySet, nonce: str, now: datetime) -> CodeIDToken:
        read = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS)
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}}
        known = {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, wanted, known)
        claims.validate(int(now.timestamp()), LEEWAY)
        return claims

    def _client(self) -> OAuth2Client:
        method = "client_secret_basic" if self.secret else "none"
        return OAuth2Client(
            self.client_id, self.secret or None, token_endpoint_auth_method=method, scope="openid profile", redirect_uri=self.back,
            code_challenge_method="S256", timeout=SECONDS, trust_env=False,
        )  # fmt: skip

    def _known(self, now: datetime) -> tuple[Mapping[str, Any], KeySet]:
        with self._lock:
            if self._keys is None or self._read_at is None or not self._read_at <= now < self._read_at + KNOWN_FOR:
                try:
                    self._about, self._keys = self._read()
                except (httpx2.HTTPError, JoseError, KeyError, ValueError, TypeError) as error:
                    raise SignOnFailed(type(error).__name__) from None
                self._read_at = now
            return self._about, self._keys

    def _read(self) -> tuple[Mapping[str, Any], KeySet]:
        with httpx2.Client(timeout=SECONDS, trust_env=False) as client:
            about = client.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration").raise_for_status().json()
            if about["issuer"] != self.issuer:
                raise SignOnFailed("another_issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                _check_address(about[name], self.issuer)
            return about, KeySet.import_key_set(client.get(about["jwks_uri"]).raise_for_status().json())


def _check_address(address: str, issuer: str) -> None:
    # Whoever may write what the sign-on says about itself must not send our secret anywhere in clear.
    if urlsplit(address).scheme != "https" and urlsplit(issuer).scheme == "https":
        raise SignOnFailed("insecure_address")


def is_fresh(named: SignOnIdentity, now: datetime) -> bool:
    """Whether this person showed just now who they are; a sign-on that does not say when is taken at its word."""
    return named.signed_in_at is None or named.signed_in_at + FRESH >= now
