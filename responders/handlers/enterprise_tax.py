"""Taxes of enterprises: has everything been paid?"""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.enterprises import Row, misnamed, rows_by_code
from responders.handlers.findings import answered, silent, too_early, verdict
from responders.handlers.persons import Source

TABLES = ("taxpayer",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the enterprise owes nothing for the asked year, or for last year. Two queries a batch."""
    source = persons.source(records, "enterprise_tax")
    rows = rows_by_code(records, questions, "taxpayer", "paid_until")
    return [_finding(question, rows.get(question.subjects["enterprise"].credit_code or ""), source) for question in questions]


def _finding(question: Question, row: Row | None, source: Source) -> Finding:
    early, name = too_early(question, source), question.subjects["enterprise"].name
    if early:
        return early
    if row is None:
        return silent(question, source, source.electronic_from)
    wrong = misnamed(name, row, source)
    if wrong:
        return wrong
    year = question.year or int(source.as_of[:4]) - 1
    paid = row[3] >= year
    words = f"税务登记信息显示，{name}{year}年度{'无欠税' if paid else '税款未缴清'}。"
    return answered(words, {"paid": verdict(paid)}, year=str(year), as_of=source.as_of)
