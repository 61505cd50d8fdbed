"""Registrations of marriage and divorce of one person. What death ended has no registration, and no entry says who is single."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import settled, silent
from responders.handlers.persons import PersonQuery, Row, Source
from responders.handlers.queries.listing import Fields, listed

TABLES = ("registration", "resident")
AGE = 20  # below it nobody marries
EVENTS = {"结婚登记": "marriage", "离婚登记": "divorce"}
QUERY = """SELECT husband, husband_name, wife, wife_name, event, day, certificate, office FROM registration
WHERE husband IN (SELECT value FROM json_each(?1)) OR wife IN (SELECT value FROM json_each(?1))"""


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """The registrations of each person until the store's day, or those of the asked year. Four queries a batch."""
    source = persons.source(records, "marriage_record")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_names(records, asked, "resident")
    by_form = persons.index(asked)
    for row in records.execute(QUERY, (persons.forms_json(by_form),)):
        for number, name, spouse in ((row[0], row[1], row[2:4]), (row[2], row[3], row[:2])):
            for one in by_form.get(number, ()):
                one.also_called(name)
                one.rows.append((*spouse, *row[4:]))
    return [_finding(question, one, source) for question, one in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    rows = [row for row in person.rows if question.year is None or row[3][:4] == str(question.year)]
    if not rows:
        return silent(question, source, person.born + AGE, person)
    return listed(source, [_fields(row) for row in sorted(rows, key=lambda row: row[3])])


def _fields(row: Row) -> Fields:
    number, name, event, day, certificate, office = row
    spouse = {"spouse": name, "spouse_number": number}
    return {"event": EVENTS.get(event, "other"), "registered_on": day, **spouse, "certificate": certificate, "office": office}
