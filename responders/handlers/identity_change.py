"""Changes of name and of ID number: is this person the one who was called or numbered so before?"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from cases.documents.id_numbers import plain
from cases.names import same_name
from cases.question import Finding, Question, Verdict
from responders.handlers import persons
from responders.handlers.findings import AGREES, answered, verdict, without_rows, year_fact
from responders.handlers.households import key
from responders.handlers.persons import PersonQuery, Row, Source

TABLES = ("former", "member")
QUERY = """SELECT number, name, old_number, old_name, changed FROM former WHERE number IN (SELECT value FROM json_each(?1))
UNION SELECT number, name, old_number, old_name, changed FROM former WHERE old_number IN (SELECT value FROM json_each(?1))"""


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether a change is on record, and whether `details.former_name` and `details.former_number` stand there. Four queries."""
    source = persons.source(records, "identity_change")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_names(records, asked, "member")
    by_form = persons.index(asked)
    for row in records.execute(QUERY, (persons.forms_json(by_form),)):
        for person in {id(one): one for form in (row[0], row[2]) for one in by_form.get(form, ())}.values():
            person.rows.append(row)
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    # What the register holds of former names and numbers, it holds of those who stand in it.
    of_known = source if person.known else replace(source, complete_since="")
    before = without_rows(question, person, of_known)
    if before:
        return before
    name, number = question.details.get("former_name", ""), question.details.get("former_number", "")
    facts, row = max(
        ((_facts(row, name, number) | year_fact(question, row[4]), row) for row in person.rows),
        key=lambda one: list(one[0].values()).count(AGREES),
    )
    swapped = bool(number) and key(plain(number)) == key(row[0]) != key(row[2])
    words = f"{person.name}的身份登记信息曾有变更。{'所填原号码是变更后的号码，请核对新旧号码的先后。' if swapped else ''}"
    kind = "name" if row[1] != row[3] else "number"
    return answered(words, facts, **{"id_form": persons.form(row[2]), "from": row[4][:4], "kind": kind, "as_of": source.as_of})


def _facts(row: Row, name: str, number: str) -> dict[str, Verdict]:
    facts = {"recorded": AGREES}
    if name:
        facts["former_name"] = verdict(same_name(name, row[3]))
    if number:
        facts["former_number"] = verdict(key(plain(number)) == key(row[2]))
    return facts
