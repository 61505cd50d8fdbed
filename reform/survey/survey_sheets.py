"""The two sheets of the survey: their columns, and the blank workbook for each unit, one by one or all in a ZIP."""

import io
from collections.abc import Callable, Iterable
from zipfile import ZIP_DEFLATED, ZipFile

from access.units import Unit
from reform.survey.answer import SheetOf
from storage.problem import N_
from storage.sheets.blank_sheets import workbook
from storage.sheets.cells import Column, Kind
from storage.sheets.rows import SheetKind

MOST_ROWS = 500  # of one file: a unit takes and issues some dozens
MOST_VOLUME = 99_999_999
NOT_SO_MANY = N_("This must be a number from 0 to {most}.")
ONE_A_ROW = N_("One certificate a row. A sheet that is sent back without rows says: none.")
WHOSE = N_("Unit: {name} ({code})")
TAKEN = SheetKind(SheetOf.TAKEN, "收取的证明", "Certificates taken", (
    Column("name", "证明名称", "Certificate", required=True, most=100, hint=N_("As your windows call it.")),
    Column("purpose", "用于办理事项", "For which matter", required=True, most=100),
    Column("issuer", "由谁出具", "From whom it must come", most=100, hint=N_("The office that stamps it.")),
    Column("legal_basis", "设定依据", "Legal basis", most=500, hint=N_("Law, rule or notice with its article.")),
    Column("volume", "年收取量（份）", "Papers taken a year", Kind.WHOLE, default=None),
), ("name", "purpose"))  # fmt: skip
ISSUED = SheetKind(SheetOf.ISSUED, "出具的证明", "Certificates issued", (
    Column("name", "证明名称", "Certificate", required=True, most=100, hint=N_("As your windows call it.")),
    Column("purpose", "出具给谁、用于什么", "For whom and for what", required=True, most=100),
    Column("legal_basis", "出具依据", "Legal basis", most=500, hint=N_("Law, rule or notice with its article.")),
    Column("volume", "年出具量（份）", "Papers issued a year", Kind.WHOLE, default=None),
), ("name", "purpose"))  # fmt: skip
SHEETS = (TAKEN, ISSUED)
Say = Callable[..., str]


def blank_book(unit: Unit, locale: str, say: Say) -> bytes:
    """The workbook that this unit fills in: both sheets, with its name above them, by which they are known when they come back."""
    whose = say(locale, WHOSE, name=unit.name(locale), code=unit.code)
    return workbook([(TAKEN, ()), (ISSUED, ())], locale, say, titles=[whose, say(locale, ONE_A_ROW)])


def blank_books(units: Iterable[Unit], locale: str, say: Say) -> bytes:
    """A ZIP file with a workbook for each of these units."""
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as packed:
        for unit in units:
            packed.writestr(f"{unit.code} {_for_a_file(unit.name(locale))}.xlsx", blank_book(unit, locale, say))
    return kept.getvalue()


def _for_a_file(name: str) -> str:
    """The name without what may not stand in the name of a file."""
    return "".join(sign for sign in name if sign.isprintable() and sign not in '\\/:*?"<>|').strip(" .")
