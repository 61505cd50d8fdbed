"""Latin names, as passports and permits have them: one name however it is ordered, hyphened and accented. Pure.

The machine readable zone (ICAO Doc 9303-3, section 6) knows capitals only: no accent, no apostrophe, no comma, a blank for a
hyphen; Ä, Ö, Ü, Å, Ø, Æ and ß may stand there as two letters. Clerks copy from it or from the lines above it, family name first or
last. Names without a Latin letter are compared as all others are.
"""

import re
import unicodedata

from cases.names import comparison_form

_LETTERS = re.compile("[a-z]")
_HYPHENS = re.compile("[-‐‑‒–—−]")
_DROPPED = re.compile(r"['’‘`´ʼ.]")
_APART = re.compile(r"[\W_]+")
# Letters that do not come apart into a letter and an accent; first as one letter, then as the zone may write them.
_ONE = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i"})
_TWO = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "ñ": "nxx"})


def latin_form(name: str) -> str:
    """The form by which a name is compared where only one can be kept: words without accents, in order of the alphabet."""
    plain = comparison_form(name)
    if not _LETTERS.search(_bare(plain)):
        return plain
    return " ".join(_words(plain, " "))


def same_latin_name(one: str, other: str) -> bool:
    """Whether both are the same name: order, capitals, hyphens and accents aside, umlauts as one letter or as two."""
    return comparison_form(one) == comparison_form(other) or bool(_forms(one) & _forms(other))


def _forms(name: str) -> set[tuple[str, ...]]:
    plain = comparison_form(name)
    if not _LETTERS.search(_bare(plain)):
        return {(plain,)}
    spelt = {plain, unicodedata.normalize("NFC", plain).translate(_TWO)}
    return {tuple(_words(text, hyphen)) for text in spelt for hyphen in (" ", "")}


def _words(text: str, hyphen: str) -> list[str]:
    bare = _DROPPED.sub("", _bare(_HYPHENS.sub(hyphen, text)))
    return sorted(word for word in _APART.split(bare) if word)


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.casefold().translate(_ONE))
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
