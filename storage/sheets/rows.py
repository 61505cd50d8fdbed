"""Rows: what a sheet's headers mean, and its rows as values; each bad cell is named by row and field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from typing import Any

from storage.json import Json
from storage.sheets.cells import BadCell, Column, plain, read_cell
from storage.sheets.files import Cell, Table

N_ = str
NO_COLUMN = N_("The sheet has no column {column}.")
ODD_COLUMN = N_("Column {column} is not known here.")
SAID_TWICE = N_("This row says again what row {first} says.")
TWO_COLUMNS = N_("Two columns mean the same: {column}.")


@dataclass(frozen=True, slots=True)
class RowFault:
    """One bad cell: sheet, row as the office program counts, field, and a sentence. Never holds what was typed."""

    sheet: str
    row: int
    field: str
    message: str
    params: Mapping[str, str | int] = filled(default_factory=dict, hash=False)

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, translated and filled in."""
        return translate(self.message).format(**self.params)


@dataclass(frozen=True, slots=True)
class Row:
    """One row's values by field; a column that the sheet does not have is missing here, too."""

    sheet: str
    number: int
    values: dict[str, Any]

    def fault(self, field: str, message: str, **params: str | int) -> RowFault:
        """What is wrong with this row."""
        return RowFault(self.sheet, self.number, field, message, params)


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of sheet: the names it may have, and its columns."""

    code: str
    zh: str
    en: str
    columns: Sequence[Column]
    key: Sequence[str]  # the fields that make two rows the same


def recognise(table: Table, kinds: Sequence[SheetKind]) -> SheetKind | None:
    """Which kind of sheet this is: by its name, else by its headers."""
    named = [kind for kind in kinds if plain(table.name) in map(plain, (kind.code, kind.zh, kind.en))]
    fitting = [kind for kind in kinds if all(any(map(c.named, table.header)) for c in kind.columns if c.required)]
    return next(iter(named or sorted(fitting, key=lambda kind: -_known_headers(table, kind))), None)


def _known_headers(table: Table, kind: SheetKind) -> int:
    return sum(any(column.named(header) for column in kind.columns) for header in table.header)


def repeated(rows: Sequence[Row], key: Sequence[str]) -> list[RowFault]:
    """A fault for each row that says again what a row before it said."""
    seen: dict[tuple[Any, ...], Row] = {}
    faults = []
    for row in rows:
        first = seen.setdefault(tuple(row.values.get(name) for name in key), row)
        if first is not row:
            faults.append(row.fault(key[-1], SAID_TWICE, first=first.number))
    return faults


def read_rows(table: Table, columns: Sequence[Column]) -> tuple[list[Row], list[RowFault]]:
    """The rows without a fault, and every fault. With a fault in the header no row is read."""
    places, faults = _places(table, columns)
    rows: list[Row] = []
    for number, cells in table.rows if not faults else ():
        values, bad = _read_row(table.name, number, cells, places)
        faults.extend(bad)
        if not bad:
            rows.append(Row(table.name, number, values))
    return rows, faults


def _places(table: Table, columns: Sequence[Column]) -> tuple[dict[int, Column], list[RowFault]]:
    places: dict[int, Column] = {}
    faults: list[RowFault] = []
    for place, header in enumerate(table.header):
        meant = next((column for column in columns if column.named(header)), None)
        if meant is None and header:
            faults.append(RowFault(table.name, 1, "", ODD_COLUMN, {"column": place + 1}))
        elif meant is not None and meant in places.values():
            faults.append(RowFault(table.name, 1, meant.field, TWO_COLUMNS, {"column": meant.field}))
        elif meant is not None:
            places[place] = meant
    missing = [column for column in columns if column.required and column not in places.values()]
    faults += [RowFault(table.name, 1, column.field, NO_COLUMN, {"column": f"{column.zh} / {column.en}"}) for column in missing]
    return places, faults


def _read_row(sheet: str, number: int, cells: Sequence[Cell], places: Mapping[int, Column]) -> tuple[Json, list[RowFault]]:
    values: dict[str, Any] = {}
    faults = []
    for place, column in places.items():
        try:
            values[column.field] = read_cell(cells[place] if place < len(cells) else None, column)
        except BadCell as bad:
            faults.append(RowFault(sheet, number, column.field, bad.message, bad.params))
    return values, faults
