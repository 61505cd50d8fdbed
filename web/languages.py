"""Languages: English msgids in code and templates, Chinese in locale/zh.po, read without compiling."""

import gettext
import io
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cases.documents.known_kinds import words_of_kinds
from storage.late_modules import Late

if TYPE_CHECKING:
    from babel.messages import mofile, pofile
else:
    mofile, pofile = Late("babel.messages.mofile"), Late("babel.messages.pofile")  # parts that speak English do without

LOCALES = ("zh", "en")
CATALOG = Path(__file__).parent / "locale" / "zh.po"


@lru_cache
def translations(locale: str) -> gettext.NullTranslations:
    """The translations for a locale; English is what is written."""
    if not locale.startswith("zh"):
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    catalog = pofile.read_po(io.BytesIO(CATALOG.read_bytes()), locale="zh")
    for words in words_of_kinds():  # each kind of document brings its own
        catalog.add(words.en, words.zh)
    mofile.write_mo(compiled, catalog)
    return gettext.GNUTranslations(io.BytesIO(compiled.getvalue()))


def say(locale: str, msgid: str, **params: object) -> str:
    """The sentence in this language with its {placeholders} filled."""
    text = translations(locale).gettext(msgid) if msgid else ""
    return text.format(**params) if params else text


def choose_locale(wanted: str, default: str) -> str:
    """A locale we have, from a cookie or an Accept-Language header."""
    for part in wanted.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in LOCALES:
            return tag
    return default
