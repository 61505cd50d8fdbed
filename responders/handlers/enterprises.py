"""Enterprises by credit code, as the market and tax offices keep them."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from cases.question import Finding, Question
from responders.handlers.findings import contradicted
from responders.handlers.persons import forms_json

Row = tuple[Any, ...]


def rows_by_code(records: sqlite3.Connection, questions: Sequence[Question], table: str, columns: str) -> dict[str, Row]:
    """The rows (code, name, former name, *columns) of all asked enterprises. One query."""
    codes = {question.subjects["enterprise"].credit_code or "" for question in questions}
    query = f"SELECT code, name, former, {columns} FROM {table} WHERE code IN (SELECT value FROM json_each(?))"
    return {row[0]: row for row in records.execute(query, (forms_json(sorted(codes)),))}


def misnamed(name: str, row: Row) -> Finding | None:
    """The word on a code that belongs to another name; the name a firm had before counts as its own."""
    if name in (row[1], row[2]):
        return None
    return contradicted(f"登记信息中，“{name}”与所填统一社会信用代码不相符。", mismatch="name")
