"""The vault: AES-256-GCM encryption with the house's secret keys, keyed indexes (HMAC) for lookups, and MACs.

AES-256-GCM (NIST SP 800-38D) with a nonce of 96 random bits, HKDF-SHA256 (RFC 5869) for a key of its own for each purpose,
HMAC-SHA256 (RFC 2104) for indexes and marks. A purpose that encrypts less than 2^32 values under one key stays within the
bounds of random nonces; `hecha encrypt --new-key` begins a new key long before that.
"""

import hmac
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, NamedTuple, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.base64url import b64, unb64

VERSION = b"\x01"
KEY_BYTES, TAG_BYTES, NONCE_BYTES = 32, 5, 12
HEAD_BYTES = len(VERSION) + TAG_BYTES
LOOK_SECONDS = 5.0  # between two looks for changed keys; whoever changes them waits longer before old ones go
INDEX = "index"  # the entry whose keys never change: indexes and marks must stay comparable
SHAPE = "ID:KEY,...,index:KEY, each KEY being 32 random bytes as base64url, the first one current"


class Broken(Exception):
    """What was encrypted was altered, moved to another place, or encrypted with a key we do not have. Names nothing of it."""


class NoVault(Exception):
    """The database was opened without its keys."""


class WrongKeys(ValueError):
    """A text that cannot be a set of keys; says what would be right and nothing of the text."""


@dataclass(frozen=True, repr=False)
class Keys:
    """Data keys by id, the current one first, and the root of indexes and marks."""

    data: Mapping[str, bytes]
    index: bytes

    @classmethod
    def make(cls) -> Self:
        """Fresh keys."""
        return cls({new_key_id(): os.urandom(KEY_BYTES)}, os.urandom(KEY_BYTES))

    @classmethod
    def read(cls, text: str) -> Self:
        """Keys from entries `id:key` with commas or lines between them; `#` begins a remark. Raises WrongKeys."""
        entries = re.split(r"[,\s]+", re.sub(r"#.*", "", text).strip())
        found: dict[str, bytes] = {}
        for entry in entries:
            name, _, key = entry.partition(":")
            if not re.fullmatch(r"[A-Za-z0-9._-]{1,32}", name) or name in found:
                raise WrongKeys(f"expected {SHAPE}")
            found[name] = _key_of(key)
        index = found.pop(INDEX, None)
        if index is None or not found:
            raise WrongKeys(f"expected {SHAPE}; one named index and at least one other")
        return cls(found, index)

    def text(self) -> str:
        """The same as lines, as `read` takes them: a secret."""
        lines = [f"{name}:{_written(key)}" for name, key in [*self.data.items(), (INDEX, self.index)]]
        return "\n".join([*lines, ""])


def new_key_id() -> str:
    """A name for a new data key that no other has."""
    return f"k{os.urandom(4).hex()}"


def _key_of(text: str) -> bytes:
    try:
        key = unb64(text.encode())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongKeys(f"expected {SHAPE}")
    return key


def _written(key: bytes) -> str:
    return b64(key).decode()


@dataclass(repr=False)
class _Drawer:
    """One data key, and the ciphers made of it for each purpose."""

    tag: bytes
    key: bytes
    ciphers: dict[str, AESGCM] = field(default_factory=dict)

    def cipher(self, purpose: str) -> AESGCM:
        found = self.ciphers.get(purpose)
        if found is None:
            found = self.ciphers[purpose] = AESGCM(_derive(self.key, f"hecha encrypt {purpose}"))
        return found


class _Rack(NamedTuple):
    """All drawers, and the one that encrypts: exchanged as one."""

    current: _Drawer
    drawers: Mapping[bytes, _Drawer]

    @classmethod
    def of(cls, keys: Keys) -> Self:
        drawers = [_Drawer(_tag(name), key) for name, key in keys.data.items()]
        return cls(drawers[0], {drawer.tag: drawer for drawer in drawers})


class Vault:
    """Safe for any number of threads. The part of `bound_to` before its first colon is the purpose: it has a key of its own."""

    def __init__(self, keys: Keys, renew: Callable[[], Keys | None] | None = None) -> None:
        """`renew` gives keys that have changed since it was asked last: it is asked every few seconds, and about unknown keys."""
        self._rack = _Rack.of(keys)
        self._renew = renew
        self._looked_at = monotonic()
        self._root = keys.index
        self._marks: dict[str, bytes] = {}

    @property
    def head(self) -> bytes:
        """How everything begins that is encrypted with the current key."""
        return VERSION + self._rack.current.tag

    def _look(self) -> None:
        self._looked_at = monotonic()
        if self._renew is not None and (keys := self._renew()):
            self._rack = _Rack.of(keys)

    def encrypt(self, plain: bytes, bound_to: str) -> bytes:
        """The encrypted bytes; they open only for the same `bound_to`, such as "cases.subjects:H-1"."""
        if monotonic() - self._looked_at > LOOK_SECONDS:
            self._look()
        nonce, current = os.urandom(NONCE_BYTES), self._rack.current
        cipher = current.cipher(bound_to.partition(":")[0])
        return VERSION + current.tag + nonce + cipher.encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """What was encrypted; raises Broken."""
        drawer = self._drawer(sealed[len(VERSION) : HEAD_BYTES])
        if drawer is None or not sealed.startswith(VERSION):
            raise Broken
        nonce, rest = sealed[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES], sealed[HEAD_BYTES + NONCE_BYTES :]
        try:
            return drawer.cipher(bound_to.partition(":")[0]).decrypt(nonce, rest, bound_to.encode())
        except (InvalidTag, ValueError):
            raise Broken from None

    def _drawer(self, tag: bytes) -> _Drawer | None:
        if tag not in self._rack.drawers:
            self._look()
        return self._rack.drawers.get(tag)

    def index(self, text: str, purpose: str) -> str:
        """32 hexadecimal characters, the same for the same text and purpose: finds without telling what."""
        return hmac.digest(self._mark(f"index {purpose}"), text.encode(), "sha256")[:16].hex()

    def mac(self, data: bytes, purpose: str) -> bytes:
        """32 bytes that only we can make of these bytes; the same after the data keys were changed."""
        return hmac.digest(self._mark(f"mac {purpose}"), data, "sha256")

    def _mark(self, purpose: str) -> bytes:
        found = self._marks.get(purpose)
        if found is None:
            found = self._marks[purpose] = _derive(self._root, f"hecha {purpose}")
        return found


def _derive(root: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(root)


def _tag(name: str) -> bytes:
    # Of the name and not of the key: a stolen disk shall not even confirm a guess at a key.
    return hmac.digest(b"hecha key id", name.encode(), "sha256")[:TAG_BYTES]


class Session(Protocol):
    """A database session, of which nothing is needed here but what was noted beside it: an agent has keys and no database."""

    @property
    def info(self) -> dict[Any, Any]:
        """What was noted beside it."""


def vault_of(session: Session) -> Vault:
    """The vault of the database this session speaks to; raises NoVault."""
    vault = session.info.get("vault")
    if not isinstance(vault, Vault):
        raise NoVault
    return vault
