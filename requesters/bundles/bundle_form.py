"""The form of a bundle: from typed fields to the plain bundle, and from its faults back to fields.

A person stands in one field, `people.heir.0.who`, name and number together; what is stated of them in `people.heir.0.details.NAME`.
The number is the row's on the page: rows that nobody filled in are passed over, and the bundle's own count goes on without them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from cases.bundles.bundle_kind import BundleKind, BundleRole
from cases.bundles.loading import field_detail
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.checks import NEEDED
from cases.catalogue.role import Role
from cases.documents.known_kinds import CITIZENS
from requesters.ask.echoes import Echo, echo_in, read_otherwise
from requesters.ask.typed_documents import TypedDocument, subject_data, typed_document
from requesters.bundles.one_field import Named, read_one_field
from storage.json import Json
from storage.problem import FieldFault

PLAIN = ("purpose", "reference", "urgent_reason")
UNREAD = ("csrf", "key", "again", "read", "more", "at")  # what is no part of what is asked
BESIDE = ("document.kind", "document.country", "other_name")  # asked of people without a resident ID card
ROWS = re.compile(r"people\.([a-z0-9_]+)\.(\d{1,2})\.(?:who|details\..+)")
WHO = "who"  # what the one person of a row is called where single questions are read
OF_ROW = re.compile(r"people\.([a-zA-Z0-9_]+)\.(\d{1,3})(?:\.(.*))?")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the form: `key` names its fields, `named` is what stands in it, `details` what is stated of the person."""

    role: BundleRole
    place: int
    named: Named
    details: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)  # of another document than a resident ID card
    typing: bool = False  # somebody is still at it: a few digits may become an ID number
    documents: tuple[str, ...] = CITIZENS  # by which everything can be asked that this role stands in

    @property
    def as_role(self) -> Role:
        """As a single question would have whoever stands in it."""
        return Role(role=WHO, kind=self.role.kind, label=self.role.label, documents=self.documents)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it, as the form of a single question would have it."""
        said = {"name": self.named.name, self.role.number_field: self.named.number, **self.beside}
        typed = {f"subjects.{WHO}.{name}": text for name, text in said.items()}
        return {**typed, "at": f"subjects.{WHO}.{self.role.number_field}"} if self.typing else typed

    @property
    def document(self) -> TypedDocument:
        """Which document its number is of."""
        return typed_document(self.as_role, self.typed)

    @property
    def key(self) -> str:
        """How the row's fields begin."""
        return f"people.{self.role.role}.{self.place}"

    @property
    def filled(self) -> bool:
        """Whether somebody stands in it."""
        return bool(self.named.name or self.named.number)

    @property
    def person(self) -> Json:
        """As the bundle takes it; what was left empty is left out."""
        said = {name: value.strip() for name, value in self.details.items() if value.strip()}
        return {**subject_data(self.as_role, self.typed), **({"details": said} if said else {})}


def rows_of(kind: BundleKind, form_data: Mapping[str, str], catalogue: Catalogue) -> list[Row]:
    """The rows that the page shows: those that were typed, as many as are needed, and one more where there is room for it."""
    typed = {(role, int(place)) for name in form_data if (found := ROWS.fullmatch(name)) for role, place in [found.groups()]}
    rows = [row for role in kind.roles for row in _rows(role, {place for name, place in typed if name == role.role}, form_data)]
    taken = {role.role: _documents(kind, role, catalogue) for role in kind.roles}
    return [replace(row, documents=taken[row.role.role]) for row in rows]


def _documents(kind: BundleKind, role: BundleRole, catalogue: Catalogue) -> tuple[str, ...]:
    """By which kinds of document people in this role can be asked about: those that every item takes that they stand in."""
    items = [catalogue.item(question.item) for question in kind.questions]
    taken = [
        item.roles[inner].documents
        for question, item in zip(kind.questions, items, strict=True)
        for inner, name in question.subjects.items()
        if name == role.role and question.ask == "always"
    ]
    return tuple(one for one in taken[0] if all(one in others for others in taken)) if taken else CITIZENS


def _rows(role: BundleRole, typed: set[int], form_data: Mapping[str, str]) -> list[Row]:
    known = [_row(role, place, form_data) for place in range(min(max(typed, default=-1) + 1, role.max))]
    last = max((row.place + 1 for row in known if row.filled), default=0)
    more = form_data.get("more") == role.role
    count = min(max(last + (1 if last or more else 0), role.min, 1, len(known) + more), role.max)
    return [*known, *(_row(role, place, form_data) for place in range(len(known), count))]


def _row(role: BundleRole, place: int, form_data: Mapping[str, str]) -> Row:
    key = f"people.{role.role}.{place}"
    details = {one.name: form_data.get(f"{key}.details.{one.name}", "") for one in role.fields}
    beside = {name: form_data.get(f"{key}.{name}", "") for name in BESIDE}
    named = read_one_field(form_data.get(f"{key}.who", ""))
    return Row(role, place, named, details, beside, form_data.get("at") == f"{key}.who")


def chosen_of(kind: BundleKind, form_data: Mapping[str, str]) -> list[str] | None:
    """The offered questions that are ticked; None where the page did not show them yet."""
    if not form_data.get("ticks"):
        return None
    return [one.code for one in kind.questions if one.ask == "offered" and form_data.get(f"questions.{one.code}")]


def bundle_data(kind: BundleKind, form_data: Mapping[str, str], catalogue: Catalogue) -> Json:
    """The bundle as plain data, as the API takes it; what was left empty is left out."""
    people: dict[str, list[Json]] = {}
    for row in rows_of(kind, form_data, catalogue):
        if row.filled:
            people.setdefault(row.role.role, []).append(row.person)
    plain = {name: text for name in PLAIN if (text := form_data.get(name, "").strip())}
    chosen = chosen_of(kind, form_data)
    asked = {} if chosen is None else {"chosen": chosen}
    return {"kind": kind.code, "people": people, **asked, **plain, "urgent": form_data.get("urgent") == "yes"}


def form_faults(
    kind: BundleKind, form_data: Mapping[str, str], faults: Iterable[FieldFault], catalogue: Catalogue
) -> list[FieldFault]:
    """All faults in the order of the page, one a field, with every needed field that was left empty."""
    rows = rows_of(kind, form_data, catalogue)
    filled = {role.role: [row for row in rows if row.filled and row.role is role] for role in kind.roles}
    found: dict[str, FieldFault] = {}
    for fault in faults:
        place = _field_of(fault.field, filled)
        found.setdefault(place, FieldFault(place, fault.code, fault.message, fault.params))
    for name in _left_out(kind, form_data, rows, catalogue):
        found.setdefault(name, FieldFault(name, "missing", NEEDED))
    order = {name: place for place, name in enumerate(field_names(kind, rows))}
    return sorted(found.values(), key=lambda fault: order.get(fault.field, -1))


def _left_out(kind: BundleKind, form_data: Mapping[str, str], rows: Sequence[Row], catalogue: Catalogue) -> list[str]:
    """The needed fields that are empty: all of them are told at once, whatever else is wrong."""
    left_out = [name for name in ("purpose", "reference") if not form_data.get(name, "").strip()]
    for role in kind.roles:
        theirs = [row for row in rows if row.role is role]
        spare = [f"{row.key}.{WHO}" for row in theirs if not row.filled]
        left_out += spare[: max(role.min - sum(row.filled for row in theirs), 0)]
        needed = [one.name for one in role.fields if field_detail(kind, role.role, one, catalogue).required]
        left_out += [
            f"{row.key}.details.{name}" for row in theirs for name in needed if row.filled and not row.details[name].strip()
        ]
    return left_out


def _field_of(name: str, filled: Mapping[str, Sequence[Row]]) -> str:
    """Our field for one of the bundle's: its people are counted without the rows that nobody filled in."""
    found = OF_ROW.fullmatch(name)
    if not found:
        role = name.removeprefix("people.")
        return f"{name}.{len(filled[role])}.who" if role in filled else name
    role, place, rest = found.groups()
    rows = filled.get(role, ())
    key = rows[int(place)].key if int(place) < len(rows) else f"people.{role}.{place}"
    return f"{key}.{rest}" if rest and (rest.startswith("details.") or rest in BESIDE) else f"{key}.who"


def field_names(kind: BundleKind, rows: Sequence[Row]) -> list[str]:
    """The form's fields in their order on the page."""
    people = [f"{row.key}.{name}" for row in rows for name in (WHO, *BESIDE, *(f"details.{one.name}" for one in row.role.fields))]
    return [
        "kind",
        "reference",
        *people,
        *(f"questions.{one.code}" for one in kind.questions),
        "purpose",
        "urgent",
        "urgent_reason",
    ]


def echoes(rows: Sequence[Row], today: date) -> dict[str, Echo]:
    """What is shown beside each row, by its key: what the number says, and the name where it is read otherwise or is missing."""
    found: dict[str, Echo] = {}
    for row in rows:
        echo = echo_in(row.as_role, row.typed, today)
        found[row.key] = replace(echo, role=row.key, name=read_otherwise(row.named.name))
    return found


def print_of(form_data: Mapping[str, str]) -> str:
    """By what the page knows that what is sent is what was read back: a fingerprint of all that was typed."""
    told = sorted((name, value.strip()) for name, value in form_data.items() if name not in UNREAD and value.strip())
    return sha256(repr(told).encode()).hexdigest()
