"""Changes of name and of ID number: is this person the one who was called or numbered so before?"""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import confirmed, contradicted, without_rows
from responders.handlers.households import key
from responders.handlers.persons import PersonQuery, Row, Source

QUERY = """SELECT number, name, old_number, old_name, changed FROM former WHERE number IN (SELECT value FROM json_each(?1))
UNION SELECT number, name, old_number, old_name, changed FROM former WHERE old_number IN (SELECT value FROM json_each(?1))"""


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether a change is recorded; `details.former_name` and `details.former_number` must fit it. Four queries a batch."""
    source = persons.source(records, "identity_change")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_names(records, asked, "member")
    by_form = persons.index(asked)
    for row in records.execute(QUERY, (persons.forms_json(by_form),)):
        for person in {id(one): one for form in (row[0], row[2]) for one in by_form.get(form, ())}.values():
            person.rows.append(row)
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = without_rows(question, person, source)
    if before:
        return before
    for row in person.rows:
        if _fits(row, question.details):
            evidence = {"id_form": persons.form(row[2]), "from": row[4][:4], "kind": "name" if row[1] != row[3] else "number"}
            return confirmed(f"登记信息属实：{person.name}的身份登记信息曾有变更，与所填一致。", **evidence)
    return contradicted(f"登记信息显示，{person.name}的身份变更登记与所填内容不一致。")


def _fits(row: Row, details: dict[str, str]) -> bool:
    name, number = details.get("former_name", ""), details.get("former_number", "")
    return name in ("", row[3]) and (not number or key(number.strip().upper()) == key(row[2]))
