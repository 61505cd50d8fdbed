"""The value of a record's field, by its kind: how it is written in letters, what is no such value, when two are the same.

| kind | written as |
|---|---|
| `text` | one line of at most 200 characters |
| `date` | YYYY-MM-DD |
| `number` | digits, with at most six decimals: `12`, `89.5` |
| `money` | yuan with two decimals: `1250.00` |
| `choice` | the code of one of the field's choices |
| `id` | a number of a document, deed or account: capitals, no blanks |
"""

import re
import unicodedata
from decimal import Decimal

from cases.documents.id_numbers import BadNumber, ResidentId
from cases.names import comparison_form, is_one_line, without_unseen
from cases.question import LONGEST_VALUE, FieldKind
from storage.days import NotADay, read_day
from storage.problem import DAY, N_

NO_TEXT = N_("This is one line of text with at most 200 characters.")
NO_NUMBER = N_("This must be a number in digits, such as 12 or 89.5.")
NO_MONEY = N_("This must be an amount in yuan, such as 1250 or 1250.50.")
NO_CODE = N_("This must be the code of a choice.")
NO_ID = N_("This must be a number as it stands on a document: letters, digits and brackets.")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{1,6})?", re.ASCII)
_MONEY = re.compile(r"-?\d{1,13}(\.\d{1,2})?", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DASHES = re.compile(r"[‐‑‒–—−]")


class BadValue(ValueError):
    """No value of its kind. `message` is an English msgid; it never holds the value."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def read_value(kind: FieldKind, text: str) -> str:
    """The value in the form of its kind, however it was typed: full width, thousands apart, 元 behind it. Raises BadValue."""
    if len(text) > LONGEST_VALUE:
        raise BadValue(NO_TEXT)
    return _READERS[kind](text)


def same_value(kind: FieldKind, one: str, other: str) -> bool:
    """Whether two values are the same, each in the form in which it is compared; one that is none of its kind is like no other."""
    try:
        return _compared(kind, read_value(kind, one)) == _compared(kind, read_value(kind, other))
    except BadValue:
        return False


def _compared(kind: FieldKind, value: str) -> object:
    if kind == "text":
        return comparison_form(value)
    if kind in ("number", "money"):
        return Decimal(value)
    return _number_of(value) if kind == "id" else value


def _number_of(value: str) -> str:
    """A resident's number of 15 digits and the one of 18 characters are the same person's."""
    try:
        return ResidentId.parse(value).number
    except BadNumber:
        return value


def _read_text(text: str) -> str:
    value = without_unseen(text).strip()
    if not value or not is_one_line(text.strip()):
        raise BadValue(NO_TEXT)
    return value


def _read_date(text: str) -> str:
    try:
        return read_day(text).isoformat()
    except NotADay:
        raise BadValue(DAY) from None


def _read_number(text: str) -> str:
    plain = _plain(text)
    if not (_NUMBER.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        raise BadValue(NO_NUMBER)
    return plain.replace(",", "")


def _read_money(text: str) -> str:
    plain = _plain(text).removesuffix("元").removeprefix("¥").removeprefix("￥")
    plain = plain.replace(",", "") if _GROUPED.fullmatch(plain) else plain
    if not _MONEY.fullmatch(plain):
        raise BadValue(NO_MONEY)
    return f"{Decimal(plain):.2f}"


def _read_choice(text: str) -> str:
    value = text.strip()
    if not _CODE.fullmatch(value):
        raise BadValue(NO_CODE)
    return value


def _read_id(text: str) -> str:
    value = _DASHES.sub("-", _plain(text)).upper()
    if not value or not all(sign.isalnum() or sign in "-/().[]〔〕#·*" for sign in value):
        raise BadValue(NO_ID)
    return value


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", without_unseen(text)).split())


_READERS = {
    "text": _read_text, "date": _read_date, "number": _read_number, "money": _read_money, "choice": _read_choice, "id": _read_id,
}  # fmt: skip
