"""XLSX workbooks: their sheets, which of them are hidden, shared strings and number formats."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from storage.sheets.cell_values import Shared, Style, unescaped
from storage.sheets.limits import MOST_SHEETS, MOST_STYLES, NOT_A_SHEET, BadFile, Budget, cell_length
from storage.sheets.number_formats import LONGEST, is_day, zeros_of
from storage.sheets.table import Book, table_of
from storage.sheets.worksheets import Worksheet
from storage.sheets.xml_parts import Parts, open_parts

MOST_NAME = 31  # characters of a sheet's name, as in Excel


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str
    visible: bool


def read_workbook(data: bytes, stem: str, most_rows: int) -> Book:
    """Every sheet of the file that can be seen, and the names of hidden ones that hold something; a lone sheet is called by the
    file's stem. Raises BadFile.
    """
    budget = Budget(most_rows)
    with open_parts(data, budget) as parts:
        main = next((name for kind, name in parts.related().values() if kind == "officeDocument"), "xl/workbook.xml")
        workbook, related = _Workbook(), parts.related(main)
        parts.listen(main, workbook)
        listed = _sheets(workbook, related)
        shared = _shared(parts, related, budget, workbook.from_1904)
        read = []
        for sheet in listed:
            worksheet = Worksheet(shared, budget)
            parts.listen(sheet.part, worksheet)
            if worksheet.rows or worksheet.hidden_rows:
                read.append((sheet, worksheet))
    seen = [(sheet, found) for sheet, found in read if sheet.visible]
    tables = [
        replace(
            table_of(stem if len(listed) == 1 else sheet.name, found.rows, found.hidden_rows, sorted(found.hidden_columns)),
            own_name=sheet.name,
        )
        for sheet, found in seen
    ]
    return Book(tables, [sheet.name for sheet, _ in read if not sheet.visible])


def _sheets(workbook: "_Workbook", related: Mapping[str, tuple[str, str]]) -> list[_Sheet]:
    found = []
    for name, relation, visible in workbook.sheets:
        kind, part = related.get(relation, ("", ""))
        if kind == "worksheet":  # a chart or a dialog holds no rows
            found.append(_Sheet(name[:MOST_NAME], part, visible))
    if not found or len(found) > MOST_SHEETS or len({sheet.name.casefold() for sheet in found}) < len(found):
        raise BadFile(NOT_A_SHEET)
    return found


def _shared(parts: Parts, related: Mapping[str, tuple[str, str]], budget: Budget, from_1904: bool) -> Shared:
    strings, styles = _Strings(budget), _Styles(budget)
    for kind, name in related.values():
        if kind == "sharedStrings" and name in parts:
            parts.listen(name, strings)
        elif kind == "styles" and name in parts:
            parts.listen(name, styles)
    return Shared(strings.found, styles.found, from_1904)


class _Workbook:
    """Hears which sheets there are: name, id of the relation, whether it can be seen."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(" id")), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible") == "visible"))
        elif name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "0") in ("1", "true")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


class _Strings:
    """Hears the shared strings, within the budget whether or not a cell names them."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[str] = []
        self._budget = budget
        self._pieces: list[str] = []
        self._length = 0
        self._listening, self._phonetic = False, False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._budget.things()
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._listening = not self._phonetic

    def text(self, text: str) -> None:
        if self._listening:
            self._length = cell_length(self._length + len(text))
            self._pieces.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._listening = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._budget.stored(self._length)
            self.found.append(unescaped("".join(self._pieces)))


class _Styles:
    """Hears how the cells of each style show a number."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[Style] = []
        self._budget = budget
        self._formats: dict[int, str] = {}
        self._known: dict[int, Style] = {}
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._bounded(len(self._formats))
            self._formats[_number(attributes)] = attributes.get("formatCode", "")[:LONGEST]
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._bounded(len(self.found))
            self.found.append(self._style(_number(attributes)))

    def _bounded(self, count: int) -> None:
        self._budget.things()
        if count >= MOST_STYLES:
            raise BadFile(NOT_A_SHEET)

    def _style(self, number: int) -> Style:
        if number not in self._known:
            code = self._formats.get(number, "")
            self._known[number] = Style(is_day(number, code), zeros_of(code))
        return self._known[number]

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def text(self, text: str) -> None:
        pass


def _number(attributes: Mapping[str, str]) -> int:
    text = attributes.get("numFmtId", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
