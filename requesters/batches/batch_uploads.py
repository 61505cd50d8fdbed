"""Uploaded sheets of questions: read within limits and checked row by row, for the browser and the API alike."""

from collections.abc import Sequence

from fastapi import UploadFile

from requesters.batches.batch_columns import WHY, typed_cells
from requesters.batches.batches import Sheet
from storage.json import Json
from storage.problem import N_, FieldFault, Problem, field_path
from storage.sheets.files import read_book
from storage.sheets.limits import MOST_BYTES, BadFile
from storage.sheets.rows import RowFault, SheetKind, fits, left_out, read_rows, under_titles
from storage.sheets.table import Book, Table, sheet_names

EMPTY = N_("There are no rows in this file.")
SEVERAL = N_(
    "Several sheets of this workbook have rows: {sheets}. Only one can be asked at a time: put the rows together, or delete the "
    "sheets that are not meant."
)
HIDDEN, OTHER = "hidden", "other"  # why a sheet was not read: nobody sees it, or its headings are not those of the questions


def read_sheet(file: UploadFile, kind: SheetKind) -> Sheet:
    """The uploaded sheet, read by this kind's columns. Raises Problem, naming the field `file`."""
    book = _read_file(file)
    columns = [*kind.columns, WHY]
    table = _meant(book, kind)
    rows, faults = read_rows(table, columns)
    if header := [_header_fault(fault) for fault in faults if fault.row == table.header_row]:
        raise Problem(header)
    typed = typed_cells(table, kind, (number for number, _ in table.rows))
    return Sheet(rows, faults, file.filename or "", typed, [one for one in left_out(table) if one.row], _not_read(book, table))


def read_bytes(file: UploadFile) -> bytes:
    """What is in the file, as far as anything would be read of it; it can be read again afterwards."""
    content = file.file.read(MOST_BYTES + 1)
    file.file.seek(0)
    return content


def _read_file(file: UploadFile) -> Book:
    try:
        return read_book(file.filename or "", file.file.read(MOST_BYTES + 1))
    except BadFile as bad:
        raise Problem([FieldFault("file", "bad_file", bad.message, bad.params)]) from None


def _meant(book: Book, kind: SheetKind) -> Table:
    """The one sheet with questions. Where several could be it, somebody else decides: none of them may go unasked unnoticed."""
    filled = [under_titles(table, kind.columns) for table in book.tables if table.row_count]
    fitting = [table for table in filled if fits(table, kind.columns)] or filled
    if not filled:
        raise Problem([FieldFault("file", "empty", EMPTY)])
    if len(fitting) > 1:
        names = sheet_names([table.name for table in fitting])
        raise Problem([FieldFault("file", "several_sheets", SEVERAL, {"sheets": names})])
    return fitting[0]


def _not_read(book: Book, meant: Table) -> Sequence[Json]:
    others = [{"name": table.name, "why": OTHER} for table in book.tables if table.name != meant.name]
    return [*others, *({"name": name, "why": HIDDEN} for name in book.hidden)]


def _header_fault(fault: RowFault) -> FieldFault:
    return FieldFault(
        field_path("rows", fault.row, *filter(None, fault.field.split("."))), "bad_header", fault.message, fault.params
    )
