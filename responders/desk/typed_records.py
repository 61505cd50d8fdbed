"""Typed records: the fields of a record as a clerk fills them in, row by row, as plain values or with what is wrong with each.

In a form of a page `records.PLACE.FIELD` are fields of their own; what is the same in every row is typed once, in the first.
A field that is empty on record is given as a dash: one that was passed over would be told as empty.
"""

from collections.abc import Collection, Mapping, Sequence

from cases.catalogue.item import Item
from cases.catalogue.record_checks import wrong_value
from cases.question import MOST_ROWS
from cases.records.field_values import read_value
from storage.problem import N_, FieldFault

Row = dict[str, str]
EMPTY = "-"
DASHES = frozenset("-－–—−")
NOT_NEEDED = N_("The matter does not need this field: take it out.")
PASSED_OVER = N_("Fill this in, or write - where it is empty on record.")


def rows_typed(form_data: Mapping[str, object]) -> list[Row]:
    """The rows of a page's form by their places; a row in which nothing was typed stays as an empty one, so that places hold."""
    rows: dict[int, Row] = {}
    for name, value in form_data.items():
        group, _, rest = name.partition(".")
        place, _, field = rest.partition(".")
        if group == "records" and place.isascii() and place.isdecimal() and int(place) < MOST_ROWS and field:
            rows.setdefault(int(place), {})[field] = str(value)
    return [rows.get(place, {}) for place in range(max(rows, default=-1) + 1)]


def read_rows(rows: Sequence[Mapping[str, str]], item: Item, wanted: Collection[str]) -> tuple[list[Row], list[FieldFault]]:
    """The rows as a finding holds them, and the faults, each named by the field in which it was typed."""
    typed = [{name: text.strip() for name, text in row.items() if text.strip()} for row in rows]
    faults = [*_wrong(typed, item, wanted), *_passed_over(typed, item, wanted)]
    return ([] if faults else _whole(typed, item)), faults


def _wrong(rows: Sequence[Row], item: Item, wanted: Collection[str]) -> list[FieldFault]:
    faults = []
    for place, row in enumerate(rows):
        for name, text in row.items():
            path = f"records.{place}.{name}"
            if name not in wanted or name not in item.by_field:
                faults.append(FieldFault(path, "field_not_needed", NOT_NEEDED))
            elif text not in DASHES and (fault := wrong_value(path, item.by_field[name], text)):
                faults.append(fault)
    return faults


def _passed_over(rows: Sequence[Row], item: Item, wanted: Collection[str]) -> list[FieldFault]:
    """Of each row that was begun what was not filled in; of what is the same in all, where no row has it."""
    if not any(rows):
        return []
    own = [name for name in item.by_field if name in wanted and not item.by_field[name].once]
    begun = [place for place, row in enumerate(rows) if set(row) & set(own)] or [0]
    missing = [f"records.{place}.{name}" for place in begun for name in own if name not in rows[place]]
    once = [name for name in item.by_field if name in wanted and item.by_field[name].once]
    missing += [f"records.0.{name}" for name in once if not any(name in row for row in rows)]
    return [FieldFault(path, "missing", PASSED_OVER) for path in missing]


def _whole(rows: Sequence[Row], item: Item) -> list[Row]:
    """Each row with what is the same in all; without rows that say nothing of their own, unless there is but that."""
    once = _read({name: text for row in rows for name, text in row.items() if item.by_field[name].once}, item)
    own = [row for row in rows if any(not item.by_field[name].once for name in row)]
    whole = [{**once, **_read(row, item)} for row in own] or [once]
    return [row for row in whole if row]


def _read(row: Row, item: Item) -> Row:
    return {name: read_value(item.by_field[name].kind, text) for name, text in row.items() if text not in DASHES}
