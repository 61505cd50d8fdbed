"""Limits of uploaded sheets: bytes, unpacked bytes, rows, columns and cell lengths, checked while reading."""

N_ = str
MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_PARTS = 1000  # files in the zip
MOST_SHEETS = 64
MOST_THINGS = 750_000  # rows, cells and shared strings: enough for the most rows with 18 columns of words all different
MOST_ELEMENTS = 1_200_000  # of XML, whatever they mean
MOST_STYLES = 65_536  # of cells, and number formats: a few more than Excel has
MOST_TOKEN = 1024 * 1024  # bytes of one tag with its attributes
MOST_NAMES = 20_000  # different names of elements and attributes
MOST_DEPTH = 64  # elements inside one another
MOST_CELL = 32_767  # characters, as in Excel
MOST_CHARACTERS = 16 * 1024 * 1024  # of all cells together, a string as often as cells name it
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LAST_ROW = 1_048_576
TOO_LARGE = N_("This file is too large; at most {most} MB can be taken.")
TOO_MUCH_TEXT = N_("The cells of this file hold too much text; at most {most} million characters can be taken.")
TOO_LONG_CELL = N_("A cell of this file is too long; at most {most} characters can be taken.")
TOO_MANY_ROWS = N_("This file has too many rows or columns; at most {rows} rows and {columns} columns can be taken.")
NOT_A_SHEET = N_("This file cannot be read as XLSX or CSV.")


class BadFile(ValueError):
    """A file that cannot be read at all; `message` is an English msgid for `params`, which may hold the names of its sheets."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.message, self.params = message, params


def not_a_sheet() -> BadFile:
    """The refusal of a file that no office program has written."""
    return BadFile(NOT_A_SHEET)


def too_large() -> BadFile:
    """The refusal of a file with too many bytes, packed or unpacked."""
    return BadFile(TOO_LARGE, most=MOST_BYTES // 1024 // 1024)


def too_many(most_rows: int) -> BadFile:
    """The refusal of a file with too many rows, columns or cells."""
    return BadFile(TOO_MANY_ROWS, rows=most_rows, columns=MOST_COLUMNS)


class Budget:
    """What one file may still unfold to; every sheet of it draws on the same. Raises BadFile where it is used up."""

    def __init__(self, most_rows: int) -> None:
        self.most_rows = most_rows
        self._things, self._elements, self._strings, self._named = MOST_THINGS, MOST_ELEMENTS, MOST_CHARACTERS, MOST_CHARACTERS

    def elements(self, count: int) -> None:
        """More elements of XML."""
        self._elements -= count
        if self._elements < 0:
            raise too_many(self.most_rows)

    def things(self, count: int = 1) -> None:
        """More rows, cells or shared strings."""
        self._things -= count
        if self._things < 0:
            raise too_many(self.most_rows)

    def stored(self, length: int) -> None:
        """A shared string of this length, whether or not a cell names it."""
        self._strings -= cell_length(length)
        if self._strings < 0:
            raise BadFile(TOO_MUCH_TEXT, most=MOST_CHARACTERS // 1024 // 1024)

    def named(self, length: int) -> None:
        """A cell with text of this length, whose own it need not be."""
        self._named -= cell_length(length)
        if self._named < 0:
            raise BadFile(TOO_MUCH_TEXT, most=MOST_CHARACTERS // 1024 // 1024)


def cell_length(length: int) -> int:
    """The length, if a cell may be so long. Raises BadFile."""
    if length > MOST_CELL:
        raise BadFile(TOO_LONG_CELL, most=MOST_CELL)
    return length
