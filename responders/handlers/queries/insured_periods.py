"""Periods of social insurance: since when and until when somebody was insured, and how many months were paid."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.persons import Row
from responders.handlers.queries.listing import Listing, list_entries

KINDS = {"职工基本养老保险": "employees", "城乡居民基本养老保险": "residents"}
STATES = {"正常参保": "insured", "停保": "stopped"}
TABLES = ("period",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Every period until the store's day, those that have ended too; of a year those of that year."""
    return list_entries(records, questions, LISTING)


def _fields(row: Row) -> dict[str, object]:
    since, until, kind, months, state = row[2:]
    told = {"kind": KINDS.get(kind, "other"), "months": months, "state": STATES.get(state, "other")}
    return {**told, "since": since, "until": until}


LISTING = Listing("insured_periods", "period", "since, until, kind, months, state", 16, _fields, past=True)
