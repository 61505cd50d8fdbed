"""CSV files: decoded, split, and refused as soon as they are too wide or too long."""

import csv
import io
from collections.abc import Iterator

from storage.sheets.limits import MOST_COLUMNS, NOT_A_SHEET, BadFile, Budget, too_many
from storage.sheets.table import Book, Cell, is_filled, table_of

FIRST_LINES = 10
MOST_MARKS = 32_768  # commas in one line: most of them in sentences, perhaps


def read_csv(data: bytes, stem: str, most_rows: int) -> Book:
    """The one sheet of the file, called by the file's stem. Raises BadFile."""
    text, rows = _decode(data), list[tuple[int, list[Cell]]]()
    budget = Budget(most_rows)
    begin = "\n".join(text[:MOST_MARKS].split("\n", FIRST_LINES)[:FIRST_LINES])  # titles above the headings have none
    comma = max(",\t;", key=begin.count)
    try:
        for number, row in enumerate(csv.reader(_lines(text, comma, most_rows), delimiter=comma, strict=True), 1):
            if number > 2 * most_rows:
                raise too_many(most_rows)
            if cells := _cells(row, budget):
                rows.append((number, cells))
    except csv.Error as error:
        raise BadFile(NOT_A_SHEET) from error
    if len(rows) > most_rows + 1:
        raise too_many(most_rows)
    return Book([table_of(stem, rows)] if rows else [])


def _lines(text: str, comma: str, most_rows: int) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if line.count(comma) > MOST_MARKS:
            raise too_many(most_rows)
        yield line


def _cells(row: list[str], budget: Budget) -> list[Cell]:
    """The cells up to the last filled one."""
    last = next((place for place in range(len(row), 0, -1) if is_filled(row[place - 1])), 0)
    if last > MOST_COLUMNS:
        raise too_many(budget.most_rows)
    for cell in row[:last]:
        budget.named(len(cell))
    return list(row[:last])


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
