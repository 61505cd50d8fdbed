"""Sheets as they come in: XLSX or CSV to rows of raw cells, within limits, without trusting the file."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

N_ = str
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 1000  # files in the zip
MOST_CELLS = 1_000_000  # cells, rows and shared strings
MOST_ROWS = 20_000
MOST_COLUMNS = 200
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]{1,4})?(\d{1,9})["']""")
THING = re.compile(rb"<(?:\w+:)?(?:c|row|si)[\s/>]")
OTHER_FORMS = ("workbook.bin", "content.xml")  # XLSB and ODS, whose far corners are written in other ways
TOO_LARGE = N_("This file is too large; at most {most} MB can be taken.")
TOO_MANY_ROWS = N_("This file has too many rows or columns; at most {rows} rows and {columns} columns can be taken.")
NOT_A_SHEET = N_("This file cannot be read as XLSX or CSV.")
SAVE_AS_XLSX = N_("This is the old Excel form. Save it as XLSX or CSV.")

Cell = str | float | bool | date | datetime | None


class BadFile(ValueError):
    """A file that cannot be read at all; `message` is an English msgid for `params`."""

    def __init__(self, message: str, **params: int) -> None:
        super().__init__(message)
        self.message, self.params = message, params


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its header, and every row that is not empty under the number that the office program shows."""

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[Cell]]]


def read_tables(name: str, data: bytes, most_rows: int = MOST_ROWS) -> list[Table]:
    """The sheets in a file; a CSV file is one sheet called by the file's stem. Raises BadFile."""
    if len(data) > MOST_BYTES:
        raise BadFile(TOO_LARGE, most=MOST_BYTES // 1024 // 1024)
    if data.startswith(OLD_EXCEL):
        raise BadFile(SAVE_AS_XLSX)
    stem = re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]
    sheets = _read_xlsx(data, most_rows) if data.startswith(ZIP) else [(stem, _read_csv(data, most_rows))]
    tables = [_table(stem if len(sheets) == 1 else title, rows, most_rows) for title, rows in sheets]
    return [table for table in tables if table.header]


def _table(name: str, rows: Sequence[Sequence[Cell]], most_rows: int) -> Table:
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell not in ("", None) for cell in row)]
    if len(filled) > most_rows + 1:
        raise BadFile(TOO_MANY_ROWS, rows=most_rows, columns=MOST_COLUMNS)
    header = [str(cell).strip() for cell in filled[0][1]] if filled else []
    return Table(name, header, filled[1:])


def _read_xlsx(data: bytes, most_rows: int) -> list[tuple[str, Any]]:
    _check_zip(data, most_rows)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, ValueError) as error:
        raise BadFile(NOT_A_SHEET) from error


def _check_zip(data: bytes, most_rows: int) -> None:
    """Refuses what would fill the memory: a zip that swells, or one cell in the last corner of an endless sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS:
                raise BadFile(TOO_LARGE, most=MOST_BYTES // 1024 // 1024)
            if any(part.filename.lower().endswith(OTHER_FORMS) for part in parts) or packed.testzip() is not None:
                raise BadFile(NOT_A_SHEET)  # testzip reads each part no further than it says it is long
            left = MOST_CELLS
            for part in parts:  # of every name: where the sheets stand is for the file to say
                left = _check_part(packed.read(part), most_rows, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        raise BadFile(NOT_A_SHEET) from error


def _check_part(part: bytes, most_rows: int, left: int) -> int:
    """How many cells there may still be after this part of the file."""
    if part.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise BadFile(NOT_A_SHEET)  # no office program writes these, and what they hide cannot be counted
    if b"sheetData" in part:  # nothing without it is read as a sheet
        _check_places(part, most_rows)
    left -= sum(1 for _ in islice(THING.finditer(part), left + 1))
    if left < 0:
        raise BadFile(TOO_MANY_ROWS, rows=most_rows, columns=MOST_COLUMNS)
    return left


def _check_places(xml: bytes, most_rows: int) -> None:
    # A sheet is read as a full rectangle, however few of its cells are filled.
    last_row, last_column = 0, 0
    for place in PLACE.finditer(xml):
        last_row, last_column = max(last_row, int(place[2])), max(last_column, _column((place[1] or b"").upper()))
        if last_row > 2 * most_rows or last_column > MOST_COLUMNS or last_row * last_column > 2 * MOST_CELLS:
            raise BadFile(TOO_MANY_ROWS, rows=most_rows, columns=MOST_COLUMNS)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _read_csv(data: bytes, most_rows: int) -> list[list[str]]:
    text = _decode(data)
    first = text.split("\n", 1)[0]
    comma = max(",\t;", key=first.count)
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True), 2 * most_rows + 1))
    except csv.Error as error:
        raise BadFile(NOT_A_SHEET) from error
    if len(rows) > 2 * most_rows:
        raise BadFile(TOO_MANY_ROWS, rows=most_rows, columns=MOST_COLUMNS)
    return rows


def _decode(data: bytes) -> str:
    # UTF-8 refuses nearly every GBK text, so that trying is surer than guessing from a few short lines.
    first = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else []
    for encoding in [*first, "utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadFile(NOT_A_SHEET)
