"""Sheets for tests: XLSX and CSV files as people send them."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """An XLSX file with these sheets; numbers stay numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The file of a workbook that was put together by hand."""
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> bytes:
    """A CSV file in this encoding."""
    return "\r\n".join(",".join(map(str, row)) for row in rows).encode(encoding)
