"""Taxes of enterprises: whether all of a year's tax has been paid."""

import sqlite3
from collections.abc import Sequence
from datetime import date

from cases.question import Finding, Outcome, Question
from responders.handlers import persons
from responders.handlers.enterprises import Row, misnamed, rows_by_code
from responders.handlers.findings import answered, finding, not_digitised, outside_years, silent, traces, verdict
from responders.handlers.persons import Source

TABLES = ("taxpayer",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether nothing is owed for the asked year, or for the last full year in which the firm was taxed. Two queries a batch."""
    source = persons.source(records, "enterprise_tax")
    rows = rows_by_code(records, questions, "taxpayer", "paid_until, since, until")
    return [_finding(question, rows.get(question.subjects["enterprise"].credit_code or ""), source) for question in questions]


def _finding(question: Question, row: Row | None, source: Source) -> Finding:
    early, name = outside_years(question, source), question.subjects["enterprise"].name
    if early:
        return early
    if row is None:
        return silent(question, source, source.electronic_from)
    return misnamed(name, row, source) or _taxed(question, name, row, source)


def _taxed(question: Question, name: str, row: Row, source: Source) -> Finding:
    paid_until, since, until = row[3:]
    first, last = int(since[:4]), int((until or source.as_of)[:4])
    # Without a year: the last full one, or the first where none is over yet; a taxpayer on record is never told of as none.
    year = question.year or max(first, last - 1)
    if not first <= year <= last:
        return silent(question, source, source.electronic_from)  # no taxpayer in that year, and nothing to owe
    if year == last:
        return _not_over(name, year, until, source)
    paid = paid_until >= year
    words = f"税务登记信息显示，{name}{year}年度{'无欠税' if paid else '税款未缴清'}。"
    return answered(words, {"paid": verdict(paid)}, year=str(year), as_of=source.as_of)


def _not_over(name: str, year: int, until: str | None, source: Source) -> Finding:
    """What is owed for a year is known when it is over; for the one in which a firm closed, by its papers."""
    if until:
        return not_digitised(f"{name}于{year}年注销税务登记，当年税款结清情况需人工核对。", **traces(source, near="changed"))
    said = {"available_on": date(year + 1, 1, 1)}
    return finding(Outcome.AVAILABLE_FROM, f"{year}年度尚未结束，纳税情况待年度终了后可核。", said, as_of=source.as_of)
