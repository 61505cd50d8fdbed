"""XLSX cell values: what a cell shows, from its type, its number format and its text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite

from storage.sheets.limits import NOT_A_SHEET, BadFile, cell_length
from storage.sheets.number_formats import moment_of
from storage.sheets.table import ERROR, UNCALCULATED, Cell, Spoilt

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
LONGEST_ERROR = 20
EXACT = 10**15  # from here on a number cell has lost digits


@dataclass(frozen=True, slots=True)
class Style:
    """How a number is shown: as a day or time, or with at least so many figures."""

    day: bool = False
    zeros: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """What the cells of all sheets of a workbook refer to."""

    strings: Sequence[str] = ()
    styles: Sequence[Style] = ()
    from_1904: bool = False


@dataclass(slots=True)
class OpenCell:
    """A cell that is being read."""

    column: int
    kind: str
    style: int
    formula: bool = False
    has_value: bool = False
    pieces: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, piece: str) -> None:
        """More of its text. Raises BadFile as soon as it is too long."""
        self.length = cell_length(self.length + len(piece))
        self.pieces.append(piece)

    def value(self, shared: Shared) -> Cell:
        """What stands in it. Raises BadFile where it refers to what is not there."""
        text = "".join(self.pieces)
        if self.formula and (not self.has_value or (text == "" and self.kind != "str")):
            return Spoilt(UNCALCULATED)
        if self.kind in ("str", "inlineStr"):
            return unescaped(text) or None
        plain = text.strip()
        return self._plain(plain, shared) if plain else None

    def _plain(self, text: str, shared: Shared) -> Cell:
        if self.kind == "s":
            return _shared(text, shared.strings)
        if self.kind == "e":
            return Spoilt(ERROR, text[:LONGEST_ERROR])
        if self.kind == "b":
            return text in ("1", "true")
        return _iso(text) if self.kind == "d" else self._number(text, shared)

    def _number(self, text: str, shared: Shared) -> Cell:
        number = float(text) if NUMBER.fullmatch(text) else None
        if number is None or not isfinite(number):
            return text
        style = shared.styles[self.style] if self.style < len(shared.styles) else Style()
        if style.day:
            moment = moment_of(number, shared.from_1904)
            return number if moment is None else moment
        whole = style.zeros and 0 <= number < EXACT and number.is_integer()
        return f"{int(number):0{style.zeros}d}" if whole else number


def _shared(text: str, strings: Sequence[str]) -> str:
    try:
        place = int(text)
        return strings[place] if place >= 0 else strings[len(strings)]
    except (ValueError, IndexError):
        raise BadFile(NOT_A_SHEET) from None


def _iso(text: str) -> Cell:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return text


def unescaped(text: str) -> str:
    """The text with characters that XML does not take, which office programs write as _x000D_; those no text may hold stay so."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in "\t\n\r" or (character >= " " and not "\ud800" <= character <= "\udfff") else found[0]
