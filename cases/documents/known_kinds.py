"""The kinds of document there are: every file in cases/documents/kinds, and how the kind of a number is recognised by its shape."""

from datetime import date
from importlib import import_module
from pkgutil import iter_modules

from cases.documents import kinds
from cases.documents.document import Document, DocumentKind, Words
from cases.documents.id_numbers import BadNumber, plain

RESIDENT = "resident_id_card"
CITIZENS = (RESIDENT, "hmt_residence_permit")  # those whose number is a citizen's (GB 11643)


def _known() -> dict[str, DocumentKind]:
    modules = (import_module(f"{kinds.__name__}.{module.name}") for module in iter_modules(kinds.__path__))
    found: list[DocumentKind] = [module.KIND for module in modules]
    return {kind.code: kind for kind in sorted(found, key=lambda kind: kind.place)}


KINDS = _known()
NO_KIND = Words("请说明这是哪一种证件的号码。", "Say which document this number is of.")
NEEDS_COUNTRY = Words("请填写签发国家。", "Say which country issued this document.")
NO_COUNTRY = Words("此类证件不填签发国家。", "No country is named with this kind of document.")


def read_document(kind: str, number: str, country: str = "", today: date | None = None) -> Document:
    """The number of a document of this kind, as somebody typed it. Raises BadNumber; KeyError for a kind that is none."""
    if country and not KINDS[kind].has_country:
        raise BadNumber("document_country", NO_COUNTRY.en)
    return KINDS[kind].read(plain(number), country, today)


def kinds_of(number: str) -> list[str]:
    """The kinds whose shape this number has, as somebody typed it; one where it is unambiguous, none where it is no such number."""
    text = plain(number)
    return [kind.code for kind in KINDS.values() if kind.shape.fullmatch(text)]


def documents_of(number: str, today: date | None = None) -> list[Document]:
    """Every document that a number of unknown kind may be of, with whatever country: for searching."""
    found = []
    for kind in kinds_of(number):
        try:
            found.append(KINDS[kind].read(plain(number), "", today))
        except BadNumber:
            continue
    return found


def words_of_kinds() -> list[Words]:
    """All that the kinds say to people, in both languages."""
    told = [words for kind in KINDS.values() for words in (kind.title, kind.hint, *kind.faults)]
    return [*told, NO_KIND, NEEDS_COUNTRY, NO_COUNTRY]
