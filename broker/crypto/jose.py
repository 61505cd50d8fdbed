"""JWS and JWE in compact form (RFC 7515, 7516, 8037, 9864), as letters and checkpoints need them.

joserfc reads what we write and writes what we read (tests/rooms/broker/test_jose.py); it costs twice as much a letter, and a
question is three letters. Every primitive is `cryptography`'s.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from storage import base64url
from storage.base64url import b64
from storage.json import Json

SIGNING = ("Ed25519", "EdDSA")  # the second is what libraries call it that do not know RFC 9864 yet
ES256, P256_BYTES = "ES256", 32
AGREEING, DIRECT, CIPHER = "ECDH-ES", "dir", "A256GCM"
IV_BYTES, TAG_BYTES, MOST_HEADER = 12, 16, 1024
EPHEMERAL_SECONDS = 300.0  # how long one ephemeral key serves one recipient: agreeing on a key costs more than all the rest
MOST_KNOWN = 2000
Key = TypeVar("Key")
Value = TypeVar("Value")


class NoToken(ValueError):
    """These bytes are no compact JWS or JWE of the kind we use."""


class Tampered(ValueError):
    """The signature or the encryption does not fit the content."""


class Signed(NamedTuple):
    """A JWS that was taken apart and not verified yet."""

    kid: str
    covered: bytes  # what the signature is over
    payload: bytes
    signature: bytes


def unb64(text: bytes) -> bytes:
    """What base64url without padding says; raises NoToken."""
    try:
        return base64url.unb64(text)
    except ValueError:
        raise NoToken("base64url") from None


def head_of(header: Json) -> bytes:
    """A protected header as the first part of a token."""
    return b64(json.dumps(header, separators=(",", ":")).encode())


def read_head(head: bytes) -> Json:
    """The protected header; raises NoToken, also for one that asks for something we do not know (`crit`)."""
    if len(head) > MOST_HEADER:
        raise NoToken("header")
    try:
        header = json.loads(unb64(head))
    except (ValueError, RecursionError):
        raise NoToken("header") from None
    if not isinstance(header, dict) or "crit" in header:
        raise NoToken("header")
    return header


def sign(head: bytes, payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """A JWS over this payload in compact form (RFC 7515, section 7.1): header, payload and signature, with dots between."""
    covered = head + b"." + b64(payload)
    return covered + b"." + b64(key.sign(covered))


class SignedReader:
    """Takes JWS apart; remembers headers, for those of one key are all the same."""

    def __init__(self, typ: str) -> None:
        self._typ = typ
        self._kids: dict[bytes, str] = {}

    def split(self, wire: bytes) -> Signed:
        """The parts of a JWS; raises NoToken."""
        parts = wire.split(b".")
        if len(parts) != 3:
            raise NoToken("parts")
        head, payload, signature = parts
        return Signed(self._kid(head), head + b"." + payload, unb64(payload), unb64(signature))

    def _kid(self, head: bytes) -> str:
        kid = self._kids.get(head)
        if kid is None:
            header = read_head(head)
            kid = header.get("kid")
            if header.get("alg") not in SIGNING or header.get("typ") != self._typ or not isinstance(kid, str):
                raise NoToken("header")
            _remember(self._kids, head, kid)
        return kid


def verify(signed: Signed, key: Ed25519PublicKey) -> None:
    """Raises Tampered unless this key signed it."""
    try:
        key.verify(signed.signature, signed.covered)
    except InvalidSignature:
        raise Tampered from None


def sign_es256(kind: str, kid: str, payload: bytes, key: EllipticCurvePrivateKey) -> bytes:
    """A JWS with ES256 (RFC 7518, 3.4): for papers that are checked with a certificate on P-256; `kind` is their `typ`."""
    covered = head_of({"alg": ES256, "typ": kind, "kid": kid}) + b"." + b64(payload)
    whole = b"".join(part.to_bytes(P256_BYTES, "big") for part in decode_dss_signature(key.sign(covered, ECDSA(SHA256()))))
    return covered + b"." + b64(whole)


def open_es256(wire: bytes, kind: str, key: EllipticCurvePublicKey) -> bytes:
    """What was signed as this kind of paper. Raises NoToken, or Tampered unless this key signed it."""
    parts = wire.split(b".")
    if len(parts) != 3:
        raise NoToken("parts")
    header, signature = read_head(parts[0]), unb64(parts[2])
    if (header.get("alg"), header.get("typ"), len(signature)) != (ES256, kind, 2 * P256_BYTES):
        raise NoToken("header")
    r, s = (int.from_bytes(signature[at : at + P256_BYTES], "big") for at in (0, P256_BYTES))
    try:
        key.verify(encode_dss_signature(r, s), parts[0] + b"." + parts[1], ECDSA(SHA256()))
    except InvalidSignature:
        raise Tampered from None
    return unb64(parts[1])


class Encrypter:
    """Encrypts for recipients (JWE, ECDH-ES on X25519 with A256GCM), one ephemeral key for each of them for five minutes.

    A key so agreed on encrypts with random nonces of 96 bits and is given up long before 2^32 letters.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ready: dict[tuple[str, str], tuple[float, bytes, AESGCM]] = {}

    def encrypt(self, plain: bytes, kid: str, key: X25519PublicKey, sender: str) -> bytes:
        """A compact JWE for the owner of this key."""
        until, head, cipher = self._ready.get((kid, sender), (0.0, b"", None))
        if cipher is None or until < self._clock():
            head, cipher = _agree(kid, key, sender)
            _remember(self._ready, (kid, sender), (self._clock() + EPHEMERAL_SECONDS, head, cipher))
        return encrypt_once(head, b"", plain, cipher)


def _agree(kid: str, key: X25519PublicKey, sender: str) -> tuple[bytes, AESGCM]:
    ephemeral = X25519PrivateKey.generate()
    public = {"kty": "OKP", "crv": "X25519", "x": b64(ephemeral.public_key().public_bytes_raw()).decode()}
    parties = {"apu": b64(sender.encode()).decode(), "apv": b64(kid.encode()).decode()}
    head = head_of({"alg": AGREEING, "enc": CIPHER, "kid": kid, "epk": public, **parties})
    return head, AESGCM(_derive(ephemeral.exchange(key), sender.encode(), kid.encode()))


def _derive(shared: bytes, apu: bytes, apv: bytes) -> bytes:
    """Concat KDF with SHA-256, of one round as 256 bits need (RFC 7518, 4.6.2)."""
    sized = b"".join(len(part).to_bytes(4, "big") + part for part in (CIPHER.encode(), apu, apv))
    return hashlib.sha256((1).to_bytes(4, "big") + shared + sized + (256).to_bytes(4, "big")).digest()


def encrypt_once(head: bytes, key: bytes, plain: bytes, cipher: AESGCM) -> bytes:
    """The five parts of a compact JWE."""
    iv = os.urandom(IV_BYTES)
    sealed = cipher.encrypt(iv, plain, head)
    return b".".join((head, key, b64(iv), b64(sealed[:-TAG_BYTES]), b64(sealed[-TAG_BYTES:])))


class Decrypter:
    """Opens JWE; remembers the ciphers of headers it has seen."""

    def __init__(self) -> None:
        self._ciphers: dict[bytes, AESGCM] = {}

    def open(self, token: bytes, key_of: Callable[[str], X25519PrivateKey | AESGCM]) -> tuple[bytes, bytes]:
        """What was encrypted, and its tag. `key_of` gives our key for a `kid` or raises; raises NoToken, Tampered."""
        parts = token.split(b".")
        if len(parts) != 5 or parts[1]:
            raise NoToken("parts")
        head, _, iv, sealed, tag = parts
        cipher, nonce, mark = self._cipher(head, key_of), unb64(iv), unb64(tag)
        if len(nonce) != IV_BYTES or len(mark) != TAG_BYTES:
            raise NoToken("parts")
        try:
            return cipher.decrypt(nonce, unb64(sealed) + mark, head), mark
        except InvalidTag:
            raise Tampered from None

    def _cipher(self, head: bytes, key_of: Callable[[str], X25519PrivateKey | AESGCM]) -> AESGCM:
        cipher = self._ciphers.get(head)
        if cipher is None:
            header = read_head(head)
            kid = header.get("kid")
            if not isinstance(kid, str) or header.get("enc") != CIPHER or "zip" in header:
                raise NoToken("header")
            cipher = _cipher_of(header, key_of(kid))
            _remember(self._ciphers, head, cipher)
        return cipher


def _cipher_of(header: Json, key: X25519PrivateKey | AESGCM) -> AESGCM:
    wanted = AGREEING if isinstance(key, X25519PrivateKey) else DIRECT
    if header.get("alg") != wanted:
        raise NoToken("header")
    if not isinstance(key, X25519PrivateKey):
        return key
    public = header.get("epk")
    if not isinstance(public, dict) or (public.get("kty"), public.get("crv")) != ("OKP", "X25519"):
        raise NoToken("header")
    try:
        other = X25519PublicKey.from_public_bytes(_bytes_of(public, "x"))
        return AESGCM(_derive(key.exchange(other), _bytes_of(header, "apu"), _bytes_of(header, "apv")))
    except ValueError:  # a point of small order, or no point
        raise NoToken("header") from None


def _bytes_of(header: Json, name: str) -> bytes:
    value = header.get(name, "")
    if not isinstance(value, str):
        raise NoToken("header")
    return unb64(value.encode())


def _remember(memory: dict[Key, Value], key: Key, value: Value) -> None:
    # Strangers can make us see any number of headers: what is remembered must stay small.
    if len(memory) >= MOST_KNOWN:
        memory.clear()
    memory[key] = value
