"""Signatures of webhook calls by the Standard Webhooks specification, and beside them the header of before."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"  # before the base64 of the key's bytes, says the specification
KEY_BYTES = 32  # between 24 and 64


def fresh_secret() -> str:
    """A new secret as the specification writes it, for both sides to keep."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_bytes(secret: str) -> bytes:
    """The key in a secret; one of before the specification has no prefix and is its own key."""
    return base64.b64decode(secret.removeprefix(PREFIX)) if secret.startswith(PREFIX) else secret.encode()


def signed_headers(secrets_: Sequence[str], message: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a call: `message` stays the same when it is tried again, `now` is the moment of this try.

    Each secret that counts signs, the newest first, so that a receiver may change over when it suits (webhook-signature holds them
    with spaces between). `Hecha-Signature` is for receivers of before: hexadecimal, over moment, dot and body, by the newest alone.
    """
    moment = str(int(now.timestamp()))
    signed = f"{message}.{moment}.".encode() + body
    signatures = [f"v1,{base64.b64encode(_hmac(key_bytes(secret), signed).digest()).decode()}" for secret in secrets_]
    before = _hmac(secrets_[0].encode(), moment.encode() + b"." + body).hexdigest()
    return {
        "webhook-id": message, "webhook-timestamp": moment, "webhook-signature": " ".join(signatures),
        "Hecha-Signature": f"t={moment},v1={before}",
    }  # fmt: skip


def _hmac(key: bytes, signed: bytes) -> hmac.HMAC:
    return hmac.new(key, signed, hashlib.sha256)
