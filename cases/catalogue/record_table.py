"""A record as somebody is shown it: what is the same in every row as a card, what differs as a table. Pure.

Pages and paper draw the same: one record, and what several rows have in common, stands line by line; of several rows each is a line
of the table. A field that was asked for and is empty on record is shown as empty, and never left away.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from cases.catalogue.item import Item
from cases.catalogue.record_field import RecordField

Line = tuple[RecordField, str]  # the value as it is kept; empty where the record has none


@dataclass(frozen=True, slots=True)
class RecordTable:
    """`card`: fields with their value; `columns` and `rows`: the others, a value for each column."""

    card: Sequence[Line] = ()
    columns: Sequence[RecordField] = ()
    rows: Sequence[Sequence[str]] = ()

    def __bool__(self) -> bool:
        return bool(self.card or self.rows)


def fields_of(item: Item, names: Collection[str]) -> list[RecordField]:
    """The fields with these names, in the order in which the item shows them; names that it does not have any more are left out."""
    return [field for name, field in item.by_field.items() if name in names]


def record_table(item: Item, wanted: Collection[str], records: Sequence[Mapping[str, str]]) -> RecordTable:
    """The rows of a finding by what was asked for; empty where there are none."""
    if not records:
        return RecordTable()
    fields = fields_of(item, wanted)
    if len(records) == 1:
        return RecordTable([(field, records[0].get(field.name, "")) for field in fields])
    card = [(field, _first(records, field.name)) for field in fields if field.once]
    columns = [field for field in fields if not field.once]
    return RecordTable(card, columns, [[row.get(field.name, "") for field in columns] for row in records] if columns else [])


def _first(records: Sequence[Mapping[str, str]], name: str) -> str:
    return next((row[name] for row in records if row.get(name)), "")
