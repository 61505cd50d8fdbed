"""base64url without padding (RFC 4648, section 5), as keys and tokens are written."""

import binascii

WRITTEN = bytes.maketrans(b"+/", b"-_")
READ = bytes.maketrans(b"-_+/", b"+/  ")  # of the other alphabet nothing is taken


def b64(data: bytes) -> bytes:
    """These bytes in letters."""
    return binascii.b2a_base64(data, newline=False).translate(WRITTEN).rstrip(b"=")


def unb64(text: bytes) -> bytes:
    """The bytes that stand there; raises ValueError for anything but base64url."""
    try:
        return binascii.a2b_base64(text.translate(READ) + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        raise ValueError("base64url") from None
