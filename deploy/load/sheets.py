"""Reading the given files into rows, by kind of sheet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.load.kinds import KINDS
from storage.problem import N_
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import Row, RowFault, left_out, read_rows, recognise, under_titles
from storage.sheets.table import Table

UNKNOWN_SHEET = N_("It is not clear what this sheet holds. Call it one of: {kinds}.")
NO_FILE = N_("This file cannot be opened.")
EMPTY = N_("There are no rows in this file.")
HIDDEN_SHEET = N_("This sheet is hidden, so it was not read.")


@dataclass
class Sheets:
    """The rows of all files by kind, what could not be read, and what nobody sees in the files and was left out.

    `row_count` are all rows of the sheets that can be seen; a hidden sheet is left out as a whole, with row 0.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind.code: [] for kind in KINDS})
    faults: list[RowFault] = field(default_factory=list)
    left_out: list[RowFault] = field(default_factory=list)
    row_count: int = 0

    def __getitem__(self, code: str) -> list[Row]:
        return self.rows[code]

    @property
    def count(self) -> int:
        """How many good rows there are."""
        return sum(map(len, self.rows.values()))

    def account(self, faults: Iterable[RowFault] = ()) -> dict[str, int]:
        """How many rows there are, and of them in order, bad (with these faults of the check) and left out: the three are all."""
        bad = {(fault.file, fault.sheet, fault.row) for fault in faults}
        good = sum((row.file, row.sheet, row.number) not in bad for rows in self.rows.values() for row in rows)
        left = sum(fault.row > 0 for fault in self.left_out)
        return {"rows": self.row_count, "good": good, "bad": self.row_count - good - left, "left_out": left}


def read_sheets(paths: Iterable[Path]) -> Sheets:
    """Every row of these XLSX and CSV files; opens nothing but them."""
    sheets = Sheets()
    for path in paths:
        for table in _tables(path, sheets):
            _take(table, sheets)
    return sheets


def _tables(path: Path, sheets: Sheets) -> Sequence[Table]:
    faults = sheets.faults
    try:
        book = read_book(path.name, path.read_bytes())
    except OSError:
        faults.append(RowFault(path.name, 0, "", NO_FILE, file=path.name))
        return ()
    except BadFile as bad:
        faults.append(RowFault(path.name, 0, "", bad.message, bad.params, file=path.name))
        return ()
    if not book.tables:
        faults.append(RowFault(path.name, 0, "", EMPTY, file=path.name))
    sheets.left_out += [RowFault(name, 0, "", HIDDEN_SHEET, file=path.name) for name in book.hidden]
    return book.tables


def _take(table: Table, sheets: Sheets) -> None:
    table = under_titles(table, *(kind.columns for kind in KINDS))
    sheets.row_count += table.row_count
    sheets.left_out += left_out(table)
    kind = recognise(table, KINDS)
    if kind is None:
        kinds = ", ".join(f"{k.zh}/{k.code}" for k in KINDS)
        sheets.faults.append(RowFault(table.name, table.header_row, "", UNKNOWN_SHEET, {"kinds": kinds}, file=table.file))
        return
    rows, faults = read_rows(table, kind.columns)
    sheets.rows[kind.code] += rows
    sheets.faults += faults
