"""Residence permits of people registered elsewhere."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("residence_permit", "居住证", age=0, detail="address", exact=False, fact="address", beside=True)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person has a permit in force."""
    return ask_register(records, questions, REGISTER)
