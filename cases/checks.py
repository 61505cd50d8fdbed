"""Whether a question or a finding fits its item; every fault named by its field."""

import re
from collections.abc import Iterator
from datetime import date

from cases.catalogue.item import Detail, Item, Role
from cases.question import Finding, Question, Subject
from storage.problem import N_, FieldFault, field_path

LONGEST = 200
NEEDED = N_("This field is needed.")
NO_FIELD = N_("There is no such field here.")
NO_ROLE = N_("{item} does not ask about anybody in this role. Known roles: {roles}.")
NEEDS_PERSON = N_("This must be a person with an ID number.")
NEEDS_ENTERPRISE = N_("This must be an enterprise with a credit code.")
SAME_PERSON = N_("Two people of one question cannot have the same ID number.")
NO_CHOICE = N_("Choose one of these: {expected}.")
NO_YEAR = N_("This must be a year between 1900 and 2100.")
NO_DAY = N_("This must be a day written as YYYY-MM-DD.")
TOO_LONG = N_("This may have at most {max_length} characters.")
NO_OUTCOME = N_("{item} is not answered with this outcome. Known outcomes: {outcomes}.")


def check_question(question: Question, item: Item) -> list[FieldFault]:
    """Faults of the subjects and details; empty where the question fits. Says nothing about grants and matters."""
    return [*_missing_roles(question, item), *_wrong_subjects(question, item), *_wrong_details(question, item)]


def check_finding(finding: Finding, item: Item) -> list[FieldFault]:
    """A fault where the item does not know this outcome."""
    if finding.outcome in item.outcomes:
        return []
    known = ", ".join(item.outcomes)
    return [FieldFault("outcome", "unknown_outcome", NO_OUTCOME, {"item": item.code, "outcomes": known})]


def _missing_roles(question: Question, item: Item) -> Iterator[FieldFault]:
    for role in item.subjects:
        if role.required and role.role not in question.subjects:
            yield FieldFault(f"subjects.{role.role}", "missing", NEEDED)


def _wrong_subjects(question: Question, item: Item) -> Iterator[FieldFault]:
    seen: set[str] = set()
    for name, subject in question.subjects.items():
        role = item.roles.get(name)
        if role is None:
            known = {"item": item.code, "roles": ", ".join(item.roles)}
            yield FieldFault(field_path("subjects", name), "unknown_role", NO_ROLE, known)
        elif fault := _wrong_subject(role, subject, seen):
            yield fault


def _wrong_subject(role: Role, subject: Subject, seen: set[str]) -> FieldFault | None:
    number, field = getattr(subject, role.number_field), f"subjects.{role.role}.{role.number_field}"
    if number is None:
        return FieldFault(field, f"needs_{role.kind}", NEEDS_PERSON if role.kind == "person" else NEEDS_ENTERPRISE)
    if number in seen:
        return FieldFault(field, "same_person", SAME_PERSON)
    seen.add(number)
    return None


def _wrong_details(question: Question, item: Item) -> Iterator[FieldFault]:
    for name in question.details.keys() - item.fields.keys():
        yield FieldFault(field_path("details", name), "unknown_field", NO_FIELD)
    for detail in item.details:
        value = question.details.get(detail.name, "").strip()
        fault = _wrong_value(detail, value) if value else _left_out(detail)
        if fault:
            yield fault


def _left_out(detail: Detail) -> FieldFault | None:
    return FieldFault(f"details.{detail.name}", "missing", NEEDED) if detail.required else None


def _wrong_value(detail: Detail, value: str) -> FieldFault | None:
    field = f"details.{detail.name}"
    if len(value) > LONGEST:
        return FieldFault(field, "too_long", TOO_LONG, {"max_length": LONGEST})
    if detail.kind == "choice" and value not in detail.by_code:
        return FieldFault(field, "not_a_choice", NO_CHOICE, {"expected": ", ".join(detail.by_code)})
    if detail.kind == "year" and not re.fullmatch(r"(19\d\d|20\d\d|2100)", value, re.ASCII):
        return FieldFault(field, "wrong_year", NO_YEAR)
    if detail.kind == "date" and not _is_day(value):
        return FieldFault(field, "wrong_day", NO_DAY)
    return None


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
