"""The key that signs checkpoints, derived from the vault's root; signing and checking JWS."""

import hashlib
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from broker.crypto import jose
from storage.json import Json
from storage.vault import Vault

ALGORITHM, CHECKPOINT = "Ed25519", "hecha-checkpoint"
PURPOSE = "trail signing key"


class CheckpointNotSigned(Exception):
    """This was not signed with this key, or changed afterwards."""


class WrongKey(ValueError):
    """This is no public key (Ed25519, PEM)."""


class HouseKey:
    """The public key of a house: checks what it signed."""

    def __init__(self, public: Ed25519PublicKey) -> None:
        self._public = public
        self.id = hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]

    @classmethod
    def read(cls, pem: bytes) -> "HouseKey":
        """A public key as PEM. Raises WrongKey."""
        try:
            found = load_pem_public_key(pem)
        except ValueError:
            raise WrongKey from None
        if not isinstance(found, Ed25519PublicKey):
            raise WrongKey
        return cls(found)

    def pem(self) -> str:
        """The public key, for everybody who wants to check."""
        return self._public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def check(self, signed: str, kind: str = CHECKPOINT) -> Json:
        """What was signed as this kind of paper. Raises NotSigned."""
        try:
            found = jose.SignedReader(kind).split(signed.encode())
            jose.verify(found, self._public)
            body = json.loads(found.payload)
        except ValueError:  # no JWS of this kind, not signed with this key, or no JSON
            raise CheckpointNotSigned from None
        if not isinstance(body, dict):
            raise CheckpointNotSigned
        return body


class SigningKey(HouseKey):
    """The whole key. It is derived and kept nowhere."""

    def __init__(self, vault: Vault) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(vault.mac(b"ed25519", PURPOSE))
        super().__init__(self._private.public_key())

    def sign(self, body: Mapping[str, object], kind: str = CHECKPOINT) -> str:
        """The body as a JWS (RFC 7515, compact); signed as one kind of paper it is worth nothing as another."""
        tip = jose.head_of({"alg": ALGORITHM, "kid": self.id, "typ": kind})
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return jose.sign(tip, text.encode(), self._private).decode()


def said_in(signed: str) -> Json:
    """What stands in it, unchecked: for showing and for finding one's place alone. Raises ValueError."""
    _, payload, _ = signed.split(".")
    body = json.loads(jose.unb64(payload.encode()))
    if not isinstance(body, dict):
        raise ValueError
    return body
