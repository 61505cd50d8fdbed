"""What was saved in a month as an XLSX file: one row for each unit, matter, way and certificate or item, with its rule."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from access.units import Units
from cases.catalogue.catalogue import Catalogue
from reform.savings.saved import Line, Savings, called
from reform.savings.saving_words import CLASS_WORDS
from storage.late_modules import Late
from storage.problem import N_
from storage.sheets.cells import as_text

if TYPE_CHECKING:
    import openpyxl.cell

    from storage.sheets import saving
else:
    saving = Late("storage.sheets.saving")
    openpyxl = Late("openpyxl")  # serve does without it until somebody fetches a sheet

HEAD = (
    N_("Calendar month"), N_("Asking unit"), N_("Matter"), N_("Way"), N_("Certificate or item"), N_("Counted"), N_("Journeys"),
    N_("Papers"), N_("Days of waiting"), N_("Rule: journeys, papers, days of one"), N_("Document it rests on"),
)  # fmt: skip
ASSUMED = N_("assumption")
Say = Callable[..., str]  # say(msgid)


def savings_book(savings: Savings, units: Units, catalogue: Catalogue, locale: str, say: Say) -> bytes:
    """The file. Words are text, so that none begins to calculate; figures are numbers."""
    book = openpyxl.Workbook(write_only=True)
    sheet = saving.row_sheet(book)

    def text(words: str) -> object:
        return as_text(openpyxl.cell.WriteOnlyCell(sheet), words)

    sheet.append([text(say(word)) for word in HEAD])
    for one in savings.lines:
        matter = catalogue.matters[one.matter].title.say(locale) if one.matter in catalogue.matters else one.matter
        unit = units[one.unit].name(locale) if one.unit else ""
        words = [
            f"{one.month:%Y-%m}",
            unit,
            matter,
            say(CLASS_WORDS[one.way]),
            called(one.way, one.subject, savings, catalogue, locale),
        ]
        saved = one.saved
        figures = [one.count, saved.journeys, saved.papers, saved.days]
        sheet.append([*map(text, words), *figures, text(_rule(one)), text(one.worth.document or say(ASSUMED))])
    return saving.written(book)


def _rule(one: Line) -> str:
    return f"{one.worth.journeys} · {one.worth.papers} · {one.worth.days}"
