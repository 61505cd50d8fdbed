"""Housing fund accounts."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("housing_fund", "住房公积金", age=16)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person has an account, now or in the asked year."""
    return ask_register(records, questions, REGISTER)
