"""Batch sheets: the columns for an item's questions, and results and bad rows as XLSX."""

import io
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from cases.case import Case
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.headline import headline
from cases.catalogue.item import Detail, Item, Role
from cases.question import GRADES, Source
from storage.json import Json
from storage.office_time import office_time
from storage.problem import N_
from storage.sheets.cells import Column, Kind, as_text
from storage.sheets.rows import SheetKind
from storage.sheets.saving import row_sheet, written
from storage.sheets.table import Cell, Spoilt, Table

DETAIL_KINDS = {"text": Kind.TEXT, "choice": Kind.CHOICE, "year": Kind.CODE, "date": Kind.DAY, "number": Kind.CODE}
NUMBERS = {"id_number": (Kind.ID, "身份证号", "ID number"), "credit_code": (Kind.CODE, "统一社会信用代码", "credit code")}
WHY = Column(
    "why", "为什么不能提问", "Why it cannot be asked", most=4000
)  # stands in the sheet of bad rows; what is in it is not read
HEADS = (
    N_("Row"), N_("Case number"), N_("Reference"), N_("Subjects"), N_("State"), N_("Outcome"), N_("Source"), N_("Grade"),
    N_("Words"), N_("Answered at"), N_("Amended at"), N_("Why it was not asked"),
)  # fmt: skip
IN_COLUMN = N_("{column}: {what}")
SOURCES = {Source.RECORD: N_("record"), Source.ARCHIVE: N_("archive"), Source.COMMUNITY: N_("community")}
STATES = {
    "asked": N_("asked"), "at_desk": N_("at the desk"), "with_contact": N_("with a contact"), "returned": N_("returned"),
    "answered": N_("answered"), "closed": N_("closed"), "withdrawn": N_("withdrawn"), "held": N_("held"), "refused": N_("refused"),
    "retracted": N_("answer withdrawn"),
}  # fmt: skip


def batch_kind(item: Item, catalogue: Catalogue, granted: Container[tuple[str, str]] | None = None) -> SheetKind:
    """The sheet of questions about this item. A column's field is the path of the question's field.

    With `granted`, the (item, matter) pairs that a unit may ask, it offers no other matters.
    """
    asked = [m for m in catalogue.matters.values() if catalogue.allows(m.code, item.code)]
    matters = {m.code: (m.title.zh, m.title.en) for m in asked if granted is None or (item.code, m.code) in granted}
    columns = [
        Column("matter", "办理事项", "Matter", Kind.CHOICE, True, choices=matters),
        Column("purpose", "用途", "Purpose", required=True, most=200),
        Column("reference", "业务编号", "Reference", required=True, hint=N_("The file number of your own case."), most=64),
        *(column for role in item.subjects for column in _role_columns(role)),
        *(_detail_column(detail) for detail in item.details),
        Column("year", "年份", "Year", Kind.WHOLE, hint=N_("When the asked fact is said to have happened."), default=None),
    ]
    return SheetKind(item.code, item.title.zh, item.title.en, columns, ())


def _role_columns(role: Role) -> list[Column]:
    kind, zh, en = NUMBERS[role.number_field]
    path, label = f"subjects.{role.role}", role.label
    name = Column(f"{path}.name", f"{label.zh}姓名" if kind == Kind.ID else f"{label.zh}名称", f"{label.en}: name",
                  required=role.required, most=64)  # fmt: skip
    return [name, Column(f"{path}.{role.number_field}", f"{label.zh}{zh}", f"{label.en}: {en}", kind, role.required)]


def _detail_column(detail: Detail) -> Column:
    choices = {choice.code: (choice.zh, choice.en) for choice in detail.choices}
    kind, label = DETAIL_KINDS[detail.kind], detail.label
    counts = detail.kind in ("year", "number")
    path = f"details.{detail.name}"
    return Column(path, label.zh, label.en, kind, detail.required, most=200, from_number=counts, choices=choices)


def question_in(values: Json, item: Item) -> Json:
    """A row's values as a question in plain data: paths become groups, blank cells are left out."""
    question: dict[str, Any] = {"item": item.code, "subjects": {}, "details": {}}
    for path, value in values.items():
        if value in ("", None) or path == WHY.field:
            continue
        *groups, name = path.split(".")
        place = question
        for group in groups:
            place = place.setdefault(group, {})
        place[name] = value if isinstance(value, int | str) else str(value)
    return question


def typed_cells(table: Table, kind: SheetKind, rows: Iterable[int]) -> dict[int, dict[str, str]]:
    """The cells of these rows as somebody typed them, by row and field: for a sheet of rows to be put right."""
    fields = [next((column.field for column in kind.columns if column.named(head)), "") for head in table.header]
    wanted = set(rows)
    return {n: {f: _as_typed(cell) for f, cell in zip(fields, cells, strict=False) if f} for n, cells in table.rows if n in wanted}


def _as_typed(cell: Cell) -> str:
    if isinstance(cell, Spoilt):
        return ""  # somebody must say what belongs there; the reason stands beside it
    if isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell) if whole and isinstance(cell, float) else cell)[:4000]


def bad_rows_sheet(blank: bytes, kind: SheetKind, lines: Iterable[tuple[dict[str, str], str]], locale: str) -> bytes:
    """The empty sheet filled with the rows that could not be asked, each with its reason: put right, it is uploaded again."""
    book = load_workbook(io.BytesIO(blank))
    sheet = book.worksheets[0]
    place = len(kind.columns) + 1
    sheet.cell(1, place, WHY.title(locale)).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(place)].width = 60
    for number, (cells, reason) in enumerate(lines, 2):
        for column, value in enumerate([*(cells.get(c.field, "") for c in kind.columns), reason], 1):
            as_text(sheet.cell(number, column), value)
    return written(book)


def people_in(cells: Mapping[str, str], kind: SheetKind) -> str:
    """Whom a row that could not be asked was about, as somebody typed it: what tells it from the rows beside it."""
    names = (cells.get(column.field, "") for column in kind.columns if column.field.endswith(".name"))
    return "、".join(filter(None, names))


def reasons_in(faults: Iterable[Json], kind: SheetKind, say: Callable[..., str], locale: str) -> str:
    """Why a row was not asked, each reason with the heading of its column."""
    titles = {column.field: column.title(locale) for column in kind.columns}
    told = ((titles.get(fault["field"], ""), say(locale, fault["message"], **fault["params"])) for fault in faults)
    return " ".join(say(locale, IN_COLUMN, column=column, what=what) if column else what for column, what in told)


class Line(NamedTuple):
    """One row of the answers: its number, its case, why there is none, and then whom it was about and under which file number."""

    row: int
    case: Case | None
    reason: str = ""
    people: str = ""
    reference: str = ""


def results_sheet(item: Item, lines: Iterable[Line], say: Callable[..., str], locale: str) -> bytes:
    """The answers of a batch as XLSX."""
    book = Workbook(write_only=True)
    sheet = row_sheet(book)
    sheet.append([say(locale, head) for head in HEADS])
    for line in lines:
        answered = _answer(item, line.case, say, locale) if line.case else ["", line.reference, line.people, *[""] * 7]
        sheet.append([line.row, *(as_text(WriteOnlyCell(sheet), value) for value in [*answered, line.reason])])
    return written(book)


def _answer(item: Item, case: Case, say: Callable[..., str], locale: str) -> list[str]:
    finding = case.finding or {}
    names = "、".join(subject.name for subject in case.subjects.values())
    source = Source(case.source) if case.source else None
    graded = [say(locale, SOURCES[source]), GRADES[source]] if source else ["", ""]
    outcome = headline(item, case, finding).say(locale) if finding else ""
    asked = [case.number, case.reference, names, say(locale, STATES[case.state])]
    return [*asked, outcome, *graded, str(finding.get("words", "")), office_time(case.answered_at), office_time(case.amended_at)]
