"""The key ring: our own letter key pairs, and the public keys of our correspondents, reread every two seconds.

A pair of keys is one for signing (Ed25519) and one for reading (X25519) under one id, the JWK thumbprint of the signing key
(RFC 7638). The house's own name is `@house`: no unit's code can begin with `@`.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.crypto.jose import NoToken, unb64
from broker.transports.transport import Unreachable
from storage.base64url import b64
from storage.json import Json
from storage.standstills import Standstill, reason_of

HOUSE = "@house"
SKEW = timedelta(days=1)  # so far the clocks of two machines may differ
FRESH_SECONDS = 2.0  # how long a revoked key may still be believed


class WrongKey(ValueError):
    """Something that cannot be a letter key; says what would be right, never what it was."""


class KeysAway(Unreachable):
    """We have no keys of our own that count, or cannot get at them: nothing is sent and nothing taken until we do."""


@dataclass(frozen=True)
class PublicKey:
    """What others may know of a pair, and how long it counts. Until `valid_from` and after `valid_until` nobody is believed."""

    kid: str
    owner: str
    verifying: Ed25519PublicKey = field(repr=False, compare=False)
    sealing: X25519PublicKey = field(repr=False, compare=False)
    valid_from: datetime
    valid_until: datetime | None = None
    revoked_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether a letter of this moment may use it; its beginning is not taken to the hour, for clocks differ."""
        ended = self.valid_until is not None and self.valid_until <= now
        return self.revoked_at is None and not ended and self.valid_from - SKEW <= now

    @classmethod
    def read(cls, plain: Mapping[str, Any], owner: str) -> Self:
        """From the shape of a key file; raises WrongKey."""
        try:
            sign, seal = unb64(_x(plain["sign"], "Ed25519")), unb64(_x(plain["read"], "X25519"))
            begins, ends, gone = (_moment(plain.get(name)) for name in ("valid_from", "valid_until", "revoked_at"))
            made = Ed25519PublicKey.from_public_bytes(sign), X25519PublicKey.from_public_bytes(seal)
        except (KeyError, TypeError, ValueError, NoToken):
            raise WrongKey("expected public letter keys as `hecha keys export` writes them") from None
        if begins is None or plain.get("kid") != thumbprint(sign):
            raise WrongKey("expected the key's id to be its thumbprint, and `valid_from`")
        return cls(thumbprint(sign), owner, *made, begins, ends, gone)

    def plain(self) -> Json:
        """The shape of a key file: two JWK and when they count."""
        verifying, sealing = self.verifying.public_bytes_raw(), self.sealing.public_bytes_raw()
        ends = {"valid_until": self.valid_until, "revoked_at": self.revoked_at}
        told = {name: at.isoformat() for name, at in ends.items() if at is not None}
        keys = {"sign": jwk("Ed25519", verifying), "read": jwk("X25519", sealing)}
        return {"kid": self.kid, "valid_from": self.valid_from.isoformat(), **told, **keys}

    @property
    def fingerprint(self) -> str:
        """What two people compare on the telephone: both public keys, in groups of four."""
        both = self.verifying.public_bytes_raw() + self.sealing.public_bytes_raw()
        text = hashlib.sha256(both).hexdigest()[:32]
        return " ".join(text[at : at + 4] for at in range(0, 32, 4))


@dataclass(frozen=True)
class KeyPair:
    """A private pair of ours; its text form is a secret and nothing prints it."""

    public: PublicKey
    signing: Ed25519PrivateKey = field(repr=False, compare=False)
    reading: X25519PrivateKey = field(repr=False, compare=False)

    @property
    def kid(self) -> str:
        """The id of the pair."""
        return self.public.kid

    @cached_property
    def to_self(self) -> AESGCM:
        """For letters that only their writer reads: a key of its own made of the reading key."""
        made = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hecha letters to oneself")
        return AESGCM(made.derive(self.reading.private_bytes_raw()))

    @classmethod
    def make(cls, owner: str, now: datetime) -> Self:
        """A fresh pair that counts from now on."""
        return cls._of(Ed25519PrivateKey.generate(), X25519PrivateKey.generate(), owner, {"valid_from": now.isoformat()})

    @classmethod
    def read(cls, plain: Mapping[str, Any], owner: str) -> Self:
        """From the shape of a private key file; raises WrongKey."""
        try:
            sign, seal = (unb64(plain[name]["d"].encode()) for name in ("sign", "read"))
            made = Ed25519PrivateKey.from_private_bytes(sign), X25519PrivateKey.from_private_bytes(seal)
        except (KeyError, TypeError, ValueError, AttributeError, NoToken):
            raise WrongKey("expected private letter keys as `hecha keys make` writes them") from None
        return cls._of(*made, owner, plain)

    @classmethod
    def _of(cls, signing: Ed25519PrivateKey, reading: X25519PrivateKey, owner: str, times: Mapping[str, object]) -> Self:
        verifying, sealing = signing.public_key().public_bytes_raw(), reading.public_key().public_bytes_raw()
        keys = {"sign": jwk("Ed25519", verifying), "read": jwk("X25519", sealing)}
        return cls(PublicKey.read({**times, **keys, "kid": thumbprint(verifying)}, owner), signing, reading)

    def secret(self) -> Json:
        """The shape of a private key file: a secret."""
        plain = self.public.plain()
        for name, key in (("sign", self.signing), ("read", self.reading)):
            plain[name] = {**plain[name], "d": b64(key.private_bytes_raw()).decode()}
        return plain


def jwk(curve: str, public: bytes) -> dict[str, str]:
    """A public key as RFC 8037 writes it."""
    return {"kty": "OKP", "crv": curve, "x": b64(public).decode()}


def thumbprint(verifying: bytes) -> str:
    """The id of a pair: the JWK thumbprint of its signing key (RFC 7638)."""
    text = json.dumps(jwk("Ed25519", verifying), sort_keys=True, separators=(",", ":"))
    return b64(hashlib.sha256(text.encode()).digest()).decode()


def _x(plain: Mapping[str, Any], curve: str) -> bytes:
    if (plain["kty"], plain["crv"]) != ("OKP", curve):
        raise ValueError(curve)
    return str(plain["x"]).encode()


def _moment(text: Any) -> datetime | None:
    at = None if text is None else datetime.fromisoformat(text)
    if at is not None and at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


@dataclass(frozen=True)
class Keys:
    """Everything on a ring at one moment."""

    owner: str
    own: Sequence[KeyPair] = ()
    known: Sequence[PublicKey] = ()


class KeyRing:
    """Looks keys up; reads them anew every two seconds, so that a revoked key is refused at once. For any number of threads."""

    def __init__(self, load: Callable[[], Keys], fresh_seconds: float = FRESH_SECONDS) -> None:
        self._load, self._fresh_seconds = load, fresh_seconds
        self._until = float("-inf")
        self._lock = threading.Lock()
        self._keys = Keys("")
        self._standstill = Standstill("keys_not_read_anew", "keys_read_anew")
        self._own: Mapping[str, KeyPair] = {}
        self._known: Mapping[str, PublicKey] = {}

    def _now(self) -> "KeyRing":
        if time.monotonic() >= self._until:
            with self._lock:
                if time.monotonic() >= self._until:
                    self._read()
        return self

    def _read(self) -> None:
        try:
            self._take(self._load())
        except Exception as error:  # whatever stands behind the keys: a file or a database
            if not self._keys.own:
                raise KeysAway(type(error).__name__) from error
            self._standstill.begin(type(error).__name__, reason=reason_of(error))
        else:
            self._standstill.end()
        self._until = time.monotonic() + self._fresh_seconds

    def _take(self, keys: Keys) -> None:
        known = {key.kid: key for key in [*(pair.public for pair in keys.own), *keys.known]}
        self._keys, self._own, self._known = keys, {pair.kid: pair for pair in keys.own}, known

    @property
    def loaded(self) -> bool:
        """Whether there are keys of ours, however old; asking reads nothing."""
        return bool(self._own)

    @property
    def owner(self) -> str:
        """Whose ring it is: `@house` or a unit's code."""
        return self._now()._keys.owner

    def own(self, now: datetime) -> KeyPair:
        """The newest pair of ours that counts. Raises KeysAway."""
        mine = [pair for pair in self._now()._own.values() if self._known[pair.kid].counts(now)]
        if not mine:
            raise KeysAway(f"no letter key of {self._keys.owner} counts now")
        return max(mine, key=lambda pair: pair.public.valid_from)

    def own_by_id(self, kid: str) -> KeyPair | None:
        """A pair of ours, also one that only reads what was encrypted for it before."""
        return self._now()._own.get(kid)

    def known(self, kid: str) -> PublicKey | None:
        """Whose key that is; None: nobody's we know."""
        return self._now()._known.get(kid)

    def reader(self, owner: str, now: datetime) -> PublicKey | None:
        """The newest key of this owner by which it reads; None where it has none that counts."""
        theirs = [key for key in self._now()._known.values() if key.owner == owner and key.counts(now)]
        return max(theirs, key=lambda key: key.valid_from, default=None)
