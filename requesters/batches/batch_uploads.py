"""Uploaded sheets of questions: read within limits and checked row by row, for the browser and the API alike."""

from fastapi import UploadFile

from requesters.batches.batch_sheets import WHY, typed_cells
from requesters.batches.batches import Sheet
from storage.problem import N_, FieldFault, Problem, field_path
from storage.sheets.files import MOST_BYTES, BadFile, Table, read_tables
from storage.sheets.rows import RowFault, SheetKind, read_rows

EMPTY = N_("There are no rows in this file.")


def read_sheet(file: UploadFile, kind: SheetKind) -> Sheet:
    """The uploaded sheet, read by this kind's columns. Raises Problem, naming the field `file`."""
    table = _read_file(file)
    rows, faults = read_rows(table, [*kind.columns, WHY])
    if header := [_header_fault(fault) for fault in faults if fault.row == 1]:
        raise Problem(header)
    return Sheet(rows, faults, file.filename or "", typed_cells(table, kind, (number for number, _ in table.rows)))


def _read_file(file: UploadFile) -> Table:
    try:
        tables = read_tables(file.filename or "", file.file.read(MOST_BYTES + 1))
    except BadFile as bad:
        raise Problem([FieldFault("file", "bad_file", bad.message, bad.params)]) from None
    if not tables or not tables[0].rows:
        raise Problem([FieldFault("file", "empty", EMPTY)])
    return tables[0]


def _header_fault(fault: RowFault) -> FieldFault:
    return FieldFault(
        field_path("rows", fault.row, *filter(None, fault.field.split("."))), "bad_header", fault.message, fault.params
    )
