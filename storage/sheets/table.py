"""Tables of raw cells, as read from an XLSX or CSV file, before headers and values are interpreted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

N_ = str
ERROR = N_("This cell shows an error of the office program ({error}).")
UNCALCULATED = N_(
    "This cell holds a formula without a result. Open the sheet in the office program, save it there, and send it again."
)
MERGED = N_("This cell is merged with others. Undo the merging and fill in every row.")


@dataclass(frozen=True, slots=True)
class Spoilt:
    """A cell without a value of its own; `message` is an English msgid, `error` the office program's word for it."""

    message: str
    error: str = ""


Cell = str | float | bool | date | datetime | time | timedelta | Spoilt | None


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its header, and every row that is not empty under the number that the office program shows.

    `hidden_rows` are the numbers of rows that nobody sees there, whose cells are not among `rows`; `hidden_columns` the numbers,
    from 1, of columns that nobody sees and that hold something. `own_name` is the sheet's own where `name` is the file's,
    `header_row` the number of the header's row, `titles` how many filled rows stand above it.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[tuple[int, Sequence[Cell]]]
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[int] = ()
    own_name: str = ""
    file: str = ""
    header_row: int = 1
    titles: int = 0

    @property
    def row_count(self) -> int:
        """How many rows there are below the header, seen or not."""
        return len(self.rows) + len(self.hidden_rows)


@dataclass(frozen=True, slots=True)
class Book:
    """A file of sheets: those that can be seen and hold something, and the names of hidden ones that do."""

    tables: Sequence[Table]
    hidden: Sequence[str] = ()


UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"  # signs without breadth: nobody sees a cell that holds them alone


def is_filled(cell: Cell) -> bool:
    """Whether anything stands in a cell; blanks are nothing."""
    return bool(cell.strip().strip(UNSEEN).strip()) if isinstance(cell, str) else cell is not None


Filled = Sequence[tuple[int, Sequence[Cell]]]


def table_of(name: str, rows: Filled, hidden: Sequence[int] = (), unseen: Sequence[int] = ()) -> Table:
    """The table of these filled rows, the first of which is the header."""
    header = headings(rows[0][1]) if rows else []
    return Table(name, header, rows[1:], hidden, unseen, header_row=rows[0][0] if rows else 1)


def below(table: Table, place: int) -> Table:
    """The same sheet with the row at this place as its header; what stands above are titles."""
    number, cells = table.rows[place]
    return replace(table, header=headings(cells), rows=table.rows[place + 1 :], header_row=number, titles=place + 1)


def headings(cells: Sequence[Cell]) -> list[str]:
    """The words of a row that is a header."""
    return [_heading(cell) for cell in cells]


def letter(place: int) -> str:
    """The letters by which office programs call a column, counted from 1."""
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _heading(cell: Cell) -> str:
    if isinstance(cell, Spoilt):
        return cell.error or "?"
    return "" if cell is None else str(cell).strip()


def sheet_names(names: Sequence[str], most: int = 5) -> str:
    """The names of sheets in one line, the first few of many."""
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])
