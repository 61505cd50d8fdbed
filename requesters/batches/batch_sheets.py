"""Batch sheets as XLSX: results, and bad rows to be put right. Columns of a sheet of questions: batch_columns.py."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from cases.case import Case
from cases.catalogue.headline import headline, valid_until, verdicts_of
from cases.catalogue.item import Item
from cases.catalogue.part import Text
from cases.catalogue.record_field import RecordField
from cases.question import GRADES, Source, Verdict
from cases.view import without_expired
from requesters.batches.batch_columns import WHY
from storage.late_modules import Late
from storage.office_time import office_time
from storage.problem import N_
from storage.sheets.cells import as_text
from storage.sheets.rows import SheetKind

if TYPE_CHECKING:
    import openpyxl.cell
    import openpyxl.styles
    import openpyxl.utils

    from storage.sheets import saving
else:
    saving = Late("storage.sheets.saving")
    openpyxl = Late("openpyxl")  # serve does without it until somebody fetches a sheet

HEADS = (
    N_("Row"), N_("Case number"), N_("Reference"), N_("Subjects"), N_("State"), N_("Outcome"), N_("Source"), N_("Grade"),
    N_("Words"), N_("Answered at"), N_("Amended at"), N_("Why it was not asked"),
)  # fmt: skip
SOURCES = {Source.RECORD: N_("record"), Source.ARCHIVE: N_("archive"), Source.COMMUNITY: N_("community")}
VERDICTS = {
    Verdict.AGREES: Text(zh="一致", en="match"),
    Verdict.DIFFERS: Text(zh="不一致", en="no match"),
    Verdict.UNKNOWN: Text(zh="未能比对", en="unknown"),
}
STATES = {
    "asked": N_("asked"), "at_desk": N_("at the desk"), "with_contact": N_("with a contact"), "returned": N_("returned"),
    "answered": N_("answered"), "closed": N_("closed"), "withdrawn": N_("withdrawn"), "held": N_("held"), "refused": N_("refused"),
    "retracted": N_("answer withdrawn"),
}  # fmt: skip


def bad_rows_sheet(blank: bytes, kind: SheetKind, lines: Iterable[tuple[dict[str, str], str]], locale: str) -> bytes:
    """The empty sheet filled with the rows that could not be asked, each with its reason: put right, it is uploaded again."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    sheet = book.worksheets[0]
    place = len(kind.columns) + 1
    sheet.cell(1, place, WHY.title(locale)).font = openpyxl.styles.Font(bold=True)
    sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = 60
    for number, (cells, reason) in enumerate(lines, 2):
        for column, value in enumerate([*(cells.get(c.field, "") for c in kind.columns), reason], 1):
            as_text(sheet.cell(number, column), value)
    return saving.written(book)


class Line(NamedTuple):
    """One row of the answers: its number, its case, why there is none, and then whom it was about and under which file number."""

    row: int
    case: Case | None
    reason: str = ""
    people: str = ""
    reference: str = ""


def results_sheet(item: Item, lines: Iterable[Line], say: Callable[..., str], locale: str, now: datetime) -> bytes:
    """The answers of a batch as XLSX."""
    book = openpyxl.Workbook(write_only=True)
    sheet = saving.row_sheet(book)
    lines, fields = list(lines), list(item.by_field.values())
    asked = [field for field in fields if any(line.case and field.name in line.case.wanted for line in lines)]
    sheet.append([*(say(locale, head) for head in HEADS), *(field.label.say(locale) for field in asked)])
    for line in lines:
        answered = _answer(item, line.case, say, locale) if line.case else ["", line.reference, line.people, *[""] * 7]
        for told in _told(item, line.case, asked, (now, locale)):
            cells = [*answered, line.reason, *told]
            sheet.append([line.row, *(as_text(openpyxl.cell.WriteOnlyCell(sheet), value) for value in cells)])
    return saving.written(book)


def _told(item: Item, case: Case | None, asked: Sequence[RecordField], read: tuple[datetime, str]) -> list[list[str]]:
    """What stands in the columns of the fields: of a query a line for each row of the record, of a compare how each compares.

    Of an answer that has expired no field; one line of blanks where there is nothing to be said.
    """
    now, locale = read
    finding = case.finding if case else None
    if not asked or not case or not finding:
        return [[""] * len(asked)]
    if case.mode == "compare":
        verdicts = verdicts_of(item, case, finding)
        return [[VERDICTS[verdicts[field.name]].say(locale) if field.name in verdicts else "" for field in asked]]
    shown = without_expired(finding, valid_until(item, case.stands_since), now)
    rows = shown.get("records") or [{}]
    return [[field.said(row.get(field.name, ""), locale) for field in asked] for row in rows]


def _answer(item: Item, case: Case, say: Callable[..., str], locale: str) -> list[str]:
    finding = case.finding or {}
    names = "、".join(subject.name for subject in case.subjects.values())
    source = Source(case.source) if case.source else None
    graded = [say(locale, SOURCES[source]), GRADES[source]] if source else ["", ""]
    outcome = headline(item, case, finding).say(locale) if finding else ""
    asked = [case.number, case.reference, names, say(locale, STATES[case.state])]
    return [*asked, outcome, *graded, str(finding.get("words", "")), office_time(case.answered_at), office_time(case.amended_at)]
