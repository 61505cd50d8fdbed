"""Marriages, from the register of marriages; those made before 1999 stand there under 15 digits only.

A marriage that death ended is on record and not dissolved, and the words say how it ended; of one that was dissolved that is said,
unless the question names a year.
"""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, misnamed, outside_years, silent, verdict
from responders.handlers.persons import PersonQuery, Row, Source

TABLES = ("marriage", "resident")
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
                one.also_called(name)
                one.rows.append(row)
    pairs = zip(questions, asked[::2], asked[1::2], strict=True)
    return [_finding(question, person, spouse, source) for question, person, spouse in pairs]


def _finding(question: Question, person: PersonQuery, spouse: PersonQuery, source: Source) -> Finding:
    before = outside_years(question, source) or misnamed(source, person=person, spouse=spouse)
    if before:
        return before
    both = [row for row in person.rows if row in spouse.rows and {row[0], row[2]} & set(spouse.forms) - set(person.forms)]
    if both:
        return _married(question, source, max(both, key=lambda row: row[4]))
    earliest = max(person.born, spouse.born) + AGE
    on_paper = earliest < source.electronic_from  # one that ended there, before another stood here
    if not on_paper and any(_stood(row, question.year) for row in person.rows + spouse.rows):
        words = f"婚姻登记中没有{person.name}与{spouse.name}之间的登记记录。"
        return answered(words, {"registered": DIFFERS}, as_of=source.as_of)
    return silent(question, source, earliest, person, spouse, lasts=True)


def _married(question: Question, source: Source, row: Row) -> Finding:
    since, until, why = row[4:]
    evidence = {"id_form": persons.form(row[0]), "from": since[:4], "to": until[:4] if until else "", "as_of": source.as_of}
    if question.year is not None:
        return answered("", {"registered": AGREES, "in_year": verdict(_stood(row, question.year))}, **evidence)
    widowed = why == "丧偶"
    words = "该婚姻登记因一方死亡而终止。" if widowed else ""
    return answered(words, {"registered": AGREES, "undissolved": verdict(until is None or widowed)}, **evidence)


def _stood(row: Row, year: int | None) -> bool:
    if year is None:
        return row[5] is None
    return bool(row[4][:4] <= str(year) <= (row[5] or "9999")[:4])
