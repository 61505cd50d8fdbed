"""The form of a commitment: from typed fields to a request, from its faults back to fields, and what is said of it meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from cases.catalogue.catalogue import Catalogue
from cases.catalogue.part import Text
from cases.catalogue.role import Role
from cases.certificates.taking import ANYBODY, CertificateTaking
from cases.commitments.commitment import Commitment
from cases.commitments.terms import PERSON, Terms
from cases.commitments.text import BRACKETS, value_words
from cases.documents.known_kinds import KINDS
from requesters.ask.echoes import Echo, echo_in, read_otherwise
from requesters.ask.typed_documents import subject_data, subject_typed, typed_document
from storage.json import Json
from storage.problem import FieldFault

WHO = Role(role=PERSON, kind="person", label=Text(zh="承诺人", en="Who commits"), documents=tuple(KINDS))
OTHER = "-"  # chosen among the matters: it stands in words beside
PLAIN = ("purpose", "reference", "due_on", "phone", "language")
BLANK = "……"


@dataclass(frozen=True, slots=True)
class MatterChoice:
    """A matter as it is offered: its code or words, and what it is called."""

    code: str
    title: str


def matters_for(unit: str, takings: Iterable[CertificateTaking], catalogue: Catalogue, locale: str) -> list[MatterChoice]:
    """What the unit may take this certificate for: first the matters for which it does by the directory, then all others."""
    taken = [one.matter for one in takings if one.unit in (unit, ANYBODY)]
    codes = list(
        dict.fromkeys([*taken, *(matter.code for matter in catalogue.search_matters("", locale, list(catalogue.matters)))])
    )
    return [MatterChoice(code, catalogue.matters[code].title.say(locale) if code in catalogue.matters else code) for code in codes]


def request_data(certificate: str, terms: Terms, typed: Mapping[str, str]) -> Json:
    """The request as plain data; what was left empty is left out."""
    matter = typed.get("matter", "").strip()
    matter = typed.get("matter_words", "").strip() if matter == OTHER else matter
    plain = {name: text for name in PLAIN if (text := typed.get(name, "").strip())}
    return {
        "certificate": certificate,
        "matter": matter,
        "person": subject_data(WHO, typed),
        "stated": stated_data(terms, typed),
        **plain,
    }


def stated_data(terms: Terms, typed: Mapping[str, str]) -> Json:
    """What was typed into the fields of the certificate."""
    found: dict[str, Any] = {}
    for one in terms.fields:
        if one.kind == PERSON:
            found[one.name] = {part: typed.get(f"stated.{one.name}.{part}", "").strip() for part in ("name", "id_number")}
        elif text := typed.get(f"stated.{one.name}", "").strip():
            found[one.name] = text
    return found


def form_faults(faults: Iterable[FieldFault], typed: Mapping[str, str]) -> list[FieldFault]:
    """The faults by the fields of the form, one a field."""
    named = {_our_field(fault.field, typed): fault for fault in faults}
    return [FieldFault(field, fault.code, fault.message, fault.params) for field, fault in named.items()]


def _our_field(field: str, typed: Mapping[str, str]) -> str:
    if field == "person.document.country":
        return "subjects.person.document.country"
    if field == "person.document.kind" and typed_document(WHO, typed).choices:
        return "subjects.person.document.kind"
    if field in ("person.name", "person.other_name"):
        return f"subjects.{field}"
    if field == "matter" and typed.get("matter") == OTHER:
        return "matter_words"
    return "subjects.person.id_number" if field.split(".")[0] == PERSON else field


def echo_of_person(typed: Mapping[str, str], today: date) -> Echo:
    """What is said beside the number while it is typed."""
    echo = echo_in(WHO, typed, today)
    return replace(echo, name=read_otherwise(typed.get("subjects.person.name", "")))


def sentences(terms: Terms, typed: Mapping[str, str], locale: str) -> list[str]:
    """What the person will state, with what is typed so far; dots stand for what is not."""
    data = stated_data(terms, typed)
    values = {
        "name": typed.get("subjects.person.name", "").strip() or BLANK,
        "number": typed.get("subjects.person.id_number", "").strip() or BLANK,
        "due_on": typed.get("due_on", "").strip() or BLANK,
        "unit": BLANK, "matter": BLANK, "certificate": BLANK,
    }  # fmt: skip
    for one in terms.fields:
        values[one.name] = _typed_words(one, data.get(one.name), locale)
    return [text.say(locale).format_map(values) for text in terms.states]


def _typed_words(one: Any, value: Any, locale: str) -> str:
    if one.kind == PERSON:
        named = [text for text in (value or {}).values() if text]
        return f"{named[0]}{BRACKETS[locale].format(named[1])}" if len(named) > 1 else (named[0] if named else BLANK)
    if not value:
        return BLANK
    try:
        return value_words(one, value, locale)
    except ValueError:  # a day that is still being typed
        return str(value)


def typed_of(commitment: Commitment) -> dict[str, str]:
    """A draft as the fields of the form: for changing what is wrong in it."""
    typed = {
        "matter": commitment.matter,
        "purpose": commitment.purpose,
        "reference": commitment.reference,
        "language": commitment.locale,
    }
    typed |= {"due_on": commitment.due_on.isoformat() if commitment.due_on else "", "phone": commitment.phone.removeprefix("+86")}
    if subject := commitment.subject:
        typed |= subject_typed(PERSON, subject)
    for name, value in commitment.stated.items():
        if isinstance(value, dict):
            typed |= {f"stated.{name}.{part}": text for part, text in value.items()}
        else:
            typed[f"stated.{name}"] = value
    return typed
