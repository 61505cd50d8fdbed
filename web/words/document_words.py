"""Words for people's documents: the name of a kind, and countries by their codes and by the names that people write (CLDR)."""

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from cases.documents.countries import TWO, country_of
from cases.documents.known_kinds import KINDS, RESIDENT
from cases.question import Subject
from storage.late_modules import Late

if TYPE_CHECKING:
    import babel
else:
    babel = Late("babel")  # who reads no names of countries does without


def document_words(subject: Subject, locale: str) -> str:
    """Which document a person's number is of, and of which country; empty for resident ID cards and enterprises."""
    kind = subject.document_kind
    if kind in ("", RESIDENT):
        return ""
    country = subject.document.country if subject.document else None
    return " · ".join(filter(None, (KINDS[kind].title.say(locale), country_name(country or "", locale))))


def country_name(code: str, locale: str) -> str:
    """The country's name in this language; the code itself where it has none."""
    return str(_names(locale).get(TWO.get(code, ""), code))


def read_country(text: str) -> str:
    """The three letters of a country that somebody named by a code or a name in Chinese or English; as it was typed otherwise."""
    return country_of(text) or _by_name().get(_plain(text), text.strip())


@lru_cache
def _names(locale: str) -> dict[str, str]:
    return dict(babel.Locale("en" if locale.startswith("en") else "zh").territories)


@lru_cache
def _by_name() -> dict[str, str]:
    return {_plain(_names(locale)[two]): three for locale in ("zh", "en") for three, two in TWO.items() if two in _names(locale)}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
