"""Real estate registered to a person; older deeds lie on paper."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.registers import Register, ask_register

REGISTER = Register("real_estate", "不动产", age=18, detail="address", exact=False)
TABLES = (REGISTER.item,)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """Whether the person owns real estate; with `details.address` whether at that address."""
    return ask_register(records, questions, REGISTER)
