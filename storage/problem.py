"""Validation errors: field, stable code and a translatable message that never holds what was typed."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

N_ = str  # marks an English sentence for the collecting of translations; the translating happens at the edge

CODE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_-]{0,39}")
PYDANTICS = frozenset(get_args(ErrorType))
# Errors about a whole shape, and the field in it that a person would put right.
LANDS = {"urgent_reason": "urgent_reason", "available_on": "available_on", "one_number": "id_number"}
LANDS |= {"document_kind": "kind", "document_country": "country"}
LANDS |= dict.fromkeys(("document_number", "document_check_digit", "document_birth"), "number")

TEXT = N_("This must be text.")
NUMBER = N_("This must be a whole number.")
YES_OR_NO = N_("This must be true or false.")
DAY = N_("Write the day like 2026-09-01, 20260901 or 2026年9月1日.")
GROUP = N_("This must be a group of named fields.")
LIST = N_("This must be a list.")
SENTENCES = {
    "missing": ("missing", N_("This field is needed.")),
    "extra_forbidden": ("unknown_field", N_("There is no such field here.")),
    "string_too_long": ("too_long", N_("This may have at most {max_length} characters.")),
    "string_too_short": ("too_short", N_("This must have at least {min_length} characters.")),
    "string_pattern_mismatch": ("wrong_form", N_("This does not have the form that is asked for: {pattern}")),
    "greater_than": ("too_small", N_("This must be more than {gt}.")),
    "greater_than_equal": ("too_small", N_("This must not be less than {ge}.")),
    "less_than_equal": ("too_large", N_("This must not be more than {le}.")),
    "too_short": ("too_few", N_("At least {min_length} are needed here.")),
    "too_long": ("too_many", N_("At most {max_length} may stand here.")),
    "enum": ("not_a_choice", N_("Choose one of these: {expected}.")),
    "literal_error": ("not_a_choice", N_("Choose one of these: {expected}.")),
    "json_invalid": ("not_json", N_("This is not JSON.")),
    "string_type": ("wrong_kind", TEXT),
    "int_type": ("wrong_kind", NUMBER),
    "int_parsing": ("wrong_kind", NUMBER),
    "int_from_float": ("wrong_kind", NUMBER),
    "bool_type": ("wrong_kind", YES_OR_NO),
    "bool_parsing": ("wrong_kind", YES_OR_NO),
    "date_type": ("wrong_kind", DAY),
    "date_parsing": ("wrong_kind", DAY),
    "date_from_datetime_parsing": ("wrong_kind", DAY),
    "date_from_datetime_inexact": ("wrong_kind", DAY),
    "dict_type": ("wrong_kind", GROUP),
    "model_type": ("wrong_kind", GROUP),
    "model_attributes_type": ("wrong_kind", GROUP),
    "list_type": ("wrong_kind", LIST),
    "tuple_type": ("wrong_kind", LIST),
}
UNNAMED = ("wrong", N_("This cannot be right. Please check it."))


@dataclasses.dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault. `field` is a dotted path, `code` is stable, `message` an English msgid whose {placeholders} `params` fill.

    Neither path nor params ever hold a value that somebody typed, but for the names of sheets in a file, told to whoever sent it.
    """

    field: str
    code: str
    message: str
    params: Mapping[str, str | int] = dataclasses.field(default_factory=dict, hash=False)

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, translated and filled in."""
        return translate(self.message).format(**self.params)


class Problem(Exception):
    """An input that is refused, with all its faults. `status` is carried for the edge, which alone gives it a meaning."""

    def __init__(self, faults: Iterable[FieldFault], status: int = 422) -> None:
        self.faults, self.status = tuple(faults), status
        super().__init__("; ".join(f"{fault.field or '*'}: {fault.code}" for fault in self.faults))


def field_path(*parts: str | int) -> str:
    """Parts joined by dots. A part that is no plain code came from outside and could be a name or a number: it becomes `?`."""
    return ".".join(str(part) if isinstance(part, int) or CODE.fullmatch(part) else "?" for part in parts)


def faults_of(error: ValidationError) -> tuple[FieldFault, ...]:
    """The faults in what pydantic found: our own errors keep their code and msgid, pydantic's get one of ours."""
    return read_errors(error.errors(include_url=False, include_input=False))


def read_errors(errors: Sequence[Mapping[str, Any]], skip: int = 0) -> tuple[FieldFault, ...]:
    """Faults from rows as `ValidationError.errors()` gives them. `skip` leaves out leading parts such as FastAPI's "body"."""
    return tuple(_read_error(error, skip) for error in errors)


def _read_error(error: Mapping[str, Any], skip: int) -> FieldFault:
    kind, context = str(error["type"]), dict(error.get("ctx") or {})
    parts = [part for part in error["loc"][skip:] if part != "[key]"]
    if kind not in PYDANTICS:
        return FieldFault(field_path(*parts, *filter(None, [LANDS.get(kind)])), kind, str(error["msg"]))
    if kind == "string_too_short" and context.get("min_length") == 1:
        kind = "missing"
    code, message = SENTENCES.get(kind, UNNAMED)
    return FieldFault(field_path(*parts), code, message, _named_in(message, context))


def _named_in(message: str, context: Mapping[str, Any]) -> dict[str, str | int]:
    """Only what the sentence needs: lengths, bounds and choices, which are ours; never the rest of pydantic's context."""
    return {k: v if isinstance(v, int) else str(v) for k, v in context.items() if "{" + k + "}" in message}


class RosterProblem(ValueError):
    """`message` is an English msgid with {placeholders} for `params`. Neither holds anything that somebody typed."""

    def __init__(self, field: str, message: str, **params: str | int) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message
        self.params = params
