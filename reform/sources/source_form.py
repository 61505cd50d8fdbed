"""The form of a register: what was typed, checked and named by field."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from access.units import Units
from reform.sources.source import MOST_ITEMS, SourceState
from reform.sources.source_sheets import NO_UNIT, TOO_MANY_ITEMS
from storage.days import NotADay, read_day
from storage.problem import N_, FieldFault
from web.form_data import FormData

LIMITS = {"name": 80, "responsible": 64, "phone": 32, "obstacle": 500}
MISSING = N_("This field is needed.")
TOO_LONG = N_("This may have at most {max_length} characters.")
NO_STATE = N_("Choose how far it is.")
WHAT_HINDERS = N_("Say what hinders it: the promised day is over.")


def read_source(
    form_data: FormData, items: Sequence[str], units: Units, known: Collection[str], today: date
) -> tuple[dict[str, Any], list[FieldFault]]:
    """The values of a register by field, and what is wrong with them."""
    values: dict[str, Any] = {name: form_data.get(name, "").strip() for name in ("unit", "state", *LIMITS)}
    faults = [FieldFault(name, "missing", MISSING) for name in ("name", "unit") if not values[name]]
    faults += [
        FieldFault(name, "too_long", TOO_LONG, {"max_length": most}) for name, most in LIMITS.items() if len(values[name]) > most
    ]
    if values["unit"] and values["unit"] not in units:
        faults.append(FieldFault("unit", "unknown", NO_UNIT))
    if values["state"] not in set(SourceState):
        faults.append(FieldFault("state", "not_a_choice", NO_STATE))
    values["items"] = [code for code in dict.fromkeys(items) if code in known]
    if len(values["items"]) > MOST_ITEMS:
        faults.append(FieldFault("items", "too_many", TOO_MANY_ITEMS, {"most": MOST_ITEMS}))
    values["promised_on"], wrong = read_optional_day(form_data, "promised_on")
    faults += wrong
    late = values["promised_on"] and values["promised_on"] < today and values["state"] != SourceState.CONNECTED
    if late and not values["obstacle"]:
        faults.append(FieldFault("obstacle", "missing", WHAT_HINDERS))
    return values, faults


def read_optional_day(form_data: FormData, name: str) -> tuple[date | None, list[FieldFault]]:
    """The day in this field, None where it is empty, and what is wrong with it."""
    text = form_data.get(name, "").strip()
    try:
        return read_day(text) if text else None, []
    except NotADay as wrong:
        return None, [FieldFault(name, "wrong_kind", wrong.message)]
