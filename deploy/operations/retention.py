"""Retention in every room: what of a case is blocked and deleted, table by table, and when."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session

from cases import retention
from cases.bundles.bundle import bundles_of
from cases.catalogue.item import Item
from cases.commitments import keeping
from cases.rulebook import Rulebook
from deploy.tables import all_tables
from reform.papers.paper import drop_papers, old_photographs
from storage.bulk_rows import among
from storage.database import Database

# Of these tables the lines of a deleted case go as a whole: table and the column with the case's number.
GONE = {
    "named": "number", "draft": "number", "frozen_ladder": "number", "held_finding": "number", "idempotency": "number",
    "presence": "number", "unread": "number", "attachment": "number", "attachment_page": "number",
    "errand": "number", "errand_person": "number",
}  # fmt: skip
# Of these they stay without what was said in them.
EMPTIED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "statement": ("about", {"words": "", "contact_name": ""}),
    "unclear_reply": ("about", {"words": "", "contact_name": ""}),
    "rating": ("number", {"words": ""}),
    "proof": ("number", {"words": None, "file": None, "note": ""}),
    "message": ("number", {"words": ""}),
    "amendment": ("number", {"reason": "", "earlier": None, "wanted": None}),
    "batch_row": ("number", {"question": None, "cells": None, "faults": None}),
    "dead_letter": ("about", {"wire": b""}),
}
# Of commitments these lines stay, without what was found and said; with them the person is found by nobody on the list.
EMPTIED_OF_COMMITMENTS: Mapping[str, Mapping[str, Any]] = {
    "commitment_hearing": {"record": {}, "earlier": [], "objection": "", "late_reason": "", "reason": ""},
    "commitment_inspection": {"words": "", "document": ""},
    "commitment_listed": {"key": "", "reason": "", "off_reason": ""},
}


Due = Callable[[Session, Mapping[str, Item], datetime], list[str]]  # which cases are due
Act = Callable[[Session, list[str], datetime], None]  # what is done with them


class Keeper:
    """Blocks and deletes what has had its time, some cases in a transaction; any number may run side by side."""

    def __init__(self, database: Database, rulebook: Rulebook) -> None:
        self._database, self._items, self._photograph_months = database, rulebook.catalogue.items, rulebook.photograph_months

    def keep(self, now: datetime) -> tuple[int, int]:
        """Does all that is due, for commitments and photographs too; how many cases were blocked and how many deleted."""
        done = self._all(retention.to_block, retention.block, now), self._all(retention.to_delete, wipe, now)
        self._all(lambda session, _, at: keeping.to_block(session, at), keeping.block, now)
        self._all(lambda session, _, at: keeping.to_delete(session, at), wipe_commitments, now)
        self._all(self._old_photographs, lambda session, papers, _: drop_papers(session, papers), now)
        return done

    def _old_photographs(self, session: Session, _: object, now: datetime) -> list[str]:
        return list(old_photographs(session, retention.months_before(now, self._photograph_months)))

    def _all(self, due: Due, act: Act, now: datetime) -> int:
        count = 0
        while self._any(due, now):
            with self._database.write() as session:
                numbers = due(session, self._items, now)
                if numbers:
                    act(session, numbers, now)
            count += len(numbers)
            if not numbers:
                break  # another clock has them
        return count

    def _any(self, due: Due, now: datetime) -> bool:
        # Looking takes no lock: an idle clock never stands in a writer's way.
        with self._database.read() as session:
            return bool(due(session, self._items, now))


def wipe_commitments(session: Session, numbers: list[str], now: datetime) -> None:
    """Takes away for good who made these commitments, and where their telephones were texted."""
    tables = all_tables().tables
    alerts = tables["alert"]
    session.connection().execute(update(alerts).where(among(session, alerts.c.about, numbers)).values(to_number=""))
    for name, gone in EMPTIED_OF_COMMITMENTS.items():
        table = tables[name]
        session.connection().execute(update(table).where(among(session, table.c.number, numbers)).values(gone))
    keeping.wipe(session, numbers, now)


def wipe(session: Session, numbers: list[str], now: datetime) -> None:
    """Takes away for good everything said about the people of these cases, in every room."""
    tables = all_tables().tables
    for name, column in GONE.items():
        table = tables[name]
        session.connection().execute(delete(table).where(among(session, table.c[column], numbers)))
    for name, (column, values) in EMPTIED.items():
        table = tables[name]
        session.connection().execute(update(table).where(among(session, table.c[column], numbers)).values(values))
    for name in ("unread", "idempotency"):  # of the bundles that these cases belong to, by the bundle's number
        table = tables[name]
        session.connection().execute(delete(table).where(table.c.number.in_(bundles_of(session, numbers))))
    retention.empty(session, numbers, now)
