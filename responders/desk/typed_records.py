"""Typed records: the fields of a record as a clerk fills them in, row by row, as plain values or with what is wrong with each.

In a form of a page `records.PLACE.FIELD` are fields of their own; what is the same in every row is typed once, in the first.
"""

from collections.abc import Collection, Mapping, Sequence

from cases.catalogue.item import Item
from cases.catalogue.record_checks import wrong_value
from cases.question import MOST_ROWS
from cases.records.field_values import read_value
from storage.problem import N_, FieldFault

Row = dict[str, str]
NOT_NEEDED = N_("The matter does not need this field: take it out.")


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
    read, faults = list[Row](), list[FieldFault]()
    for place, row in enumerate(rows):
        kept: Row = {}
        for name, text in row.items():
            if not text.strip():
                continue
            fault = _fault(f"records.{place}.{name}", name, text, (item, wanted))
            if fault:
                faults.append(fault)
            else:
                kept[name] = read_value(item.by_field[name].kind, text)
        read.append(kept)
    return _whole(read, item), faults


def _fault(path: str, name: str, text: str, asked: tuple[Item, Collection[str]]) -> FieldFault | None:
    item, wanted = asked
    if name not in wanted or name not in item.by_field:
        return FieldFault(path, "field_not_needed", NOT_NEEDED)
    return wrong_value(path, item.by_field[name], text)


def _whole(rows: list[Row], item: Item) -> list[Row]:
    """Each row with what is the same in all; without rows that say nothing of their own, unless there is but that."""
    once = {name: value for row in rows for name, value in row.items() if item.by_field[name].once}
    own = [row for row in rows if any(not item.by_field[name].once for name in row)]
    return [{**once, **row} for row in own] or ([once] if once else [])
