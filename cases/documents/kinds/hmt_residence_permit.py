"""Residence permits of Hong Kong, Macao and Taiwan residents 港澳台居民居住证.

Since September 2018 (国办发〔2018〕81号) they carry a citizen's number by GB 11643-1999 with the place 810000 (Hong Kong), 820000
(Macao) or 830000 (Taiwan): 18 characters, the day of birth, the sex, and a check character by ISO 7064 MOD 11-2. There is no form
in 15 digits.
"""

import re
from datetime import date

from stdnum.iso7064 import mod_11_2

from cases.documents.document import Document, DocumentKind, Words, birth_in, starred
from cases.documents.id_numbers import BadNumber

SHAPE = re.compile(r"8[123]0000[0-9]{11}[0-9X]")
WRONG_FORM = Words(
    "港澳台居民居住证号码为 18 位，以 810000、820000 或 830000 开头。",
    "The number of a residence permit of Hong Kong, Macao and Taiwan residents has 18 characters and begins with 810000, 820000 or "
    "830000.",
)
WRONG_CHECK = Words(
    "居住证号码的校验位不对，请与证件核对。", "The check digit of this residence permit is wrong. Compare it with the card."
)
WRONG_BIRTH = Words(
    "居住证号码中的出生日期不是有效日期。", "The birth date in this residence permit's number is no day until today."
)


def read(number: str, _country: str, today: date | None) -> Document:
    """18 characters. Raises BadNumber."""
    if not SHAPE.fullmatch(number):
        raise BadNumber("document_number", WRONG_FORM.en)
    birth = birth_in(number[6:14], today, WRONG_BIRTH)
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        raise BadNumber("document_check_digit", WRONG_CHECK.en)
    sex = "male" if int(number[16]) % 2 else "female"
    return Document("hmt_residence_permit", number, number, starred(number, 3, 4), (number,), "", birth, sex)


KIND = DocumentKind(
    code="hmt_residence_permit",
    place=2,
    title=Words("港澳台居民居住证", "residence permit of Hong Kong, Macao and Taiwan residents"),
    hint=Words("18 位，以 81、82 或 83 开头", "18 characters that begin with 81, 82 or 83"),
    shape=SHAPE,
    read=read,
    faults=(WRONG_FORM, WRONG_CHECK, WRONG_BIRTH),
)
