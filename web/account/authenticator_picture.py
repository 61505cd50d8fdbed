"""The QR code of a TOTP secret, as SVG."""

import segno

from access.totp import address_of

CITY = "Hecha"


def picture(secret: str, username: str) -> str:
    """A data address with the picture as SVG; black on white in any light, for telephones read nothing else."""
    return str(segno.make(address_of(secret, username, CITY), error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))
