"""Household history: where a person stood on the household registers of this city."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.findings import AGREES, DIFFERS, answered, not_digitised, traces, without_rows
from responders.handlers.persons import PersonQuery, Row, Source
from responders.handlers.places import same_place

TABLES = ("household", "member")
COLUMNS = """household, entered, "left", (SELECT community || address FROM household WHERE household.number = member.household)"""


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person is or was registered here: in the asked year, at `details.address`, or at all. Three queries a batch."""
    source = persons.source(records, "household_history")
    asked = persons.look_up(records, [question.subjects["person"] for question in questions])
    persons.fill_rows(records, asked, "member", COLUMNS)
    return [_finding(question, person, source) for question, person in zip(questions, asked, strict=True)]


def _finding(question: Question, person: PersonQuery, source: Source) -> Finding:
    before = without_rows(question, person, source)
    if before:
        return before
    rows = _in_year(person.rows, question.year)
    if not rows:
        words = f"户籍登记信息显示，{question.year}年{person.name}的户籍不在本地。"
        return answered(words, {"registered": AGREES, "in_year": DIFFERS}, as_of=source.as_of)
    wanted = question.details.get("address", "")
    rows = [row for row in rows if not wanted or same_place(wanted, row[5], source.home)]
    if not rows:
        return not_digitised(
            f"{person.name}在本地有户籍登记，但与所填地址文字不一致，需人工核对。", **traces(source, person, near="words")
        )
    facts = {"registered": AGREES} | ({"in_year": AGREES} if question.year else {}) | ({"address": AGREES} if wanted else {})
    return answered(f"{person.name}在本地有户籍登记。", facts, **_evidence(rows), as_of=source.as_of)


def _in_year(rows: list[Row], year: int | None) -> list[Row]:
    if year is None:
        return rows
    return [row for row in rows if row[3][:4] <= str(year) <= (row[4] or "9999")[:4]]


def _evidence(rows: list[Row]) -> dict[str, str]:
    last = max(rows, key=lambda row: (row[4] or "9999", row[3]))
    number, household, until = last[0], last[2], last[4]
    return {
        "id_form": persons.form(number), "household": household, "from": min(row[3] for row in rows)[:4],
        "to": until[:4] if until else "", "current": "no" if until else "yes",
        "households": str(len({row[2] for row in rows})),
    }  # fmt: skip
