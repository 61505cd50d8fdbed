"""Columns and cells: what a column holds, how each kind of cell becomes a value, and how words become a cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any
from unicodedata import normalize

from storage.days import NotADay, read_day
from storage.sheets.cell_values import EXACT
from storage.sheets.table import ERROR, Cell, Spoilt, is_filled

N_ = str
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that no sheet can hold
POWER = re.compile(r"\d(\.\d+)?[eE]\+\d+")
ERRORS = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!|CONNECT!|UNKNOWN!|EXTERNAL!|PYTHON!|GETTING_DATA|#+)"
    r"|Err:\d{3}",
    re.IGNORECASE,
)  # what office programs show in a cell that went wrong, and write into CSV; only # where a column is too narrow
LONGEST_ERROR = 20
FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)}
YES_OR_NO = {**dict.fromkeys(("yes", "true", "1", "y", "是"), True), **dict.fromkeys(("no", "false", "0", "n", "否"), False)}

AS_TEXT = N_("This number was stored as a number, which loses digits. Format the column as text and type it again.")
ZEROS_LOST = N_(
    "This was stored as a number, which loses zeros at the beginning. Turn the column into text (in Excel: Data, Text to Columns, "
    "Text), compare the beginnings, and send the sheet again."
)
NOT_TYPED_SO = N_("This was stored as a day, a time or true/false and not as typed. Format the column as text and type it again.")
NEEDED = N_("This field is needed.")
WHOLE_NUMBER = N_("This must be a whole number.")
YES_NO = N_("This must be yes or no (是 or 否).")
A_CHOICE = N_("Choose one of these: {expected}.")
TOO_LONG = N_("This may have at most {max_length} characters.")


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    CODE = "code"  # text without blanks, full-width characters made narrow
    PHONE = "phone"
    ID = "id"  # never taken from a number cell
    WHOLE = "whole"
    DAY = "day"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"


WRITTEN = (Kind.ID, Kind.PHONE, Kind.CODE, Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `choices` gives for each code the other words by which people write it. `from_number`: what it holds never begins
    with a zero, so that a number cell has lost nothing of it. `empty_says_nothing`: an empty cell leaves what is known as it is.
    """

    field: str
    zh: str
    en: str
    kind: Kind = Kind.TEXT
    required: bool = False
    hint: str = ""
    default: Any = ""
    most: int = 500
    from_number: bool = False
    empty_says_nothing: bool = False
    choices: Mapping[str, Sequence[str]] = filled(default_factory=dict)

    def title(self, locale: str) -> str:
        """The header in this language."""
        return self.en if locale.startswith("en") else self.zh

    def named(self, header: str) -> bool:
        """Whether this header means this column."""
        return plain(header) in {plain(self.field), plain(self.zh), plain(self.en)}


class BadCell(ValueError):
    """A cell that cannot be taken; `message` is an English msgid for `params`."""

    def __init__(self, message: str, **params: str | int) -> None:
        super().__init__(message)
        self.message, self.params = message, params


def read_cell(cell: Cell, column: Column) -> Any:
    """The value in a cell. Raises BadCell."""
    text = _text(cell, column)
    if not text:
        if column.required:
            raise BadCell(NEEDED)
        return column.default
    if len(text) > column.most:
        raise BadCell(TOO_LONG, max_length=column.most)
    return READ[column.kind](text, column)


def as_text(cell: Any, words: str) -> Any:
    """This cell of a sheet to be written, with these words as text: a name such as =1+1 must not become a formula."""
    cell.value = NOT_IN_XML.sub("", words)
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _text(cell: Cell, column: Column) -> str:
    if isinstance(cell, Spoilt):
        raise BadCell(cell.message, **({"error": _error(cell.error)} if cell.message == ERROR else {}))
    if isinstance(cell, bool | datetime | date | time | timedelta):
        return _stored(cell, column)
    if isinstance(cell, int | float):
        return _figures(cell, column)
    text = "" if not is_filled(cell) else str(cell).translate(FULL_WIDTH).strip()
    if text[:1] in "#＃Ee" and ERRORS.fullmatch(narrow := normalize("NFKC", text)):
        raise BadCell(ERROR, error=_error(narrow))
    if column.kind in WRITTEN and POWER.fullmatch(text):
        raise BadCell(AS_TEXT)
    return text


def _error(word: str) -> str:
    """The office program's word for what went wrong, if it is one of its own: nothing that somebody typed is told."""
    return word.upper()[:LONGEST_ERROR] if ERRORS.fullmatch(word) else "#?"


def _stored(cell: bool | date | time | timedelta, column: Column) -> str:
    """A day or a yes as the office program keeps it; in a column of words it has made one of what was typed."""
    if isinstance(cell, bool) and column.kind == Kind.YES_NO:
        return "yes" if cell else "no"
    if isinstance(cell, date) and column.kind == Kind.DAY:
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    raise BadCell(NOT_TYPED_SO)


def _figures(cell: float, column: Column) -> str:
    if column.kind == Kind.ID or not isfinite(cell) or abs(cell) >= EXACT:
        raise BadCell(AS_TEXT)
    if column.kind in (Kind.TEXT, Kind.CODE) and not column.from_number:
        raise BadCell(ZEROS_LOST)
    return str(int(cell)) if cell == int(cell) else str(cell)


def _code(text: str, _column: Column) -> str:
    return "".join(normalize("NFKC", text).split())


def _whole(text: str, _column: Column) -> int:
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise BadCell(WHOLE_NUMBER)
    return int(text)


def _day(text: str, _column: Column) -> date:
    try:
        return read_day(text)
    except NotADay as wrong:
        raise BadCell(wrong.message) from None


def _yes_no(text: str, _column: Column) -> bool:
    try:
        return YES_OR_NO[plain(text)]
    except KeyError:
        raise BadCell(YES_NO) from None


def _choice(text: str, column: Column) -> str:
    for code, words in column.choices.items():
        if plain(text) in map(plain, (code, *words)):
            return code
    raise BadCell(A_CHOICE, expected=", ".join("/".join((*words[:1], code)) for code, words in column.choices.items()))


def _choices(text: str, column: Column) -> list[str]:
    found = [_choice(part, column) for part in re.split(r"[,，;；、\s]+", text) if part]
    return [code for code in column.choices if code in found]


def plain(text: str) -> str:
    """The text without what people write differently: blanks, breadth, capitals, the star of a needed field."""
    return re.sub(r"[\s_*]+", "", normalize("NFKC", text)).casefold()


READ: dict[Kind, Callable[[str, Column], Any]] = {
    Kind.TEXT: lambda text, column: text,
    Kind.PHONE: lambda text, column: text.removesuffix(".0"),
    Kind.CODE: _code,
    Kind.ID: _code,
    Kind.WHOLE: _whole,
    Kind.DAY: _day,
    Kind.YES_NO: _yes_no,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
}
