"""No criminal record: confirmed only for people the police know, whose whole adult life lies in the machine's records."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, settled, silent
from responders.handlers.persons import PersonQuery, Source

TABLES = ("no_criminal_record", "member", "residence_permit")
AGE = 14  # from here on one can be convicted


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person has no conviction; one in the records contradicts, without a word about it. Six queries a batch."""
    source, population = (persons.source(records, item) for item in ("no_criminal_record", "household_history"))
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    for table in ("member", "residence_permit"):
        persons.fill_names(records, asked, table)
    persons.fill_rows(records, asked, "no_criminal_record", "since")
    return [_finding(question, person, source, population) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source, population: Source) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    if person.rows:
        return answered("", {"none": DIFFERS}, id_form=persons.form(person.rows[0][0]), as_of=source.as_of)
    if not person.known:  # whom the old registers on paper may know
        return silent(question, population, person.born, person, lasts=True)
    if person.born + AGE < source.electronic_from:
        return silent(question, source, person.born + AGE, person, lasts=True)
    return answered(f"截至{source.as_of}，未发现{person.name}有犯罪记录。", {"none": AGREES}, as_of=source.as_of)
