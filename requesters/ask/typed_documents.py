"""Which document a number in the form is of: told by its shape, else by what the asker chose. Pure.

Whoever asks with a resident ID card sees one field for the number and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.catalogue.role import Role
from cases.documents.document import DocumentKind
from cases.documents.id_numbers import plain
from cases.documents.known_kinds import CITIZENS, KINDS, RESIDENT, kinds_of
from cases.documents.subject import Subject
from storage.json import Json
from web.words.document_words import read_country

OTHERS = ("document.kind", "document.country", "other_name")
SHORTEST_ID = 15
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TypedDocument:
    """`kind` is the code of the document, empty where it is not known yet; `choices` are those among which the asker is asked."""

    number: str
    kind: str
    choices: tuple[DocumentKind, ...] = ()

    @property
    def is_other(self) -> bool:
        """Whether it is known to be one without a citizen's number."""
        return bool(self.kind) and self.kind not in CITIZENS

    @property
    def has_country(self) -> bool:
        """Whether the asker must say which country issued it."""
        return self.is_other and KINDS[self.kind].has_country


def typed_document(role: Role, typed: Typed) -> TypedDocument:
    """The document of this role. While the number is being typed (`at` names its field) a few digits may become an ID number."""
    field = f"subjects.{role.role}.{role.number_field}"
    number, chosen = typed.get(field, "").strip(), typed.get(f"subjects.{role.role}.document.kind", "")
    found = kinds_of(number)
    growing = typed.get("at") == field and plain(number).isdigit() and len(plain(number)) < SHORTEST_ID
    if role.kind != "person" or not found or growing or not set(found) - set(CITIZENS):
        return TypedDocument(number, RESIDENT if number else "")
    if not role.takes_others and plain(number).isdigit() and len(plain(number)) < SHORTEST_ID:
        return TypedDocument(number, RESIDENT)  # more likely an ID number that was not typed to its end
    if len(found) == 1 or not role.takes_others:
        return TypedDocument(number, found[0])
    return TypedDocument(number, chosen if chosen in found else "", tuple(KINDS[kind] for kind in found))


def subject_data(role: Role, typed: Typed) -> Json:
    """What was typed of one person or enterprise as plain data; what was left empty is left out."""
    said = {name: text for name in ("name", "other_name") if (text := typed.get(f"subjects.{role.role}.{name}", "").strip())}
    document = typed_document(role, typed)
    if not document.is_other:
        said.pop("other_name", None)
    if not document.number:
        return said
    if document.kind in CITIZENS:
        return {**said, role.number_field: document.number}
    stated = {"kind": document.kind, "number": document.number}
    country = typed.get(f"subjects.{role.role}.document.country", "").strip()
    return {**said, "document": {**stated, "country": read_country(country)} if document.has_country else stated}


def subject_typed(role: str, subject: Subject) -> dict[str, str]:
    """A subject as the fields of the form: for correcting it."""
    fields = {"name": subject.name, "id_number": subject.id_number, "credit_code": subject.credit_code}
    fields |= {"other_name": subject.other_name}
    if subject.document:
        fields |= {"id_number": subject.document.number, "document.kind": subject.document.kind}
        fields |= {"document.country": subject.document.country}
    return {f"subjects.{role}.{name}": text for name, text in fields.items() if text}
