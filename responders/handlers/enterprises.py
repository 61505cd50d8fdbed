"""Enterprises by credit code, as the market and tax offices keep them."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from cases.names import same_name
from cases.question import Finding, Identity, Outcome, Question
from responders.handlers.findings import finding
from responders.handlers.persons import Source, forms_json

Row = tuple[Any, ...]


def rows_by_code(records: sqlite3.Connection, questions: Sequence[Question], table: str, columns: str) -> dict[str, Row]:
    """The rows (code, name, former name, *columns) of all asked enterprises. One query."""
    codes = {question.subjects["enterprise"].credit_code or "" for question in questions}
    query = f"SELECT code, name, former, {columns} FROM {table} WHERE code IN (SELECT value FROM json_each(?))"
    return {row[0]: row for row in records.execute(query, (forms_json(sorted(codes)),))}


def misnamed(name: str, row: Row, source: Source) -> Finding | None:
    """That a code belongs to another name; the name a firm had before counts as its own. Says nothing about the item."""
    if any(same_name(name, known) for known in (row[1], row[2]) if known):
        return None
    return finding(Outcome.IDENTITY_MISMATCH, "", {"identity": {"enterprise": Identity.NAME_DIFFERS}}, as_of=source.as_of)
