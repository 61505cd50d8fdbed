"""CSV for office programs: UTF-8 that they know by its mark, and no cell that they would begin to calculate."""

import csv
import io
from collections.abc import Iterable, Sequence

# Office programs with an input method of full width take its signs for the others; the long minus is one of them.
CALCULATES = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "−")  # these are meant
BLANKS = ("\t", "\r", "\n")


def csv_of(rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as CSV; a text that would be calculated begins with an apostrophe, a number stays what it is."""
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(value) if isinstance(value, str) else value for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def harmless(value: str) -> str:
    """The text as it may stand in a cell."""
    return f"'{value}" if value.startswith(BLANKS) or value.lstrip().startswith(CALCULATES) else value
