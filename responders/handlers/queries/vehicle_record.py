"""The register of vehicles: what is registered in somebody's name, car by car."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.persons import Row
from responders.handlers.queries.listing import Fields, Listing, list_entries

KINDS = {"小型汽车": "car", "轻型货车": "lorry", "普通摩托车": "motorcycle"}
STATES = {"正常": "normal", "抵押": "mortgaged", "查封": "seized"}
TABLES = ("car",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """The vehicles registered on the store's day, or in the asked year."""
    return list_entries(records, questions, LISTING)


def _fields(row: Row) -> Fields:
    plate, kind, state = row[4:]
    return {"plate": plate, "kind": KINDS.get(kind, "other"), "registered_on": row[2], "state": STATES.get(state, "other")}


LISTING = Listing("vehicle_record", "car", "since, until, plate, kind, state", 18, _fields)
