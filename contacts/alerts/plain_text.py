"""Reply parsing: normalises digits, apostrophes and letters of a text for comparison."""

import re
import unicodedata

UNSEEN = re.compile("[\\ufe0e\\ufe0f\\u20e3\\u200b-\\u200f\\u2060\\ufeff]")  # what keycaps and pasting leave behind
LINES, BLANKS = re.compile(r"\s*\n\s*"), re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """In small letters, each gap one blank or line, full-width signs as plain ones, circled, keycap and other digits as 0 to 9."""
    even = unicodedata.normalize("NFKC", UNSEEN.sub("", "".join(map(even_digit, text))))
    return BLANKS.sub(" ", LINES.sub("\n", even)).replace("\u2019", "'").lower()


def even_digit(sign: str) -> str:
    """This one character, as 0 to 9 where it is a digit of any kind."""
    value = unicodedata.digit(sign, None)
    return sign if value is None else str(value)
