"""The register of births: day and parents, as they were entered."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import settled, silent
from responders.handlers.persons import PersonQuery, Row, Source
from responders.handlers.queries.listing import Fields, listed

SEXES = {"男": "male", "女": "female"}
TABLES = ("birth_entry", "member")


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """The entry of each person's birth, if it was in the asked year. Four queries a batch."""
    source = persons.source(records, "birth_record")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, "birth_entry", "born, sex, mother, mother_number, father, father_number, certificate")
    persons.fill_names(records, asked, "member")
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    rows = [row for row in person.rows if question.year is None or row[2][:4] == str(question.year)]
    return listed(source, [_fields(row) for row in rows]) if rows else silent(question, source, person.born, person)


def _fields(row: Row) -> Fields:
    _, name, born, sex, mother, mother_number, father, father_number, certificate = row
    parents = {"mother": mother, "mother_number": mother_number, "father": father, "father_number": father_number}
    return {"name": name, "sex": SEXES.get(sex, "other"), "born_on": born, **parents, "certificate": certificate}
