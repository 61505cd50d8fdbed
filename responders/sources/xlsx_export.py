"""Rows of an XLSX export. A half-written file cannot be opened at all; numbers of 18 digits that a sheet has cut are refused."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from responders.sources.fault_words import away
from responders.sources.source_file import ExportConnection
from storage.late_modules import Late

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = Late("openpyxl")

MOST_EXACT = 10**15  # a sheet keeps 15 digits of a number
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def xlsx_rows(data: bytes, connection: ExportConnection) -> Iterator[Sequence[object]]:
    """The headings, and then each row, as wide as the headings. Raises RecordsAway."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise away("no_workbook") from error
    try:
        names = book.sheetnames
        if (connection.sheet and connection.sheet not in names) or (not connection.sheet and len(names) != 1):
            raise away("no_sheet", sheet=connection.sheet, known=", ".join(names))
        sheet = book[connection.sheet or names[0]]
        sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
        rows = sheet.iter_rows(min_row=connection.heading_row, values_only=True)
        yield from _even(_calculated(rows, data, connection, sheet.title), connection)
    except (BadZipFile, SyntaxError, EOFError) as error:
        raise away("no_workbook") from error
    finally:
        book.close()


def _calculated(
    rows: Iterator[Sequence[object]], data: bytes, connection: ExportConnection, sheet: str
) -> Iterator[Sequence[object]]:
    """The rows. Raises RecordsAway where a formula has no value: it was never calculated, and its cell looks blank."""
    with ZipFile(io.BytesIO(data)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        if not any(_FORMULA.search(parts.read(name)) for name in sheets):
            yield from rows
            return
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    try:
        book[sheet].reset_dimensions()
        said = book[sheet].iter_rows(min_row=connection.heading_row, values_only=True)
        for line, (row, formulas) in enumerate(zip(rows, said, strict=True), connection.heading_row):
            if any(cell is None and formula is not None for cell, formula in zip(row, formulas, strict=True)):
                raise away("no_value_yet", line=line)
            yield row
    finally:
        book.close()


def _even(rows: Iterator[Sequence[object]], connection: ExportConnection) -> Iterator[Sequence[object]]:
    wide, last = 0, connection.last_line
    for line, row in enumerate(rows, connection.heading_row):
        filled = len(row) - next((place for place, cell in enumerate(reversed(row)) if cell not in (None, "")), len(row))
        if not filled:
            continue
        wide = wide or filled
        if filled > wide and not (last and str(row[0] or "").strip().startswith(last)):
            raise away("uneven", line=line, cells=filled, wide=wide)
        yield [*row[:wide], *[None] * (wide - len(row))]


def check_digits(cell: object, column: str) -> None:
    """Raises RecordsAway where an ID number is kept as a number: of its 18 digits a sheet has cut the last three."""
    if isinstance(cell, int | float) and abs(cell) >= MOST_EXACT:
        raise away("digits_cut", column=column)
