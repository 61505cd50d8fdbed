"""Resident ID numbers (GB 11643-1999; the 15-digit form of 1984) and credit codes (GB 32100-2015): pure rules."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from cases.names import without_unseen

EARLIEST = date(1850, 1, 1)
_NO_SIGN = re.compile(r"[\s\-‐‑‒–—−]+")


class BadNumber(ValueError):
    """A number that cannot be one. `message` is a sentence with an English msgid; it never holds the number itself."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A resident's number in its canonical 18 characters, with both forms under which archives may keep it."""

    number: str

    @classmethod
    def parse(cls, text: str, today: date | None = None) -> "ResidentId":
        """Reads 15 or 18 characters, full-width digits and spaces forgiven. Raises BadNumber.

        `today` refuses births in the future. The place code is information, not a check: codes are retired and
        renamed (330725 became 330782), and their bearers keep them for life.
        """
        number = plain(text)
        if len(number) == 15 and number.isascii() and number.isdigit():
            number = bridge(number)
        if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit() or number[17] not in "0123456789X":
            raise BadNumber("id_number_form", "An ID number has 18 characters (17 digits and a digit or X), or 15 digits.")
        check_birth(number, today)
        if mod_11_2.calc_check_digit(number[:17]) != number[17]:
            raise BadNumber("id_number_check_digit", "The check digit of this ID number is wrong. Compare it with the card.")
        return cls(number)

    @property
    def old_number(self) -> str | None:
        """The 15-digit form the person had before 1999; None for those who never had one.

        These are all born since 2000, and of the earlier ones those whose form, bridged again, is another person's.
        """
        old = self.number[:6] + self.number[8:17]
        return old if len(old) == 15 and self.number[6:8] == century(old) else None

    @property
    def birth(self) -> date:
        """The day of birth written in the number."""
        return date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def sex(self) -> str:
        """`male` or `female`, by the 17th digit."""
        return "male" if int(self.number[16]) % 2 else "female"

    @property
    def place(self) -> str:
        """The six digits of the county where the number was given."""
        return self.number[:6]

    @property
    def masked(self) -> str:
        """What may be shown to those who need not see it all."""
        return self.number[:3] + "*" * 11 + self.number[14:]


def plain(text: str) -> str:
    """Full-width characters made plain, spaces, hyphens and what nobody sees dropped, x in capitals."""
    return _NO_SIGN.sub("", unicodedata.normalize("NFKC", without_unseen(text))).upper()


def bridge(old: str) -> str:
    """The 18-character form of a 15-digit number."""
    body = old[:6] + century(old) + old[6:]
    return body + mod_11_2.calc_check_digit(body)


def century(old: str) -> str:
    """The two digits that a 15-digit number leaves out. Serials 996 to 999 mark those who were centenarians (born in 18xx)."""
    return "18" if old[12:15] in {"996", "997", "998", "999"} else "19"


def check_birth(number: str, today: date | None) -> None:
    """Raises BadNumber where the birth date in an 18-character number is no day, too early, or after today."""
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise BadNumber("id_number_birth", "The birth date in this ID number is not a day of the calendar.") from None
    if birth < EARLIEST:
        raise BadNumber("id_number_birth", "The birth date in this ID number is not a day of the calendar.")
    if today is not None and birth > today:
        raise BadNumber("id_number_future", "The birth date in this ID number lies in the future.")


def parse_credit_code(text: str) -> str:
    """The 18-character unified social credit code, checked. Raises BadNumber."""
    code = plain(text)
    try:
        return str(uscc.validate(code))
    except ValidationError:
        raise BadNumber(
            "credit_code",
            "A credit code has 18 characters with a check character; this one is wrong. Compare it with the licence.",
        ) from None
