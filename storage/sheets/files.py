"""Reading uploaded XLSX and CSV files, which nobody trusts, into tables of raw cells within limits."""

import re
from dataclasses import replace

from storage.sheets.csv_files import read_csv
from storage.sheets.limits import MOST_BYTES, MOST_ROWS, BadFile, too_large
from storage.sheets.table import Book, sheet_names
from storage.sheets.workbooks import read_workbook

N_ = str
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SAVE_AS_XLSX = N_("This is the old Excel form. Save it as XLSX or CSV.")
ONLY_HIDDEN = N_("Every sheet with rows is hidden in this workbook: {sheets}. Show the one that is meant and send it again.")


def read_book(name: str, data: bytes, most_rows: int = MOST_ROWS) -> Book:
    """The sheets in a file that can be seen; a CSV file is one sheet called by the file's stem. Raises BadFile, also where all
    that is filled is hidden.
    """
    if len(data) > MOST_BYTES:
        raise too_large()
    if data.startswith(OLD_EXCEL):
        raise BadFile(SAVE_AS_XLSX)
    stem = re.split(r"[/\\]", name)[-1].rsplit(".", 1)[0]
    book = read_workbook(data, stem, most_rows) if data.startswith(ZIP) else read_csv(data, stem, most_rows)
    if book.hidden and not any(table.row_count for table in book.tables):
        raise BadFile(ONLY_HIDDEN, sheets=sheet_names(book.hidden))
    return Book([replace(table, file=name) for table in book.tables], book.hidden)
