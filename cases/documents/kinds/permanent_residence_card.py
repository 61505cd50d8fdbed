"""Foreigners' permanent residence cards 外国人永久居留身份证.

Since December 2023 ("five-star card"; 新版外国人永久居留身份证机读信息规则, National Immigration Administration): 18 characters, 9
for a foreigner, two digits of the province, the nationality in three digits (ISO 3166-1), the day of birth, three digits that
count, and a check character by ISO 7064 MOD 11-2, as in a citizen's number. Whether the last of the three tells the sex could not
be established, so none is read from it.

Cards of 2017 and before: 15 characters, the nationality in three letters, four digits of the place, the day of birth in six, one
digit, and one that is taken for a check digit. Its rule could not be established from a public source, so of these the shape, the
country and the day of birth are checked. Cards of both kinds are valid side by side. The new number does not follow from the old
one (another count), nor the other way round: whoever was asked about by both is not known to be one person.
"""

import re
from datetime import date

from stdnum.iso7064 import mod_11_2

from cases.documents.countries import BY_DIGITS, country_of
from cases.documents.document import Document, DocumentKind, Words, birth_in, starred
from cases.documents.id_numbers import BadNumber

NEW, OLD = re.compile(r"9[0-9]{16}[0-9X]"), re.compile(r"[A-Z]{3}[0-9]{12}")
CODE = "permanent_residence_card"
WRONG_FORM = Words(
    "外国人永久居留身份证号码为以 9 开头的 18 位，旧证为 3 个字母加 12 位数字。",
    "The number of a permanent residence card has 18 characters and begins with 9; on older cards it is 3 letters and 12 digits.",
)
WRONG_CHECK = Words(
    "永久居留身份证号码的校验位不对，请与证件核对。",
    "The check digit of this permanent residence card is wrong. Compare it with the card.",
)
WRONG_BIRTH = Words(
    "永久居留身份证号码中的出生日期不是有效日期。",
    "The birth date in this permanent residence card's number is no day until today.",
)
WRONG_COUNTRY = Words(
    "永久居留身份证号码中的国籍代码不存在，请与证件核对。",
    "The country in this permanent residence card's number does not exist. Compare it with the card.",
)


def read(number: str, _country: str, today: date | None) -> Document:
    """18 characters of today, or 15 of before. Raises BadNumber."""
    if NEW.fullmatch(number):
        return _new(number, today)
    if OLD.fullmatch(number):
        return _old(number, today)
    raise BadNumber("document_number", WRONG_FORM.en)


def _new(number: str, today: date | None) -> Document:
    birth = birth_in(number[6:14], today, WRONG_BIRTH)
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        raise BadNumber("document_check_digit", WRONG_CHECK.en)
    if number[3:6] not in BY_DIGITS:
        raise BadNumber("document_number", WRONG_COUNTRY.en)
    return Document(CODE, number, number, starred(number, 3, 4), (number,), BY_DIGITS[number[3:6]], birth)


def _old(number: str, today: date | None) -> Document:
    country = country_of(number[:3])
    if not country:
        raise BadNumber("document_number", WRONG_COUNTRY.en)
    birth = _birth_of_old(number[7:13], today)
    return Document(CODE, number, f"{CODE}:{number}", starred(number, 3, 4), (number,), country, birth)


def _birth_of_old(digits: str, today: date | None) -> date | None:
    """The day of birth, where the two digits of the year allow one century only; without a day of today, or else, none is told."""
    days = []
    for century in ("19", "20"):
        try:
            days.append(birth_in(century + digits, today, WRONG_BIRTH))
        except BadNumber:
            continue
    if not days:
        raise BadNumber("document_birth", WRONG_BIRTH.en)
    return days[0] if len(days) == 1 and today else None


KIND = DocumentKind(
    code=CODE,
    place=5,
    title=Words("外国人永久居留身份证", "foreigner's permanent residence card"),
    hint=Words("以 9 开头的 18 位，旧证 15 位", "18 characters that begin with 9, on older cards 15"),
    shape=re.compile(f"{NEW.pattern}|{OLD.pattern}"),
    read=read,
    faults=(WRONG_FORM, WRONG_CHECK, WRONG_BIRTH, WRONG_COUNTRY),
)
