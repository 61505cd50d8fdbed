"""Travel permits of Taiwan residents 台湾居民来往大陆通行证 (台胞证).

Eight digits for life. Since 25 September 2008 they are the whole number; on those from 1992 to then two digits follow that count
the issues, and in brackets a sign for the office that issued it. So the first eight are the person. No rule for a check digit is
published: the shape alone is checked.
"""

import re
from datetime import date

from cases.documents.document import Document, DocumentKind, Words, starred
from cases.documents.id_numbers import BadNumber

SHAPE = re.compile(r"[0-9]{8}(?:[0-9]{2}(?:\(?[A-Z0-9]\)?)?)?")
FOR_LIFE = 8
WRONG_FORM = Words(
    "台湾居民来往大陆通行证号码为 8 位数字（旧证后面还有两位数字和括号内的签发机关代码）。",
    "The number of a Taiwan travel permit is 8 digits; on old ones two digits and the office in brackets follow.",
)


def read(number: str, _country: str, _today: date | None) -> Document:
    """8 digits, or the old form. Raises BadNumber."""
    if not SHAPE.fullmatch(number):
        raise BadNumber("document_number", WRONG_FORM.en)
    person, digits = number[:FOR_LIFE], number[:10]
    key = f"taiwan_travel_permit:{person}"
    return Document("taiwan_travel_permit", digits, key, starred(digits, 0, 3), tuple(dict.fromkeys((person, digits))))


KIND = DocumentKind(
    code="taiwan_travel_permit",
    place=4,
    title=Words("台湾居民来往大陆通行证", "travel permit of Taiwan residents"),
    hint=Words("8 位数字", "8 digits"),
    shape=SHAPE,
    read=read,
    faults=(WRONG_FORM,),
)
