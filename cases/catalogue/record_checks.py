"""Whether the records of a finding fit its item: fields that it has, values of their kind, as many rows as it may have."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cases.catalogue.item import Item
from cases.catalogue.record_field import RecordField
from cases.question import Outcome
from cases.records.field_values import BadValue, read_value
from storage.problem import N_, FieldFault, field_path

NO_RECORDS = N_("This item gives back no fields of a record.")
NOT_ASKED = N_("The fields of the record were not asked for: say only whether what was stated is on record.")
NEEDS_RECORD = N_("Where there is a record, its fields belong here.")
ONLY_CONFIRMED = N_("Fields of a record stand only where there is one.")
ONE_RECORD = N_("There is one such record of a person: give one row.")
NO_FIELD = N_("The matter does not need this field. It needs: {known}.")
NO_CHOICE = N_("Choose one of these: {expected}.")
ONCE = N_("This is the same in every row of the record.")
NO_COMPARE = N_("Whether something is on record as stated is said only where values were stated.")


def check_records(finding: Mapping[str, Any], item: Item, mode: str, wanted: Collection[str]) -> list[FieldFault]:
    """Faults of a plain finding's records; empty where they fit what was asked."""
    rows, outcome = finding.get("records") or [], finding["outcome"]
    if mode != "query":
        return [FieldFault("records", "records_not_asked", NOT_ASKED if item.is_query else NO_RECORDS)] if rows else []
    if outcome == Outcome.CONTRADICTED:
        return [FieldFault("outcome", "records_deny_outcome", NO_COMPARE)]
    if bool(rows) != (outcome == Outcome.CONFIRMED):
        return [FieldFault("records", "records_deny_outcome", ONLY_CONFIRMED if rows else NEEDS_RECORD)]
    if len(rows) > 1 and item.rows == "one":
        return [FieldFault("records", "too_many_rows", ONE_RECORD)]
    return [*_wrong_values(rows, item, wanted), *_wrong_once(rows, item)]


def _wrong_values(rows: list[Mapping[str, str]], item: Item, wanted: Collection[str]) -> Iterator[FieldFault]:
    known = ", ".join(wanted)
    for place, row in enumerate(rows):
        for name, value in row.items():
            path = field_path(f"records.{place}", name)
            if name not in wanted or name not in item.by_field:
                yield FieldFault(path, "field_not_needed", NO_FIELD, {"known": known})
            elif fault := wrong_value(path, item.by_field[name], value):
                yield fault


def wrong_value(path: str, field: RecordField, value: str) -> FieldFault | None:
    """Why this is no value of the field; None where it is one."""
    try:
        read_value(field.kind, value)
    except BadValue as bad:
        return FieldFault(path, "wrong_value", bad.message)
    if field.choices and value.strip() not in field.by_code:
        return FieldFault(path, "wrong_value", NO_CHOICE, {"expected": ", ".join(field.by_code)})
    return None


def _wrong_once(rows: list[Mapping[str, str]], item: Item) -> Iterator[FieldFault]:
    for field in item.by_field.values():
        if field.once and len({row[field.name] for row in rows if field.name in row}) > 1:
            yield FieldFault(f"records.0.{field.name}", "wrong_value", ONCE)
