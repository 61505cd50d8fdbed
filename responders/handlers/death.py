"""Deaths, from the register of deaths; who stands on an open line of a household is alive."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import confirmed, contradicted, settled, silent
from responders.handlers.persons import PersonQuery, Source

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
        if row[3] == "death" and question.details.get("died_on", "") not in ("", row[DIED]):
            return contradicted(f"{person.name}的死亡已登记，但与所述死亡日期不一致。", id_form=persons.form(row[0]))
        if row[3] == "death":
            evidence = {"id_form": persons.form(row[0]), "from": row[DIED][:4]}
            return confirmed(f"死亡登记信息属实：{person.name}的死亡已登记。", **evidence)
    if any(row[3] == "line" and row[2] is None for row in person.rows):
        return contradicted(f"截至{source.as_of}，{person.name}没有死亡登记，户籍状态正常。", current="yes")
    return silent(question, source, person.born, person)
