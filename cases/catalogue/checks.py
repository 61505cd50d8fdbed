"""Validation of questions and findings against their item; every error is named by its field."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cases.catalogue.detail import Detail
from cases.catalogue.item import Item
from cases.catalogue.record_checks import wrong_value
from cases.catalogue.role import Role
from cases.catalogue.stop import SAME_NUMBER
from cases.names import is_one_line
from cases.question import Identity, Outcome, Question, Subject, Verdict, outcome_of, read_count
from storage.days import NO_DAY, NotADay, read_day
from storage.json import Json
from storage.problem import N_, FieldFault, field_path

LONGEST = 200
NOT_NEEDED = "not_needed"  # the code of a fault that says so
NAME_OPEN = frozenset({Outcome.IDENTITY_MISMATCH, Outcome.NOT_DIGITISED, Outcome.CANNOT_SAY})  # say nothing about the item
NEEDED = N_("This field is needed.")
NO_FIELD = N_("There is no such field here.")
NO_ROLE = N_("{item} does not ask about anybody in this role. Known roles: {roles}.")
NEEDS_PERSON = N_("This must be a person with an ID number.")
NEEDS_ENTERPRISE = N_("This must be an enterprise with a credit code.")
NOT_TAKEN = N_("This item is not asked by this kind of document. It takes: {documents}.")
SAME_PERSON = N_("Two people of one question cannot have the same number.")
NO_CHOICE = N_("Choose one of these: {expected}.")
NO_YEAR = N_("This must be a year between 1900 and 2100.")
NO_COUNT = N_("This must be a whole number in digits, such as 0 or 2.")
TOO_LONG = N_("This may have at most {max_length} characters.")
NOT_ONE_LINE = N_("This is one line of text: take out line breaks and signs that nobody sees.")
NO_FACT = N_("{item} does not state this. Known facts: {known}.")
NO_ROLE_OF = N_("{item} does not ask about anybody in this role. Known roles: {known}.")
DENIED = N_("The outcome does not follow from what is said of the facts.")
AT_ODDS = N_("What is said of one fact denies what is said of another.")
OTHER_NAME = N_("A number that belongs to another name allows no answer about the item.")
NO_OUTCOME = N_("{item} is not answered with this outcome. Known outcomes: {outcomes}.")


def check_question(question: Question, item: Item) -> list[FieldFault]:
    """Faults of the subjects and details; empty where the question fits. Says nothing about grants and matters."""
    wrong = [*_missing_roles(question, item), *_wrong_subjects(question, item), *_wrong_details(question, item)]
    return [*wrong, *_not_one_line(question), *stopped(question, item)]


def stopped(question: Question, item: Item) -> list[FieldFault]:
    """Why nothing is to be asked here, because a certificate of it is not needed: `certificate` in the params says which."""
    named = [(one.number, one.certificate) for one in item.not_needed if one.stops(question)]
    return [FieldFault(f"details.{number}", NOT_NEEDED, SAME_NUMBER, {"certificate": code}) for number, code in named]


def _not_one_line(question: Question) -> Iterator[FieldFault]:
    """Line breaks and signs that turn the text round could push or hide what stands on the paper of the answer."""
    lines = {name: getattr(question, name) for name in ("purpose", "reference", "urgent_reason")}
    lines |= {field_path("details", name): value for name, value in question.details.items()}
    for field, text in lines.items():
        if not is_one_line(text):
            yield FieldFault(field, "not_one_line", NOT_ONE_LINE)


def check_finding(finding: Mapping[str, Any], item: Item) -> list[FieldFault]:
    """Faults of a plain finding (see Finding.plain): an outcome, fact or role that the item does not have, or that do not agree.

    An item that knows no facts takes none.
    """
    outcome, facts = Outcome(finding["outcome"]), finding.get("facts") or {}
    if outcome not in item.outcomes and outcome != Outcome.IDENTITY_MISMATCH:
        known = ", ".join(item.outcomes)
        return [FieldFault("outcome", "unknown_outcome", NO_OUTCOME, {"item": item.code, "outcomes": known})]
    codes = [fact.code for fact in item.facts]
    faults = _unknown("facts", facts, codes, NO_FACT, item)
    faults += _unknown("values", finding.get("values") or {}, codes, NO_FACT, item)
    faults += _unknown("identity", finding.get("identity") or {}, list(item.roles), NO_ROLE_OF, item)
    if facts and not faults and outcome != _outcome_of(facts, item):
        faults.append(FieldFault("facts", "facts_deny_outcome", DENIED))
    if any(fact.is_at_odds(facts) for fact in item.facts):
        faults.append(FieldFault("facts", "facts_deny_outcome", AT_ODDS))
    if outcome not in NAME_OPEN and Identity.NAME_DIFFERS in (finding.get("identity") or {}).values():
        faults.append(FieldFault("identity", "facts_deny_outcome", OTHER_NAME))
    return faults


def told_values(finding: Json, item: Item, matter: str) -> Json:
    """The finding without the records' own values that the item does not reveal for this matter."""
    revealed = {fact.code for fact in item.facts if matter in fact.reveals_for}
    values = {code: value for code, value in (finding.pop("values", None) or {}).items() if code in revealed}
    return {**finding, "values": values} if values else finding


def _unknown(field: str, said: Collection[str], known: Sequence[str], message: str, item: Item) -> list[FieldFault]:
    if not (wrong := [name for name in said if name not in known]):
        return []
    params = {"item": item.code, "known": ", ".join(known)}
    return [FieldFault(field_path(field, name), "unknown_name", message, params) for name in wrong]


def _outcome_of(facts: Mapping[str, str], item: Item) -> Outcome:
    return outcome_of(Verdict(facts[fact.code]) for fact in item.facts if fact.code in facts)


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
    stated = "document.kind" if subject.document else role.number_field
    field, kind = f"subjects.{role.role}.{stated}", subject.document_kind
    if bool(kind) != (role.kind == "person"):
        return FieldFault(field, f"needs_{role.kind}", NEEDS_PERSON if role.kind == "person" else NEEDS_ENTERPRISE)
    if kind and kind not in role.documents:
        return FieldFault(field, "document_not_taken", NOT_TAKEN, {"documents": ", ".join(role.documents)})
    if subject.whole_key in seen:
        return FieldFault(field, "same_person", SAME_PERSON)
    seen.add(subject.whole_key)
    return None


def _wrong_details(question: Question, item: Item) -> Iterator[FieldFault]:
    for name in question.details.keys() - item.fields.keys():
        yield FieldFault(field_path("details", name), "unknown_field", NO_FIELD)
    for detail in item.details:
        value = question.details.get(detail.name, "").strip()
        if detail.compares:
            fault = wrong_value(f"details.{detail.name}", item.by_field[detail.name], value) if value else None
        else:
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
    if detail.kind == "date" and (wrong := _no_day(value)):
        return FieldFault(field, "wrong_day", wrong)
    if detail.kind == "number" and read_count(value) is None:
        return FieldFault(field, "wrong_number", NO_COUNT)
    return None


def _no_day(value: str) -> str:
    try:
        return "" if read_day(value).isoformat() == value else NO_DAY
    except NotADay as wrong:
        return wrong.message


def with_plain_days(details: Mapping[str, str], item: Item) -> dict[str, str]:
    """The details with each day written as YYYY-MM-DD, however it was typed; what is no day stays, to be told of."""
    return {name: _plain_day(text) if _is_date(item.fields.get(name)) else text for name, text in details.items()}


def _is_date(detail: Detail | None) -> bool:
    return detail is not None and detail.kind == "date"


def _plain_day(text: str) -> str:
    try:
        return read_day(text).isoformat()
    except NotADay:
        return text
