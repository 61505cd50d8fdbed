"""Vehicles registered to a person."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("vehicle", "机动车", age=18, detail="plate")
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person owns a vehicle; with `details.plate` whether that one."""
    return ask_register(records, questions, REGISTER)
