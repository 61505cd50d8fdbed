"""Live hints of the ask form: birth date and sex of an ID number, 15-digit forms, check digits. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from cases.catalogue.item import Item
from cases.catalogue.role import Role
from cases.documents.document import DocumentKind
from cases.documents.id_numbers import BadNumber, ResidentId, parse_credit_code, plain
from cases.documents.known_kinds import KINDS, NEEDS_COUNTRY, read_document
from cases.names import mended
from requesters.ask.typed_documents import TypedDocument, typed_document
from storage.problem import N_
from web.words.document_words import read_country

WHOLE = 18
OLD = 15
SAME = N_("Two people of one question cannot have the same number.")
WHICH = N_("Choose which document this number is of.")
Said = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Echo:
    """What is shown beside one subject. `state` is the number's: empty, typing, asking (of which document?), good, wrong or refused
    (not by this document); `old` is the 15-digit form that was typed, `name` how the name is read, where that is not as it was
    typed, `document` which one it is, where it has no citizen's number, with the country of its bearer or issuer."""

    role: str
    state: str = "empty"
    length: int = 0
    number: str = ""
    old: str = ""
    birth: date | None = None
    age: int = 0
    sex: str = ""
    message: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    name: str = ""
    document: DocumentKind | None = None
    country: str = ""


def echoes(item: Item, form_data: Said, today: date) -> list[Echo]:
    """One echo for each person or enterprise that the item asks about, in the order of the form."""
    found: list[Echo] = []
    for role in item.subjects:
        echo = echo_in(role, form_data, today)
        twice = echo.state == "good" and echo.number in {one.number for one in found}
        echo = Echo(role.role, "wrong", echo.length, message=SAME) if twice else echo
        found.append(replace(echo, name=read_otherwise(form_data.get(f"subjects.{role.role}.name", ""))))
    return found


def read_otherwise(typed: str) -> str:
    """How a name is read, where that is not as it was typed; else empty."""
    name = mended(typed)
    return name if name != typed.strip() else ""


def echo_in(role: Role, form_data: Said, today: date) -> Echo:
    """The echo of what was typed of one role, whatever document it is of."""
    typed = typed_document(role, form_data)
    if typed.is_other:
        country = form_data.get(f"subjects.{role.role}.document.country", "") if typed.has_country else ""
        return _other(role, typed, read_country(country), today)
    if typed.choices:
        return Echo(role.role, "asking", len(plain(typed.number)), message=WHICH)
    return echo_of(role, typed.number, today)


def _other(role: Role, typed: TypedDocument, country: str, today: date) -> Echo:
    kind = KINDS[typed.kind]
    if kind.has_country and kind.code in role.documents and not country:
        return Echo(role.role, "asking", len(typed.number), document=kind, message=NEEDS_COUNTRY.en)
    if kind.code not in role.documents:
        return Echo(role.role, "refused", len(typed.number), document=kind)
    try:
        read = read_document(kind.code, typed.number, country, today)
    except BadNumber as bad:
        return Echo(role.role, "wrong", len(typed.number), document=kind, message=bad.message)
    echo = Echo(role.role, "good", len(read.number), read.key, document=kind, country=read.country)
    return replace(echo, birth=read.birth, age=_age(read.birth, today)) if read.birth else echo


def echo_of(role: Role, text: str, today: date) -> Echo:
    """The echo of what stands in this field. A number that is still too short is not called wrong yet."""
    number = plain(text)
    if not number:
        return Echo(role.role)
    if len(number) < (OLD if role.kind == "person" else WHOLE):
        return Echo(role.role, "typing", len(number))
    try:
        return _person(role, number, today) if role.kind == "person" else Echo(role.role, "good", WHOLE, parse_credit_code(number))
    except BadNumber as bad:
        between = role.kind == "person" and OLD <= len(number) < WHOLE
        state = "typing" if between else "wrong"
        return Echo(role.role, state, len(number), message="" if between else bad.message)


def _person(role: Role, number: str, today: date) -> Echo:
    resident = ResidentId.parse(number, today)
    old = number if len(number) == OLD else ""
    return Echo(role.role, "good", len(number), resident.number, old, resident.birth, _age(resident.birth, today), resident.sex)


def _age(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
