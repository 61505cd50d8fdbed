"""Accounts of the housing fund: their state, what is paid in, and whether there is a loan."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.persons import Row
from responders.handlers.queries.listing import Listing, list_entries

STATES = {"正常": "paying", "封存": "sealed", "销户": "closed"}
LOANS = {"有": "yes", "无": "no"}
TABLES = ("account",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Every account on the store's day, closed ones too; of a year those that were open in it."""
    return list_entries(records, questions, LISTING)


def _fields(row: Row) -> dict[str, object]:
    since, until, state, monthly, balance, loan = row[2:]
    money = {"monthly": monthly, "balance": balance}
    return {"state": STATES.get(state, "other"), "since": since, "until": until, **money, "loan": LOANS.get(loan, "other")}


LISTING = Listing("housing_fund_record", "account", "since, until, state, monthly, balance, loan", 16, _fields, past=True)
