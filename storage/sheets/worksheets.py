"""XLSX worksheets: the filled rows of one sheet, and what in it is hidden (rows, columns)."""

import re
from collections.abc import Mapping

from storage.sheets.cell_values import OpenCell, Shared
from storage.sheets.limits import LAST_ROW, MOST_COLUMNS, NOT_A_SHEET, BadFile, Budget, too_many
from storage.sheets.table import MERGED, Cell, Spoilt, is_filled

PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
MERGED_CELL = Spoilt(MERGED)


class Worksheet:
    """Hears a sheet. `rows` are the filled ones by number, `hidden_rows` those that nobody sees, without their cells."""

    def __init__(self, shared: Shared, budget: Budget) -> None:
        self.rows: list[tuple[int, list[Cell]]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()
        self._shared, self._budget = shared, budget
        self._row, self._hidden, self._place = 0, False, 0
        self._cells: list[Cell] = []
        self._cell: OpenCell | None = None
        self._listening, self._phonetic = False, False
        self._unseen: set[int] = set()
        self._merged: list[tuple[int, int, int, int]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name in ("v", "t"):
            self._start_value(name)
        elif name == "f" and self._cell is not None:
            self._cell.formula = True
        elif name == "rPh":  # how a name is read aloud stands beside it and is no part of it
            self._phonetic = True
        elif name == "col" and _unseen(attributes, "width"):
            first, last = _whole(attributes.get("min", "1")), _whole(attributes.get("max", "1"))
            self._unseen.update(range(first, min(last, MOST_COLUMNS) + 1))
        elif name == "mergeCell":
            self._budget.things()
            self._merged.append(_corners(attributes.get("ref", "")))

    def text(self, text: str) -> None:
        """Characters between two tags."""
        if self._listening and self._cell is not None:
            self._cell.add(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name in ("v", "t"):
            self._listening = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "mergeCells":
            self._mark_merged()

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._budget.things()
        number = _whole(attributes["r"]) if "r" in attributes else self._row + 1
        if not self._row < number <= LAST_ROW:  # two rows of one number could not be told apart
            raise BadFile(NOT_A_SHEET)
        self._row, self._hidden, self._cells, self._place = number, _unseen(attributes, "ht"), [], 0

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._budget.things()
        place = _column_of(attributes["r"]) if "r" in attributes else self._place + 1
        if place <= self._place:
            raise BadFile(NOT_A_SHEET)
        self._place = place
        self._cell = OpenCell(place, attributes.get("t", "n"), _whole(attributes.get("s", "0")))

    def _start_value(self, name: str) -> None:
        self._listening = not self._phonetic
        if self._cell is not None and name == "v":
            self._cell.has_value = True

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        value = cell.value(self._shared) if cell else None
        if cell is None or not is_filled(value):
            return
        if cell.column > MOST_COLUMNS:
            raise too_many(self._budget.most_rows)
        self._budget.named(len(value) if isinstance(value, str) else 1)
        self._cells += [None] * (cell.column - 1 - len(self._cells))
        self._cells.append(value)
        if cell.column in self._unseen:
            self.hidden_columns.add(cell.column)

    def _end_row(self) -> None:
        if self._cells and self._hidden:
            self.hidden_rows.append(self._row)
        elif self._cells:
            self.rows.append((self._row, self._cells))
        self._cells = []
        if len(self.rows) + len(self.hidden_rows) > self._budget.most_rows + 1:
            raise too_many(self._budget.most_rows)

    def _mark_merged(self) -> None:
        """Says of each empty cell in a merged group that its value stands in another: what a group means is not ours to guess."""
        rows = dict(self.rows)
        for left, top, right, bottom in self._merged:
            self._budget.things(min(max(0, bottom - top), len(rows)))
            for number in range(top, bottom + 1) if bottom - top < len(rows) else [n for n in rows if top <= n <= bottom]:
                if number in rows:
                    self._mark_row(rows[number], left + (number == top), min(right, MOST_COLUMNS))

    def _mark_row(self, cells: list[Cell], first: int, last: int) -> None:
        self._budget.things(1 + max(0, last - first))
        cells += [None] * (last - len(cells))
        for place in range(first - 1, last):
            if not is_filled(cells[place]):
                cells[place] = MERGED_CELL


def _corners(ref: str) -> tuple[int, int, int, int]:
    first, _, last = ref.partition(":")
    left, top = _place(first)
    right, bottom = _place(last or first)
    return left, top, right, bottom


def _place(ref: str) -> tuple[int, int]:
    found = PLACE.fullmatch(ref)
    if found is None:
        raise BadFile(NOT_A_SHEET)
    column = 0
    for letter in found[1].upper():
        column = 26 * column + ord(letter) - 64
    return column, int(found[2])


def _column_of(ref: str) -> int:
    return _place(ref)[0]


def _whole(text: str) -> int:
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 10:
        raise BadFile(NOT_A_SHEET)
    return int(text)


def _unseen(attributes: Mapping[str, str], size: str) -> bool:
    nothing = size in attributes and not attributes[size].strip("0.")
    return attributes.get("hidden", "0").lower() in ("1", "true") or nothing
