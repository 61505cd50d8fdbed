"""Single sign-on: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636, S256), state and nonce."""

import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from access.sign_in_rules import FRESH
from access.sign_on_metadata import SECONDS, MetadataReader, SignOnFailed, SignOnMetadata
from storage.late_modules import Late

if TYPE_CHECKING:
    import authlib.common.errors as authlib_errors
    import authlib.integrations.httpx_client as authlib_client
    import authlib.oidc.core as authlib_oidc
    import httpx2
    from joserfc import errors as jose_errors
    from joserfc import jwt
else:  # most cities have no sign-on of their own
    authlib_errors = Late("authlib.common.errors")
    authlib_client = Late("authlib.integrations.httpx_client")
    authlib_oidc = Late("authlib.oidc.core")
    httpx2 = Late("httpx2")
    jose_errors = Late("joserfc.errors")
    jwt = Late("joserfc.jwt")

ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA"]  # never `none`, never one that our secret could sign
THREADS = 8  # its own: one that hangs holds none that serves pages
LEEWAY = 120  # seconds by which its clock may differ
# What `amr` says of somebody who showed more than a password (RFC 8176).
STRONG = frozenset({"mfa", "otp", "hwk", "sc"})


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
    reader: MetadataReader = field(init=False, repr=False)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS, "sign-on"), repr=False)
    waiting: int = 0  # who waits for these threads, counted by the loop that serves

    def __post_init__(self) -> None:
        self.reader = MetadataReader(self.issuer)

    def begin(self, now: datetime, again: bool = False) -> BegunSignOn:
        """Where to send the browser; `again`: the person is to show who they are although they are signed in there."""
        about = self.reader.known(now).about
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        more = {"prompt": "login"} if again else {}
        with self._client() as client:
            address = about["authorization_endpoint"]
            url, _ = client.create_authorization_url(address, state=state, nonce=nonce, code_verifier=verifier, **more)
        return BegunSignOn(url, state, nonce, verifier)

    def finish(self, code: str, nonce: str, verifier: str, now: datetime) -> SignOnIdentity:
        """Who stands behind this code. Raises SignOnFailed."""
        known = self.reader.known(now)
        self.reader.refuse_while_away(now)
        try:
            with self._client() as client:
                token = client.fetch_token(known.about["token_endpoint"], code=code, code_verifier=verifier)
            claims = self._claims(token, known, nonce, now)
        except httpx2.HTTPError as error:
            self.reader.note_failure(now)
            raise SignOnFailed(type(error).__name__) from None
        except (authlib_errors.AuthlibBaseError, jose_errors.JoseError, KeyError, ValueError, TypeError) as error:
            raise SignOnFailed(type(error).__name__) from None
        name, at = claims.get(self.claim), claims.get("auth_time")
        if not isinstance(name, str) or not name:
            raise SignOnFailed("no_name")
        moment = datetime.fromtimestamp(at, now.tzinfo) if isinstance(at, int) else None
        return SignOnIdentity(name, bool(STRONG.intersection(claims.get("amr") or ())), moment)

    def _claims(self, token: Mapping[str, Any], known: SignOnMetadata, nonce: str, now: datetime) -> "authlib_oidc.CodeIDToken":
        read = self._decoded(token["id_token"], known, now)
        wanted = {"iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": self.client_id}}
        ours = {"nonce": nonce, "client_id": self.client_id, "access_token": token.get("access_token")}
        claims = authlib_oidc.CodeIDToken(read.claims, read.header, wanted, ours)
        claims.validate(int(now.timestamp()), LEEWAY)
        return claims

    def _decoded(self, token: str, known: SignOnMetadata, now: datetime) -> "jwt.Token":
        try:
            return jwt.decode(token, known.keys, algorithms=ALGORITHMS)
        except jose_errors.InvalidKeyIdError:  # it may have got a new key since we looked
            anew = self.reader.known_anew(known, now)
            if anew is None:
                raise
            return jwt.decode(token, anew.keys, algorithms=ALGORITHMS)

    def _client(self) -> "authlib_client.OAuth2Client":
        method = "client_secret_basic" if self.secret else "none"
        return authlib_client.OAuth2Client(
            self.client_id, self.secret or None, token_endpoint_auth_method=method, scope="openid profile", redirect_uri=self.back,
            code_challenge_method="S256", timeout=SECONDS, trust_env=False,
        )  # fmt: skip


def is_fresh(named: SignOnIdentity, now: datetime) -> bool:
    """Whether this person showed just now who they are; a sign-on that does not say when is taken at its word."""
    return named.signed_in_at is None or named.signed_in_at + FRESH >= now
