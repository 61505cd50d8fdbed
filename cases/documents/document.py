"""A document: the number of one person's card, permit or passport as it was read; and what each kind of document says of itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cases.documents.id_numbers import BadNumber


class Words(NamedTuple):
    """Words in both languages; the English ones are the msgid of the Chinese ones (see web/languages.py)."""

    zh: str
    en: str

    def say(self, locale: str) -> str:
        """The words for `en...`, Chinese for every other locale."""
        return self.en if locale.lower().startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Document:
    """One person's number, checked and written as on the document.

    `key` is the same for every number this person had of this kind, as far as one follows from the other: by it people are
    compared, indexed and searched for. `forms` are the ways in which a record may keep the number. `masked` is what may be shown
    to those who need not see it all. `country` has three letters (ISO 3166-1), where the kind has one. `birth` and `sex` (`male`,
    `female`) are known where the number carries them.
    """

    kind: str
    number: str
    key: str
    masked: str
    forms: tuple[str, ...]
    country: str = ""
    birth: date | None = None
    sex: str = ""


Reader = Callable[[str, str, date | None], Document]


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """One kind of document: a file in cases/documents/kinds with `KIND = DocumentKind(...)`.

    `shape` fits every plain number (see id_numbers.plain) that may be of this kind, and as few others as can be told: where it is
    the only shape that fits, nobody is asked which document it is. `read` makes a Document of a plain number, a country (empty
    where none was named) and the day after which nobody is born yet; it raises BadNumber whose message is English and stands in
    `faults`. `place` orders the kinds where they are listed.
    """

    code: str
    place: int
    title: Words
    hint: Words  # what its number looks like
    shape: re.Pattern[str]
    read: Reader
    faults: tuple[Words, ...]
    has_country: bool = False


def starred(number: str, head: int, tail: int) -> str:
    """The number with only its first and last characters left."""
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def birth_in(digits: str, today: date | None, wrong: Words) -> date:
    """The day of birth in eight digits. Raises BadNumber where they are no day, lie before 1850 or after today."""
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise BadNumber("document_birth", wrong.en) from None
    if birth.year < 1850 or (today is not None and birth > today):
        raise BadNumber("document_birth", wrong.en)
    return birth
