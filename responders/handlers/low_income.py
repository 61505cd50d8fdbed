"""Households on minimum subsistence support."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("low_income", "低收入救助", age=0)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person receives support, now or in the asked year."""
    return ask_register(records, questions, REGISTER)
