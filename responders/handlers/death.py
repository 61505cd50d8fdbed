"""Deaths, from the register of deaths; who stands on an open line of a household has none."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, not_digitised, settled, silent, traces, verdict, year_fact
from responders.handlers.persons import PersonQuery, Row, Source

TABLES = ("death", "member")
DIED = 2  # column of `since` in the rows of deaths


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person's death is registered; `details.died_on` (ISO) must be its day. Four queries a batch."""
    source = persons.source(records, "death")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, "death", "since, 'death'")
    persons.fill_rows(records, asked, "member", """"left", 'line'""")
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = settled(question, person, source)
    if before:
        return before
    for row in person.rows:
        if row[3] == "death":
            return _died(question, person, source, row)
    if any(row[3] == "line" and row[2] is None for row in person.rows):
        words = f"截至{source.as_of}，{person.name}没有死亡登记，户籍未注销。"
        return answered(words, {"registered": DIFFERS}, as_of=source.as_of)
    if person.rows:  # every line is closed: of those who moved away, whoever took them in keeps the register
        words = "户籍已从本地转出或注销，未见死亡登记，需人工核查。"
        return not_digitised(words, **traces(source, person, near="changed"))
    return silent(question, source, person.born, person)


def _died(question: Question, person: PersonQuery, source: Source, row: Row) -> Finding:
    stated = question.details.get("died_on", "")
    facts = {"registered": AGREES} | ({"day": verdict(stated == row[DIED])} if stated else {}) | year_fact(question, row[DIED])
    return answered(f"{person.name}的死亡已登记。", facts, {"day": row[DIED]}, id_form=persons.form(row[0]), as_of=source.as_of)
