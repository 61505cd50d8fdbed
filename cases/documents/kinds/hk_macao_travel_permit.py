"""Travel permits of Hong Kong and Macao residents 港澳居民来往内地通行证.

The Ministry of Public Security's rule of 2010 (港澳居民来往内地通行证号码规则): H (Hong Kong) or M (Macao), eight digits for
life, and two digits that count the renewals, 00 at first. Cards since 2013 print the nine characters alone and the count beside
them. So the first nine are the person, and a renewed permit is the same person's. No rule for a check digit is published: the
shape alone is checked.
"""

import re
from datetime import date

from cases.documents.document import Document, DocumentKind, Words, starred
from cases.documents.id_numbers import BadNumber

SHAPE = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
FOR_LIFE = 9
WRONG_FORM = Words(
    "港澳居民来往内地通行证号码为字母 H 或 M 加 8 位数字（旧证为 10 位数字）。",
    "The number of a Hong Kong or Macao travel permit is H or M and 8 digits, on older ones 10 digits.",
)


def read(number: str, _country: str, _today: date | None) -> Document:
    """9 or 11 characters. Raises BadNumber."""
    if not SHAPE.fullmatch(number):
        raise BadNumber("document_number", WRONG_FORM.en)
    person = number[:FOR_LIFE]
    key = f"hk_macao_travel_permit:{person}"
    return Document("hk_macao_travel_permit", number, key, starred(number, 1, 3), tuple(dict.fromkeys((person, number))))


KIND = DocumentKind(
    code="hk_macao_travel_permit",
    place=3,
    title=Words("港澳居民来往内地通行证", "travel permit of Hong Kong and Macao residents"),
    hint=Words("H 或 M 加 8 位数字，旧证 10 位", "H or M and 8 digits, on older ones 10"),
    shape=SHAPE,
    read=read,
    faults=(WRONG_FORM,),
)
