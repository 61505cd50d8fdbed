"""The QR code of a TOTP secret, as SVG."""

from typing import TYPE_CHECKING

from access.totp import address_of
from storage.late_modules import Late

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

CITY = "Hecha"


def picture(secret: str, username: str) -> str:
    """A data address with the picture as SVG; black on white in any light, for telephones read nothing else."""
    return str(segno.make(address_of(secret, username, CITY), error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff"))
