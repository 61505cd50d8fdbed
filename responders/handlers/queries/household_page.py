"""The page of a household register: where somebody is registered today, with whom, and since when."""

import sqlite3
from collections.abc import Collection, Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import not_digitised, settled, silent, traces
from responders.handlers.persons import PersonQuery, Row, Source
from responders.handlers.queries.listing import Fields, listed

TABLES = ("household", "member")
HEAD = "户主"
OF_MEMBERS = frozenset({"member_name", "relation_to_head", "member_number", "born"})
LINES = """SELECT household, relation, name, number FROM member
WHERE "left" IS NULL AND household IN (SELECT value FROM json_each(?)) ORDER BY household, relation <> '户主', entered, number"""
COLUMNS = """household, relation, entered, (SELECT address FROM household WHERE household.number = member.household), "left" """


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """The open line of each person and who else stands in that household today. Four queries a batch."""
    source = persons.source(records, "household_page")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, "member", COLUMNS)
    homes: dict[str, list[Row]] = {}
    wanted = sorted({row[2] for person in asked for row in person.rows if row[6] is None})
    for line in records.execute(LINES, (persons.forms_json(wanted),)):
        homes.setdefault(line[0], []).append(line)
    return [_finding(question, person, source, homes) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source, homes: dict[str, list[Row]]) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    if question.year is not None and question.year != int(source.as_of[:4]):  # a page shows who stands there today
        return not_digitised("户口簿页只反映当前登记，往年的情况需人工查阅。", **traces(source, person, near="not_searched"))
    open_rows = [row for row in person.rows if row[6] is None]
    if not open_rows:
        return silent(question, source, person.born, person)
    last = max(open_rows, key=lambda row: row[4])
    return listed(source, _rows(last, homes[last[2]], source, question.wanted))


def _rows(own: Row, lines: Sequence[Row], source: Source, wanted: Collection[str]) -> list[Fields]:
    """One for each who stands there; what is said of the household and of the person asked about is the same in all.

    Where nothing is wanted of the others there is one row: not even how many they are is told.
    """
    household, _, entered, address = own[2:6]
    head = next((name for _, stands, name, _ in lines if stands == HEAD), "")
    page = {"household_number": household, "head": head, "address": source.home + address if address else "", "entered_on": entered}
    if wanted and not set(wanted) & OF_MEMBERS:
        return [page]
    return [{**page, "member_name": name, "relation_to_head": stands, **_number(number)} for _, stands, name, number in lines]


def _number(number: str) -> Fields:
    return {"member_number": number} | ({"born": f"{number[6:10]}-{number[10:12]}-{number[12:14]}"} if len(number) == 18 else {})
