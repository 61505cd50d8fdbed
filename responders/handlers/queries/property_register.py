"""The register of real estate: what is registered in somebody's name, deed by deed."""

import sqlite3
from collections.abc import Sequence

from cases.question import Finding, Question
from responders.handlers.persons import Row
from responders.handlers.queries.listing import Fields, Listing, list_entries

USES = {"住宅": "home", "商业": "business", "工业": "industry"}
SHARES = {"单独所有": "sole", "共同共有": "joint", "按份共有": "portion"}
BURDENS = {"无": "none", "抵押": "mortgaged", "查封": "seized"}
TABLES = ("deed",)


def find(records: sqlite3.Connection, questions: Sequence[Question]) -> list[Finding]:
    """The deeds in force on the store's day, or in the asked year."""
    return list_entries(records, questions, LISTING)


def _fields(row: Row) -> Fields:
    certificate, address, use, area, share, burden = row[4:]
    codes = {"use": USES.get(use, "other"), "share": SHARES.get(share, "other"), "burden": BURDENS.get(burden, "other")}
    return {"certificate": certificate, "address": address, "area": area, "registered_on": row[2], **codes}


LISTING = Listing("property_register", "deed", "since, until, certificate, address, use, area, share, burden", 18, _fields)
