"""The register of enterprises: name, kind, legal representative, capital and state, by credit code."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers import persons
from responders.handlers.enterprises import Row, misnamed, rows_by_code
from responders.handlers.findings import outside_years, silent
from responders.handlers.persons import Source
from responders.handlers.queries.listing import listed

KINDS = {"有限责任公司": "limited", "股份有限公司": "joint_stock", "个人独资企业": "sole_owner"}
STATES = {"存续": "in_business", "注销": "deregistered", "吊销": "revoked"}
TABLES = ("licence",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """What is registered of each enterprise on the store's day. Two queries a batch."""
    source = persons.source(records, "enterprise_register")
    rows = rows_by_code(records, questions, "licence", "head, kind, capital, address, since, until, state")
    return [_finding(question, rows.get(question.subjects["enterprise"].credit_code or ""), source) for question in questions]


def _finding(question: Question, row: Row | None, source: Source) -> Finding:
    early = outside_years(question, source)
    if early:
        return early
    if row is None:
        return silent(question, source, source.electronic_from)  # credit codes came in 2015: no paper holds them
    wrong = misnamed(question.subjects["enterprise"].name, row, source)
    return wrong or listed(source, [_fields(row)])


def _fields(row: Row) -> dict[str, object]:
    _, name, former, head, kind, capital, address, since, until, state = row
    names = {"name": name, "former_name": former, "head": head, "kind": KINDS.get(kind, "other")}
    told = {"capital": capital, "address": address, "founded_on": since, "ended_on": until}
    return {**names, **told, "state": STATES.get(state, "other")}
