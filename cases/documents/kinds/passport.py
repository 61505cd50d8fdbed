"""Passports 护照, of any country: who issued it (ISO 3166-1, and what ICAO adds) and the number.

ICAO Doc 9303-4 has nine places for the number in the machine readable zone, capitals and digits; longer ones do not fit there. Its
check digit (7-3-1) stands in that zone and not in the number, so that the number alone has none: shape and country are checked.
A renewed passport has another number that does not follow from the old one. Hong Kong, Macao and Taiwan residents are asked about
by their permits, by which offices here know them.
"""

import re
from datetime import date

from cases.documents.countries import country_of
from cases.documents.document import Document, DocumentKind, Words, starred
from cases.documents.id_numbers import BadNumber

SHAPE = re.compile(r"(?=.*[0-9])[A-Z0-9]{5,9}")
BY_PERMIT = frozenset({"HKG", "MAC", "TWN"})
WRONG_FORM = Words("护照号码为 5 至 9 位字母和数字。", "A passport number has 5 to 9 letters and digits.")
WRONG_COUNTRY = Words(
    "请填写护照签发国家的三位字母代码，例如 USA。", "Give the country that issued the passport by its three letters, such as USA."
)
ASK_BY_PERMIT = Words(
    "港澳台居民请使用居住证或来往内地（大陆）通行证的号码。",
    "Residents of Hong Kong, Macao and Taiwan are asked about by their residence permit or travel permit: give its number.",
)


def read(number: str, country: str, _today: date | None) -> Document:
    """5 to 9 letters and digits. Without a country only for searching; a Subject always has one. Raises BadNumber.

    The key leaves out the country: whoever tries one number with ever other countries tries to find somebody.
    """
    if not SHAPE.fullmatch(number):
        raise BadNumber("document_number", WRONG_FORM.en)
    issuer = country_of(country)
    if country and not issuer:
        raise BadNumber("document_country", WRONG_COUNTRY.en)
    if issuer in BY_PERMIT:
        raise BadNumber("document_country", ASK_BY_PERMIT.en)
    tail = 3 if len(number) > 7 else 2
    return Document("passport", number, f"passport:{number}", starred(number, 1 if tail == 3 else 0, tail), (number,), issuer)


KIND = DocumentKind(
    code="passport",
    place=6,
    title=Words("护照", "passport"),
    hint=Words("5 至 9 位字母和数字，另填签发国家", "5 to 9 letters and digits, with the country that issued it"),
    shape=SHAPE,
    read=read,
    faults=(WRONG_FORM, WRONG_COUNTRY, ASK_BY_PERMIT),
    has_country=True,
)
