"""Lines of the trail as a sheet, XLSX or CSV, in which no cell can begin to calculate."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from access.units import Unit
from cases.trail.trail import Trail
from storage.late_modules import Late
from storage.problem import N_
from storage.sheets.cells import as_text
from storage.sheets.harmless_csv import csv_of
from supervisors.views.view_log import Found
from web.words.words import ACTORS, action_words

if TYPE_CHECKING:
    import openpyxl.cell

    from storage.sheets import saving
else:
    saving = Late("storage.sheets.saving")
    openpyxl = Late("openpyxl")  # serve does without it until somebody fetches a sheet

Say = Callable[..., str]  # say(msgid)
HEADS = (N_("When"), N_("Who"), N_("Name"), N_("Unit"), N_("As"), N_("What"), N_("Case"), N_("Remark"))
TAMPERED = N_("Tampered with")


def line_of(line: Trail, found: Found, units: Mapping[str, Unit], say: Say, locale: str, zone: ZoneInfo) -> list[str]:
    """One line as the cells of HEADS."""
    unit = units[line.unit].name(locale) if line.unit in units else line.unit
    actor = say(ACTORS[line.actor]) if line.actor in ACTORS else line.actor
    action = say(action_words(line.action, line.to))
    remark = say(TAMPERED) if line.tampered else line.note
    return [_when(line.at, zone), line.who, found.names.get(line.who, ""), unit, actor, action, line.number, remark]


def _when(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def as_xlsx(rows: list[list[str]], heads: list[str]) -> bytes:
    """The rows as XLSX; every cell is text."""
    book = openpyxl.Workbook(write_only=True)
    sheet = saving.row_sheet(book)
    for row in [heads, *rows]:
        sheet.append([as_text(openpyxl.cell.WriteOnlyCell(sheet), value) for value in row])
    return saving.written(book)


def as_csv(rows: list[list[str]], heads: list[str]) -> bytes:
    """The rows as CSV that office programs open as UTF-8; what would be calculated there begins with an apostrophe."""
    return csv_of([heads, *rows])
