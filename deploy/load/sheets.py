"""The files as they were given, read into rows by kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.load.kinds import KINDS
from storage.problem import N_
from storage.sheets.files import BadFile, Table, read_tables
from storage.sheets.rows import Row, RowFault, read_rows, recognise

UNKNOWN_SHEET = N_("It is not clear what this sheet holds. Call it one of: {kinds}.")
NO_FILE = N_("This file cannot be opened.")
EMPTY = N_("There are no rows in this file.")


@dataclass
class Sheets:
    """The rows of all files by kind, and what could not be read."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {kind.code: [] for kind in KINDS})
    faults: list[RowFault] = field(default_factory=list)

    def __getitem__(self, code: str) -> list[Row]:
        return self.rows[code]

    @property
    def count(self) -> int:
        """How many good rows there are."""
        return sum(map(len, self.rows.values()))


def read_sheets(paths: Iterable[Path]) -> Sheets:
    """Every row of these XLSX and CSV files; opens nothing but them."""
    sheets = Sheets()
    for path in paths:
        for table in _tables(path, sheets.faults):
            _take(table, sheets)
    return sheets


def _tables(path: Path, faults: list[RowFault]) -> Sequence[Table]:
    try:
        tables = read_tables(path.name, path.read_bytes())
    except OSError:
        faults.append(RowFault(path.name, 0, "", NO_FILE))
        return ()
    except BadFile as bad:
        faults.append(RowFault(path.name, 0, "", bad.message, bad.params))
        return ()
    if not tables:
        faults.append(RowFault(path.name, 0, "", EMPTY))
    return tables


def _take(table: Table, sheets: Sheets) -> None:
    kind = recognise(table, KINDS)
    if kind is None:
        sheets.faults.append(RowFault(table.name, 1, "", UNKNOWN_SHEET, {"kinds": ", ".join(f"{k.zh}/{k.code}" for k in KINDS)}))
        return
    rows, faults = read_rows(table, kind.columns)
    sheets.rows[kind.code] += rows
    sheets.faults += faults
