"""Writing XLSX files in memory alone: openpyxl puts each sheet into a temporary file in clear before it is zipped."""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


def row_sheet(book: Workbook) -> Any:
    """A sheet of a book that was made `write_only`: it takes rows and keeps none of them as objects."""
    sheet = book.create_sheet()
    sheet._writer = WorksheetWriter(sheet, io.BytesIO())  # else it makes a file with the first row
    sheet._writer.write_top()
    return sheet


def written(book: Workbook) -> bytes:
    """The whole file."""
    kept = io.BytesIO()
    _InMemory(book, ZipFile(kept, "w", ZIP_DEFLATED)).save()
    return kept.getvalue()


class _InMemory(ExcelWriter):
    """As openpyxl writes, but for where the sheets lie until they are in the file."""

    _archive: ZipFile

    def write_worksheet(self, ws: Any) -> None:
        """Takes this sheet into the file."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        if self.workbook.write_only:
            if not ws.closed:
                ws.close()
            writer = ws._writer
        else:
            writer = WorksheetWriter(ws, io.BytesIO())
            writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)
