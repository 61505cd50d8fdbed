"""Marriages, from the register of marriages; those made before 1999 stand there under 15 digits only.

A marriage that death ended is confirmed as one that was (current: no); one that was dissolved is contradicted, unless the
question names a year in which it stood.
"""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import confirmed, contradicted, misnamed, silent, too_early
from responders.handlers.persons import PersonQuery, Row, Source

AGE = 20  # below it nobody marries
QUERY = """SELECT husband, husband_name, wife, wife_name, since, until, why FROM marriage
WHERE husband IN (SELECT value FROM json_each(?1)) OR wife IN (SELECT value FROM json_each(?1))"""


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether `person` and `spouse` are married, or were in the asked year. Four queries a batch."""
    source = persons.source(records, "marriage")
    asked = persons.look_up(records, [question.subjects[role] for question in questions for role in ("person", "spouse")])
    persons.fill_names(records, asked, "resident")
    by_form = persons.index(asked)
    for row in records.execute(QUERY, (persons.forms_json(by_form),)):
        for number, name in (row[:2], row[2:4]):
            for one in by_form.get(number, ()):
                one.names.add(name)
                one.rows.append(row)
    pairs = zip(questions, asked[::2], asked[1::2], strict=True)
    return [_finding(question, person, spouse, source) for question, person, spouse in pairs]


def _finding(question: Question, person: PersonQuery, spouse: PersonQuery, source: Source) -> Finding:
    early = too_early(question, source)
    if early:
        return early
    for one in (person, spouse):
        if one.misnamed:
            return misnamed(one.name)
    both = [row for row in person.rows if row in spouse.rows and {row[0], row[2]} & set(spouse.forms) - set(person.forms)]
    if both:
        return _married(question, person, spouse, max(both, key=lambda row: row[4]))
    if any(_stood(row, question.year) for row in person.rows + spouse.rows):
        return contradicted(f"婚姻登记信息显示，{person.name}与{spouse.name}不是夫妻。")
    return silent(question, source, max(person.born, spouse.born) + AGE, person, spouse)


def _married(question: Question, person: PersonQuery, spouse: PersonQuery, row: Row) -> Finding:
    since, until, why = row[4:]
    evidence = {
        "id_form": persons.form(row[0]), "from": since[:4], "to": until[:4] if until else "", "current": "no" if until else "yes",
    }  # fmt: skip
    if _stood(row, question.year) or (why == "丧偶" and question.year is None):
        return confirmed(f"婚姻登记信息属实：{person.name}与{spouse.name}已登记结婚。", **evidence)
    return contradicted(f"婚姻登记信息显示，{person.name}与{spouse.name}在所问时间没有有效的婚姻登记。", **evidence)


def _stood(row: Row, year: int | None) -> bool:
    if year is None:
        return row[5] is None
    return bool(row[4][:4] <= str(year) <= (row[5] or "9999")[:4])
