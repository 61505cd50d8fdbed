"""base64url without padding (RFC 4648, section 5), as keys and tokens are written."""

import base64
import binascii


def b64(data: bytes) -> bytes:
    """These bytes in letters."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def unb64(text: bytes) -> bytes:
    """The bytes that stand there; raises ValueError for anything but base64url."""
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), b"-_", validate=True)
    except binascii.Error:
        raise ValueError("base64url") from None
