"""What a person states in a commitment: typed values read by the fields of its terms. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from pydantic import ValidationError

from cases.commitments.terms import PERSON, StatedField, Terms
from cases.documents.subject import Subject
from storage.days import NotADay, read_day
from storage.problem import N_, FieldFault, Problem, faults_of

NEEDED = N_("This field is needed.")
UNKNOWN = N_("There is no such field here.")
TOO_LONG = N_("This may have at most {max_length} characters.")
NO_NUMBER = N_("This must be a whole number.")
NO_MONEY = N_("Write the amount in yuan with digits, such as 12000 or 12000.50.")
NO_CHOICE = N_("Choose one of these: {expected}.")
NOT_TEXT = N_("This must be text.")
MOST_DIGITS = 12


def read_stated(terms: Terms, typed: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The values by field, as they are kept. Raises Problem with every fault, each naming `stated.NAME`."""
    faults = [FieldFault("stated", "unknown_field", UNKNOWN)] if set(typed) - set(terms.by_name) else []
    found: dict[str, Any] = {}
    for one in terms.fields:
        try:
            if (value := _read(one, typed.get(one.name), today)) is not None:
                found[one.name] = value
        except Problem as problem:
            faults += problem.faults
    if faults:
        raise Problem(faults)
    return found


def _read(one: StatedField, value: Any, today: date) -> Any:
    where = f"stated.{one.name}"
    if one.kind == PERSON:
        return _person(one, value, where, today)
    if value is not None and not isinstance(value, str):
        raise _fault(where, "wrong_kind", NOT_TEXT)
    text = (value or "").strip()
    if not text:
        if one.required:
            raise _fault(where, "missing", NEEDED)
        return None
    if len(text) > one.most:
        raise _fault(where, "too_long", TOO_LONG, max_length=one.most)
    return _plain(one, text, where)


def _plain(one: StatedField, text: str, where: str) -> str:
    even = normalize("NFKC", text)
    if one.kind == "date":
        try:
            return read_day(text).isoformat()
        except NotADay as wrong:
            raise _fault(where, "wrong_kind", wrong.message) from None
    if one.kind == "number" and not (even.isascii() and even.isdigit() and len(even) <= MOST_DIGITS):
        raise _fault(where, "wrong_kind", NO_NUMBER)
    if one.kind == "money":
        return _money(even, where)
    if one.kind == "choice" and text not in {choice.code for choice in one.choices}:
        raise _fault(where, "not_a_choice", NO_CHOICE, expected=", ".join(choice.code for choice in one.choices))
    return even if one.kind == "number" else text


def _money(even: str, where: str) -> str:
    try:
        amount = Decimal(even.replace(",", "").removesuffix("元"))
    except InvalidOperation:
        raise _fault(where, "wrong_kind", NO_MONEY) from None
    if not amount.is_finite() or amount < 0 or amount >= 10**MOST_DIGITS or amount != round(amount, 2):
        raise _fault(where, "wrong_kind", NO_MONEY)
    return f"{amount:f}"


def _person(one: StatedField, value: Any, where: str, today: date) -> dict[str, str] | None:
    given = value if isinstance(value, dict) else {}
    if not any(given.values()) and not one.required:
        return None
    missing = [FieldFault(f"{where}.{name}", "missing", NEEDED) for name in ("name", "id_number") if not given.get(name)]
    if missing:
        raise Problem(missing)
    try:
        subject = Subject.model_validate({name: given[name] for name in ("name", "id_number")}, context={"today": today})
    except ValidationError as error:
        raise Problem(_placed(faults_of(error), where)) from None
    return {"name": subject.name, "id_number": subject.id_number or ""}


def _placed(faults: tuple[FieldFault, ...], where: str) -> Iterator[FieldFault]:
    for fault in faults:
        yield FieldFault(f"{where}.{fault.field or 'id_number'}", fault.code, fault.message, fault.params)


def _fault(where: str, code: str, message: str, **params: int | str) -> Problem:
    return Problem([FieldFault(where, code, message, params)])
