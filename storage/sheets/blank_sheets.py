"""Writing XLSX sheets to be filled in: headers, text columns, a note and a drop-down list on each column."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from storage.late_modules import Late
from storage.sheets.cells import Column, Kind, as_text
from storage.sheets.rows import SheetKind

if TYPE_CHECKING:
    import openpyxl.cell
    import openpyxl.comments
    import openpyxl.styles
    import openpyxl.utils
    import openpyxl.worksheet.datavalidation
    from openpyxl.worksheet.worksheet import Worksheet

    from storage.sheets import saving
else:
    saving = Late("storage.sheets.saving")
    openpyxl = Late("openpyxl")  # serve does without it until somebody fetches a sheet

N_ = str
FILLED = 20_000
WIDTH = 22
NEEDED = N_("Needed.")
EMPTY = N_("An empty cell changes nothing; - or 清空 clears what is known.")
HINTS = {
    Kind.ID: N_("Keep this column formatted as text: Excel cuts long numbers."),
    Kind.PHONE: N_("Digits; blanks and hyphens do no harm."),
    Kind.DAY: N_("A day, such as 2026-09-01, 20260901 or 2026年9月1日."),
    Kind.WHOLE: N_("A whole number."),
    Kind.YES_NO: N_("yes or no (是 or 否)."),
    Kind.CHOICE: N_("One of: {expected}."),
    Kind.CHOICES: N_("One or more of: {expected}; put commas between them."),
}


def blank_sheet(kind: SheetKind, locale: str, say: Callable[..., str]) -> bytes:
    """An XLSX file to be filled in; `say(locale, msgid, **params)` translates the notes."""
    return workbook([(kind, ())], locale, say)


def workbook(
    sheets: Sequence[tuple[SheetKind, Sequence[Mapping[str, object]]]],
    locale: str,
    say: Callable[..., str],
    titles: Sequence[str] = (),
) -> bytes:
    """An XLSX file with these sheets and their rows (values by field), in the form in which it can be taken in again.

    `titles` stand above the headings of each sheet, one a row: whose it is, how it is filled in (storage.sheets.rows.under_titles).
    """
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for kind, rows in sheets:
        sheet = book.create_sheet(kind.en if locale.startswith("en") else kind.zh)
        for number, title in enumerate(titles, 1):
            as_text(sheet.cell(number, 1), title).font = openpyxl.styles.Font(bold=number == 1)
        head = len(titles) + 1
        sheet.freeze_panes = f"A{head + 1}"
        _head(sheet, head, kind, locale, say)
        for number, row in enumerate(rows, head + 1):
            _fill(sheet, number, row, kind, locale)
    return saving.written(book)


def _head(sheet: "Worksheet", at: int, kind: SheetKind, locale: str, say: Callable[..., str]) -> None:
    for place, column in enumerate(kind.columns, 1):
        letter = openpyxl.utils.get_column_letter(place)
        head = sheet.cell(at, place, column.title(locale) + ("*" if column.required else ""))
        head.font, head.comment = (
            openpyxl.styles.Font(bold=True),
            openpyxl.comments.Comment(_note(column, locale, say), "Hecha", 120, 320),
        )
        # Text, so that Excel neither cuts an ID number nor makes a date of a place in order.
        sheet.column_dimensions[letter].number_format = "@"
        sheet.column_dimensions[letter].width = WIDTH
        _offer_choices(sheet, letter, at + 1, column, locale)


def _fill(sheet: "Worksheet", number: int, row: Mapping[str, object], kind: SheetKind, locale: str) -> None:
    for place, column in enumerate(kind.columns, 1):
        value = row.get(column.field)
        if value not in (None, ""):
            as_text(sheet.cell(number, place), _written(value, column, locale))


def _written(value: object, column: Column, locale: str) -> str:
    if isinstance(value, str) and value in column.choices:
        return dict(zip(column.choices, _words(column, locale), strict=True))[value]
    return value.isoformat() if isinstance(value, date) else str(value)


def _note(column: Column, locale: str, say: Callable[..., str]) -> str:
    parts = [NEEDED] if column.required else []
    parts += [column.hint] if column.hint else []
    parts += [HINTS[column.kind]] if column.kind in HINTS else []
    parts += [EMPTY] if column.empty_says_nothing else []
    expected = ", ".join(_words(column, locale))
    return " ".join(say(locale, part, expected=expected) for part in parts) or column.title(locale)


def _words(column: Column, locale: str) -> list[str]:
    if locale.startswith("en"):
        return [next((word for word in words if word.isascii()), code) for code, words in column.choices.items()]
    return [words[0] if words else code for code, words in column.choices.items()]


def _offer_choices(sheet: "Worksheet", letter: str, first: int, column: Column, locale: str) -> None:
    yes_no = ["yes", "no"] if locale.startswith("en") else ["是", "否"]
    offered = {Kind.YES_NO: yes_no, Kind.CHOICE: _words(column, locale)}.get(column.kind)
    if not offered or len(",".join(offered)) > 250 or "," in "".join(offered):  # Excel takes no longer list, split at commas
        return
    rule = openpyxl.worksheet.datavalidation.DataValidation(
        type="list", formula1='"' + ",".join(offered) + '"', allow_blank=not column.required
    )
    rule.add(f"{letter}{first}:{letter}{FILLED}")
    sheet.add_data_validation(rule)
