"""Sheet rows: headers matched to columns and cells to values; each bad cell is named by row and field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as filled
from typing import Any

from storage.sheets.cells import BadCell, Column, plain, read_cell
from storage.sheets.table import MERGED, Cell, Spoilt, Table, below, is_filled, letter

N_ = str
NO_COLUMN = N_("The sheet has no column {column}.")
ODD_COLUMN = N_("Column {column} is not known here.")
SAID_TWICE = N_("This row says again what row {first} says.")
TWO_COLUMNS = N_("Two columns mean the same: {column}.")
TITLES = N_("The headings stand in row {row}; what stands above was taken for titles and not read.")
FIRST_ROWS = 10  # among these of a sheet its headings are looked for
HIDDEN_COLUMN = N_("Column {column} is hidden in the sheet, but not empty. Show it, or delete it.")
NO_HEADING = N_("This row has something in column {column}, which has no heading.")
HIDDEN_ROW = N_("This row is hidden or filtered out in the sheet, so it was not read.")
MOST_FAULTS = 20_000  # from here on a row is told its first fault alone
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class RowFault:
    """One bad cell: sheet, row as the office program counts, field, and a sentence. Never holds what was typed.

    `column` names the column as whoever sent the file sees it, its letter and its heading; `file` the file.
    """

    sheet: str
    row: int
    field: str
    message: str
    params: Mapping[str, str | int] = filled(default_factory=dict, hash=False)
    column: str = filled(default="", compare=False)
    file: str = filled(default="", compare=False)

    def words(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, translated and filled in."""
        return translate(self.message).format(**self.params)


@dataclass(frozen=True, slots=True)
class Row:
    """One row's values by field; a column that the sheet does not have is missing here, too."""

    sheet: str
    number: int
    values: dict[str, Any]
    columns: Mapping[str, str] = filled(default_factory=dict, compare=False)  # by field: letter and heading
    file: str = filled(default="", compare=False)

    def fault(self, field: str, message: str, **params: str | int) -> RowFault:
        """What is wrong with this row."""
        return RowFault(self.sheet, self.number, field, message, params, self.columns.get(field, ""), self.file)


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
    names = {plain(name) for name in (table.name, table.own_name)}
    named = [kind for kind in kinds if names & set(map(plain, (kind.code, kind.zh, kind.en)))]
    fitting = [kind for kind in kinds if fits(table, kind.columns)]
    return next(iter(named or sorted(fitting, key=lambda kind: -len(_known(table, kind.columns)))), None)


def under_titles(table: Table, *columns: Sequence[Column]) -> Table:
    """The table below its headings: where its first row is not they, the first of the next rows that has all columns needed."""
    if any(fits(table, one) for one in columns):
        return table
    for place in range(min(FIRST_ROWS, len(table.rows))):
        if any(fits(found := below(table, place), one) for one in columns):
            return found
    return table


def fits(table: Table, columns: Sequence[Column]) -> bool:
    """Whether the sheet has every column that is needed."""
    return {column.field for column in columns if column.required} <= _known(table, columns)


def _known(table: Table, columns: Sequence[Column]) -> set[str]:
    return {column.field for column in _meanings(table, columns) if column}


def _meanings(table: Table, columns: Sequence[Column]) -> list[Column | None]:
    """What each header means. Each is made plain once: a file may have many long ones."""
    words = {plain(word): column for column in reversed(columns) for word in (column.field, column.zh, column.en)}
    return [words.get(plain(header)) if 0 < len(header) <= LONGEST_HEADING else None for header in table.header]


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
    """The rows without a fault, and every fault; of very many each row's first. With a fault in the header no row is read."""
    places, faults = _places(table, columns)
    names = {column.field: f"{letter(place + 1)} {table.header[place]}" for place, column in places.items()}
    rows: list[Row] = []
    for number, cells in table.rows if not faults else ():
        row = Row(table.name, number, {}, names, table.file)
        bad = _fill_row(row, cells, places)
        faults.extend(bad if len(faults) < MOST_FAULTS else bad[:1])
        if not bad:
            rows.append(row)
    return rows, faults


def left_out(table: Table) -> list[RowFault]:
    """Why each row of the sheet that was not read was left out; titles above the headings are told as a whole, with row 0."""
    titles = [RowFault(table.name, 0, "", TITLES, {"row": table.header_row}, file=table.file)] if table.titles else []
    return titles + [RowFault(table.name, number, "", HIDDEN_ROW, file=table.file) for number in table.hidden_rows]


def _places(table: Table, columns: Sequence[Column]) -> tuple[dict[int, Column], list[RowFault]]:
    places: dict[int, Column] = {}

    def fault(field: str, message: str, column: int | str, place: int = 0) -> RowFault:
        where = letter(place) if isinstance(column, str) else letter(column)
        told = {"column": where if isinstance(column, int) else column}
        return RowFault(table.name, table.header_row, field, message, told, where, table.file)

    faults = [fault("", HIDDEN_COLUMN, place) for place in table.hidden_columns]
    for place, (header, meant) in enumerate(zip(table.header, _meanings(table, columns), strict=True)):
        if meant is None and header:
            faults.append(fault("", ODD_COLUMN, place + 1))
        elif meant is not None and meant in places.values():
            faults.append(fault(meant.field, TWO_COLUMNS, header, place + 1))
        elif meant is not None:
            places[place] = meant
    missing = [column for column in columns if column.required and column not in places.values()]
    faults += [fault(column.field, NO_COLUMN, f"{column.zh} / {column.en}") for column in missing]
    return places, faults


def _fill_row(row: Row, cells: Sequence[Cell], places: Mapping[int, Column]) -> list[RowFault]:
    """Fills in the row's values; a cell that is empty and says nothing then is left out. What is wrong with it."""
    faults = []
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else None
        if column.empty_says_nothing and not is_filled(cell):
            continue
        try:
            row.values[column.field] = read_cell(cell, column)
        except BadCell as bad:
            faults.append(row.fault(column.field, bad.message, **bad.params))
    for place, cell in enumerate(cells):
        if place not in places and is_filled(cell) and not (isinstance(cell, Spoilt) and cell.message == MERGED):
            faults.append(replace(row.fault("", NO_HEADING, column=letter(place + 1)), column=letter(place + 1)))
            break
    return faults
