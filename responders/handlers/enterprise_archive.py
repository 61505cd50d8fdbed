"""Enterprise archives of the market supervision office."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.enterprises import Row, misnamed, rows_by_code
from responders.handlers.findings import AGREES, answered, outside_years, silent, verdict
from responders.handlers.persons import Source

TABLES = ("enterprise",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the enterprise is registered and alive, or was in the asked year. Two queries a batch."""
    source = persons.source(records, "enterprise_archive")
    rows = rows_by_code(records, questions, "enterprise", "since, until, why")
    return [_finding(question, rows.get(question.subjects["enterprise"].credit_code or ""), source) for question in questions]


def _finding(question: Question, row: Row | None, source: Source) -> Finding:
    early, name = outside_years(question, source), question.subjects["enterprise"].name
    if early:
        return early
    if row is None:
        return silent(question, source, source.electronic_from)  # credit codes came in 2015: no paper holds them
    return misnamed(name, row, source) or _registered(question, name, row, source)


def _registered(question: Question, name: str, row: Row, source: Source) -> Finding:
    since, until, why = row[3:]
    evidence = {"from": since[:4], "to": until[:4] if until else "", "as_of": source.as_of}
    alive = until is None if question.year is None else since[:4] <= str(question.year) <= (until or "9999")[:4]
    when = "截至登记数据日" if question.year is None else "所问年份"
    words = f"{name}已登记。" if alive else f"{name}已登记，{when}登记无效{f'（已{why}）' if why else ''}。"
    return answered(words, {"registered": AGREES, "valid": verdict(alive)}, **evidence)
