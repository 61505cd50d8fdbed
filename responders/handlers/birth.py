"""Births, from the register of births."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, answered, verdict, without_rows, year_fact
from responders.handlers.persons import PersonQuery, Source

TABLES = ("birth", "member")


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person's birth is registered here; `details.born_on` (ISO) must be its day. Four queries a batch."""
    source = persons.source(records, "birth")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, "birth", "since")
    persons.fill_names(records, asked, "member")
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = without_rows(question, person, source)
    if before:
        return before
    number, _, since = person.rows[0]
    stated = question.details.get("born_on", "")
    facts = {"registered": AGREES} | ({"day": verdict(stated == since)} if stated else {}) | year_fact(question, since)
    return answered(f"{person.name}的出生已在本地登记。", facts, {"day": since}, id_form=persons.form(number), as_of=source.as_of)
