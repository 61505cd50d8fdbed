"""Social insurance accounts."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("social_insurance", "社会保险", age=16)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person is insured, now or in the asked year."""
    return ask_register(records, questions, REGISTER)
