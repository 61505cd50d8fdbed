"""Counts that a question states: how a number of children and the like is read. Pure."""

import re
import unicodedata

_COUNT = re.compile("[0-9]{1,4}")


def read_count(text: str) -> int | None:
    """A whole number from 0 to 9999, in digits of any width; None for everything else: a sign, a word, a unit behind it."""
    digits = text.strip()
    plain = unicodedata.normalize("NFKC", digits) if digits.isdecimal() else ""  # a raised 2 is a digit, and counts nothing
    return int(plain) if _COUNT.fullmatch(plain) else None
