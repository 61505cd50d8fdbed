"""Typed people: names and ID numbers from lines that somebody typed or pasted, or from a sheet, each checked."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from cases.documents.subject import Subject
from storage.problem import N_, FieldFault, Problem, faults_of
from storage.sheets.cells import Column, Kind
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import fits, read_rows, under_titles

MOST_LINES = 50
MOST_SHEET_BYTES = 900 * 1024  # so that it fits into what any form may send
NOT_TWO = N_("On each line stand a name and a resident ID number. With another document people are asked about at the window.")
TOO_MANY = N_("At most {most} lines at once.")
OTHER_NAME = N_("This ID number stands on the list under another name. Take that one off first, if it is wrong.")
NO_ROWS = N_("No sheet in this file has the columns 姓名 and 身份证号.")
COLUMNS = (Column("name", "姓名", "Name", required=True, most=64), Column("id_number", "身份证号", "ID number", Kind.ID, True))
NUMBER = re.compile(r"[0-9]{14,17}[0-9Xx]")


class TypedPeople(NamedTuple):
    """Those that can be asked about, as (name, number); the lines that cannot, as they were typed; and what is wrong
    with each, as a fault of `people.1` for the first of them."""

    people: Sequence[tuple[str, str]]
    left: str
    faults: Sequence[FieldFault]


def read_lines(text: str, today: date) -> TypedPeople:
    """One person a line: a name and an ID number, in either order, with anything but letters and digits between them."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        return TypedPeople((), text, [FieldFault("people", "too_many", TOO_MANY, {"most": MOST_LINES})])
    people: list[tuple[str, str]] = []
    left: list[str] = []
    faults: list[FieldFault] = []
    for line in lines:
        try:
            people.append(_person(line, today))
        except Problem as problem:
            left.append(line)
            faults += [FieldFault(f"people.{len(left)}", one.code, one.message, one.params) for one in problem.faults[:1]]
    return TypedPeople(people, "\n".join(left), faults)


def with_others(typed: TypedPeople, others: Sequence[tuple[str, str]]) -> TypedPeople:
    """The same, with what is said of those whose number stands on the list under another name."""
    lines = [*filter(None, [typed.left]), *(f"{name} {number}" for name, number in others)]
    first = len(typed.left.splitlines()) + 1
    faults = [FieldFault(f"people.{place}", "other_name", OTHER_NAME) for place in range(first, first + len(others))]
    return TypedPeople(typed.people, "\n".join(lines), [*typed.faults, *faults])


def _person(line: str, today: date) -> tuple[str, str]:
    plain = unicodedata.normalize("NFKC", line)
    found = NUMBER.search(plain.replace(" ", "") if not NUMBER.search(plain) else plain)
    name = re.sub(r"[\s,.;:、，。|\d]+", " ", plain[: found.start()] + " " + plain[found.end() :]).strip() if found else ""
    if found is None or not name:
        raise Problem([FieldFault("people", "not_two", NOT_TWO)])
    return checked(name, found[0], today)


def checked(name: str, number: str, today: date) -> tuple[str, str]:
    """The person, with the number as the house writes it. Raises Problem."""
    try:
        subject = Subject.model_validate({"name": name, "id_number": number}, context={"today": today})
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    return subject.name, subject.id_number or ""


def read_sheet(name: str, data: bytes) -> str:
    """The people of an XLSX or CSV file as lines, to be read like typed ones. Raises Problem."""
    try:
        book = read_book(name, data)
    except BadFile as bad:
        raise Problem([FieldFault("sheet", "bad_file", bad.message, bad.params)]) from None
    table = next((t for t in (under_titles(one, COLUMNS) for one in book.tables if one.row_count) if fits(t, COLUMNS)), None)
    if table is None:
        raise Problem([FieldFault("sheet", "no_rows", NO_ROWS)])
    rows, faults = read_rows(table, COLUMNS)
    if faults:
        raise Problem([FieldFault("sheet", "bad_row", one.message, one.params) for one in faults[:5]])
    return "\n".join(f"{row.values['name']} {row.values['id_number']}" for row in rows)
