"""Resident ID cards 居民身份证: citizens' numbers (GB 11643-1999), and the 15 digits of before 1999. The rules: id_numbers.py."""

import re
from datetime import date

from cases.documents.document import Document, DocumentKind, Words
from cases.documents.id_numbers import ResidentId


def read(number: str, _country: str, today: date | None) -> Document:
    """15 or 18 characters; what is wrong with one is said in id_numbers.py."""
    resident = ResidentId.parse(number, today)
    forms = tuple(form for form in (resident.number, resident.old_number) if form)
    return Document("resident_id_card", resident.number, resident.number, resident.masked, forms, "", resident.birth, resident.sex)


KIND = DocumentKind(
    code="resident_id_card",
    place=1,
    title=Words("居民身份证", "resident ID card"),
    hint=Words("18 位，也可填旧的 15 位", "18 characters; 15 digits are accepted too"),
    # 9 begins a foreigner's number; 81, 82 and 83 those of Hong Kong, Macao and Taiwan residents.
    shape=re.compile(r"[0-9]{15}|(?!9|8[123]0000)[0-9]{17}[0-9X]"),
    read=read,
    faults=(),
)
