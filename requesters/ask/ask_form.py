"""The ask form: from typed fields to a question, and from its errors back to fields."""

from collections.abc import Iterable, Mapping
from datetime import date
from unicodedata import normalize

from pydantic import ValidationError

from cases.catalogue.checks import NEEDED, check_question, stopped
from cases.catalogue.item import Item
from cases.question import Question
from requesters.ask.typed_documents import OTHERS, subject_data, subject_typed, typed_document
from storage.json import Json
from storage.problem import N_, FieldFault

NOT_TAKEN = "document_not_taken"  # which are taken stands in words beside the field: see document_fields.html
NOT_BY_THIS = N_("This item is not asked by this kind of document.")
PLAIN = ("matter", "year", "purpose", "reference", "urgent_reason")


def field_names(item: Item) -> list[str]:
    """The form's fields in their order on the page; each is called by the path that a fault names."""
    people = [f"subjects.{role.role}.{field}" for role in item.subjects for field in ("name", role.number_field, *OTHERS)]
    own, compared = ([f"details.{one.name}" for one in item.details if one.compares == compares] for compares in (False, True))
    return ["item", *people, *own, "year", "matter", "mode", *compared, "details", *PLAIN[2:]]


def question_data(item: Item, form_data: Mapping[str, str]) -> Json:
    """The question as plain data; what was left empty is left out."""
    subjects = {role.role: said for role in item.subjects if (said := subject_data(role, form_data)) or role.required}
    details = {d.name: text for d in item.details if (text := form_data.get(f"details.{d.name}", "").strip())}
    details = {name: text for name, text in details.items() if not item.fields[name].compares or _compares(form_data)}
    mode = {"mode": form_data.get("mode", "")} if item.is_query and form_data.get("mode") else {}
    plain = {name: text for name in PLAIN if (text := form_data.get(name, "").strip())}
    return {
        "item": item.code,
        **plain,
        **mode,
        "subjects": subjects,
        "details": details,
        "urgent": form_data.get("urgent") == "yes",
    }


def _compares(form_data: Mapping[str, str]) -> bool:
    """Without a script what belongs to the other way of asking is sent along; what is asked for is not stated."""
    return form_data.get("mode") == "compare"


def form_faults(item: Item, form_data: Mapping[str, str], faults: Iterable[FieldFault]) -> list[FieldFault]:
    """All faults in the order of the page, one a field, with every needed field that was left empty."""
    named = {_our_field(item, fault): fault for fault in faults}
    refused = {
        f"subjects.{role.role}.{role.number_field}": FieldFault("", NOT_TAKEN, NOT_BY_THIS)
        for role in item.subjects
        if (typed := typed_document(role, form_data)).is_other and typed.kind not in role.documents
    }
    left_out = {field: FieldFault(field, "missing", NEEDED) for field in _needed(item) if not form_data.get(field, "").strip()}
    order = {name: place for place, name in enumerate(field_names(item))}
    found = {field: FieldFault(field, f.code, f.message, f.params) for field, f in {**named, **refused, **left_out}.items()}
    return sorted(found.values(), key=lambda fault: order.get(fault.field, -1))


def _our_field(item: Item, fault: FieldFault) -> str:
    """A subject without its number is told of as a person; an enterprise is asked for its credit code. One field takes the number
    of whatever document."""
    for role in item.subjects:
        person = f"subjects.{role.role}"
        theirs = [person, *(f"{person}.{field}" for field in ("id_number", "document", "document.number"))]
        if fault.field in theirs or (fault.field == f"{person}.document.kind" and fault.code == NOT_TAKEN):
            return f"{person}.{role.number_field}"
    return fault.field


def _needed(item: Item) -> list[str]:
    people = [f"subjects.{role.role}.{field}" for role in item.subjects if role.required for field in ("name", role.number_field)]
    return [*people, *(f"details.{d.name}" for d in item.details if d.required), "matter", "purpose", "reference"]


def read_back(item: Item, form_data: Mapping[str, str], locale: str) -> str:
    """What is being asked, as a sentence; empty while a name or a choice is missing."""
    if item.is_query and _compares(form_data):
        return item.comparing(locale)
    names = {role.role: form_data.get(f"subjects.{role.role}.name", "").strip() for role in item.subjects}
    return item.read_back(names, {d.name: form_data.get(f"details.{d.name}", "").strip() for d in item.details}, locale)


def typed_year(form_data: Mapping[str, str]) -> int | None:
    """The year asked about, if four digits stand there."""
    text = normalize("NFKC", form_data.get("year", "")).strip().removesuffix("年")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


def question_so_far(item: Item, form_data: Mapping[str, str], today: date) -> Question | None:
    """The question of a form that is still being filled in, as soon as it says whom and what it is about."""
    question = _read_so_far(item, form_data, today)
    return None if question is None or check_question(question, item) else question


def stopped_so_far(item: Item, form_data: Mapping[str, str], today: date) -> list[FieldFault]:
    """Why a form that is still being filled in asks what needs no answer; empty where it does not, or cannot be read yet."""
    question = _read_so_far(item, form_data, today) if item.not_needed else None
    return stopped(question, item) if question else []


def _read_so_far(item: Item, form_data: Mapping[str, str], today: date) -> Question | None:
    data = {**dict.fromkeys(("matter", "purpose", "reference"), "-"), **question_data(item, form_data)}
    plain = {**data, "urgent": False, "year": typed_year(form_data)}
    try:
        return Question.model_validate(plain, context={"today": today})
    except ValidationError:
        return None


def typed_of(question: Question) -> dict[str, str]:
    """A question as the fields of the form: for correcting it."""
    form_data = {name: str(value) for name in PLAIN if (value := getattr(question, name))}
    for role, subject in question.subjects.items():
        form_data |= subject_typed(role, subject)
    form_data |= {f"details.{name}": value for name, value in question.details.items()}
    form_data |= {"mode": question.mode} if question.mode else {}
    return form_data | ({"urgent": "yes"} if question.urgent else {})
