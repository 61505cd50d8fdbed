"""Telephone numbers: parsed, kept as E.164, masked for logs and the trail. How pages write them: web/templates.py."""

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from cases.names import without_unseen
from storage.late_modules import Late
from storage.problem import RosterProblem

if TYPE_CHECKING:
    import phonenumbers
else:
    phonenumbers = Late("phonenumbers")  # the numbers of all the world's networks

COUNTRY = "CN"
AREA_CODE = "0579"  # Jinhua, to which Yiwu belongs
LOCAL_DIGITS = (7, 8)  # a landline as neighbours dial it


def normalise(text: str, area_code: str = AREA_CODE, field: str = "phone") -> str:
    """E.164 of a mobile or landline number; '' stays ''. Full-width digits and a missing area code are mended.

    Raises RosterProblem naming `field`, never the number.
    """
    written = unicodedata.normalize("NFKC", without_unseen(text)).strip()
    if not written:
        return ""
    number = _parse(written, area_code)
    if number is None or not phonenumbers.is_valid_number(number):
        digits = sum(map(str.isdigit, written))
        raise RosterProblem(field, "This is not a telephone number that can be dialled ({digits} digits).", digits=digits)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse(written: str, area_code: str) -> "phonenumbers.PhoneNumber | None":
    digits = "".join(filter(str.isdigit, written))
    local = len(digits) in LOCAL_DIGITS and not written.startswith(("0", "+"))
    try:
        return phonenumbers.parse(area_code + digits if local else written, COUNTRY)
    except phonenumbers.NumberParseException:
        return None


@lru_cache(maxsize=4096)
def takes_sms(number: str) -> bool:
    """Whether a text can reach this E.164 number: a landline never gets one (the provider's error 21614)."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def dialled(number: str) -> str:
    """An E.164 number as people here dial and write it; '' stays ''."""
    if not number.startswith("+86"):
        return number
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.NATIONAL)


def masked(number: str) -> str:
    """For logs: the last four digits only."""
    return f"***{number[-4:]}" if number else ""
