"""Reading the files that units send back: whose they are, their rows, and what is wrong with them by file, sheet, row, column."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from reform.personal_numbers import PERSONAL, names_a_person
from reform.survey.answer import SheetOf
from reform.survey.names import name_form
from reform.survey.survey_sheets import MOST_ROWS, MOST_VOLUME, NOT_SO_MANY, SHEETS
from storage.json import Json
from storage.problem import N_
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import FIRST_ROWS, Row, RowFault, left_out, read_rows, recognise, repeated, under_titles
from storage.sheets.table import Table

CODE_IN_BRACKETS = re.compile(r"[（(]\s*([a-z0-9][a-z0-9-]{1,31})\s*[)）]\s*$")
NO_SHEET = N_("This is neither a sheet of certificates taken nor one of certificates issued.")
NOTHING_IN_IT = N_("There is not a single sheet of the survey in this file.")
NO_UNIT = N_("The sheet does not say whose it is. Send it again and choose its unit beside it.")
UNKNOWN_UNIT = N_("The survey asks no unit with the code that stands above the sheet.")
OTHER_UNIT = N_("The sheet is another unit's than the one that was chosen.")
TWO_UNITS = N_("The sheets of this file name different units.")
TWICE = N_("This sheet of the same unit stands in this upload twice.")


@dataclass
class SurveyFile:
    """One file as it was read: its unit, the rows of its sheets (a sheet without rows says: none), faults, rows left out."""

    file: str
    unit: str = ""
    sheets: dict[str, list[Json]] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)
    left_out: list[RowFault] = field(default_factory=list)

    def fault(self, message: str, sheet: str = "", row: int = 0) -> None:
        """Something is wrong with a sheet or the whole file."""
        self.faults.append(RowFault(sheet, row, "", message, file=self.file))


def read_files(files: Sequence[tuple[str, bytes]], units: Collection[str], chosen: str = "") -> list[SurveyFile]:
    """These files, name and contents, read and checked; `units` are those of the survey, `chosen` the one of sheets that name none.

    Nothing is raised: what is wrong stands with its file, and the others can be taken all the same.
    """
    read = [_read_file(name, data, units, chosen) for name, data in files]
    seen: set[tuple[str, str]] = set()
    for one in read:
        for sheet in one.sheets:
            if one.unit and (one.unit, sheet) in seen:
                one.fault(TWICE, sheet)
            seen.add((one.unit, sheet))
    return read


def _read_file(name: str, data: bytes, units: Collection[str], chosen: str) -> SurveyFile:
    read = SurveyFile(name)
    try:
        book = read_book(name, data, MOST_ROWS)
    except BadFile as bad:
        read.faults.append(RowFault("", 0, "", bad.message, bad.params, file=name))
        return read
    named = {code for table in book.tables if (code := _unit_above(read, table))}
    for sheet in book.hidden:
        read.left_out.append(RowFault(sheet, 0, "", HIDDEN, file=name))
    if not book.tables:
        read.fault(NOTHING_IN_IT)
    read.unit = _unit_of(read, named, units, chosen)
    return read


HIDDEN = N_("This sheet is hidden, so it was not read.")


def _unit_above(read: SurveyFile, table: Table) -> str:
    """Reads the sheet into the file; the code of the unit that stands above its headings, '' where none does."""
    below = under_titles(table, *(kind.columns for kind in SHEETS))
    kind = recognise(below, SHEETS)
    if kind is None:
        read.fault(NO_SHEET, table.name, table.header_row)
        return ""
    if kind.code in read.sheets:
        read.fault(TWICE, table.name, below.header_row)
    rows, faults = read_rows(below, kind.columns)
    read.faults += [*faults, *_odd_volumes(rows), *_people(rows), *repeated(rows, kind.key)]
    read.left_out += [one for one in left_out(below) if one.row]
    read.sheets[kind.code] = [_answer(row) for row in rows]
    return _code_above(table, below)


def _code_above(table: Table, below: Table) -> str:
    above = [(table.header_row, table.header), *table.rows[:FIRST_ROWS]]
    cells = [str(cell) for number, row in above if number < below.header_row for cell in row if cell]
    return next((found[1] for cell in cells if (found := CODE_IN_BRACKETS.search(cell))), "")


def _unit_of(read: SurveyFile, named: Collection[str], units: Collection[str], chosen: str) -> str:
    unit = next(iter(named), chosen)
    if len(named) > 1:
        read.fault(TWO_UNITS)
    elif not unit:
        read.fault(NO_UNIT)
    elif unit not in units:
        read.fault(UNKNOWN_UNIT)
    elif chosen and unit != chosen:
        read.fault(OTHER_UNIT)
    return unit if unit in units else ""


def _odd_volumes(rows: Sequence[Row]) -> list[RowFault]:
    bad = [row for row in rows if not 0 <= (row.values.get("volume") or 0) <= MOST_VOLUME]
    return [row.fault("volume", NOT_SO_MANY, most=MOST_VOLUME) for row in bad]


def _people(rows: Sequence[Row]) -> list[RowFault]:
    """What a unit writes here becomes a name in the directory, which everybody reads."""
    texts = ((row, name, value) for row in rows for name, value in row.values.items() if isinstance(value, str))
    return [row.fault(name, PERSONAL) for row, name, value in texts if names_a_person(value)]


def _answer(row: Row) -> Json:
    """The fields of a SurveyAnswer, but for its unit and sheet."""
    return {"issuer": "", **row.values, "form": name_form(row.values["name"]), "row": row.number}


def sheets_in_order(sheets: Collection[str]) -> list[str]:
    """These sheets as they are always told: first what is taken."""
    return [sheet for sheet in SheetOf if sheet in sheets]
