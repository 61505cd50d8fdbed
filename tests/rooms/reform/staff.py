"""The reform office and a monitoring point in the county, for the tests of this room."""

from io import BytesIO

from PIL import Image

from access.accounts import Account
from access.units import Unit
from tests.rooms.office import Desk, Office

MONITOR_PHONE = "+8613900020021"


def staffed(office: Office) -> Desk:
    """The browser of the reform office's first clerk; a second one and a town's monitoring point work here too."""
    with office.county.database.write() as session:
        session.add(Unit(code="reform-office", name_zh="跑改办", name_en="Reform Office"))
        session.add(Unit(code="fotang-town", name_zh="佛堂镇人民政府", name_en="Fotang Town Government"))
        session.flush()
        people = (("reform1", "reform-office", "reformer", ""), ("reform2", "reform-office", "reformer", ""),
                  ("monitor", "fotang-town", "monitor", MONITOR_PHONE))  # fmt: skip
        for name, unit, role, phone in people:
            session.add(Account(username=name, name=f"周{name}", unit=unit, roles=[role], phone=phone))
    return office.client("reform1")


def photograph(*, place: bool = True) -> bytes:
    """A JPEG, in which a camera says where it was made."""
    made, told = BytesIO(), Image.Exif()
    if place:
        told[0x010E] = "where-it-was-made"
    Image.new("RGB", (300, 200), "#88aacc").save(made, "JPEG", exif=told)
    return made.getvalue()
