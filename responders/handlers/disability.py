"""Disability certificates, from their register."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("disability", "残疾人证", age=0)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person has a certificate in force."""
    return ask_register(records, questions, REGISTER)
