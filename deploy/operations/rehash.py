"""Keying: indexes of people that were made without a secret, so that all ID numbers could be tried on them, are made anew."""

from collections.abc import Callable, Mapping

from sqlalchemy import Table, delete, func, select, tuple_
from sqlmodel import Session, SQLModel, col

from cases.case import Case, keyed_print
from cases.subject_index import KEYED, Named, keyed
from requesters.ask.submit import Receipt, keyed_digest
from storage.bulk_rows import insert_new, update_rows
from storage.vault import Vault

Keying = Callable[[Session, Vault, int], int]


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def key_named(session: Session, vault: Vault, at_most: int) -> int:
    """So many of those who are named in cases; how many it were."""
    old = select(col(Named.key), col(Named.number)).where(func.substr(col(Named.key), 1, 1) != KEYED).limit(at_most)
    rows = [tuple(row) for row in session.connection().execute(old)]
    if rows:
        gone = delete(Named).where(tuple_(col(Named.key), col(Named.number)).in_(rows))
        session.connection().execute(gone)
        insert_new(session, _table("named"), [{"key": keyed(key, vault), "number": number} for key, number in rows], "number")
    return len(rows)


def key_fingerprints(session: Session, vault: Vault, at_most: int) -> int:
    """So many fingerprints of cases; how many it were."""
    old = select(col(Case.number), col(Case.fingerprint)).where(func.substr(col(Case.fingerprint), 1, 1) != KEYED)
    found = session.connection().execute(old.limit(at_most).with_for_update()).all()
    rows = [{"b_number": number, "fingerprint": keyed_print(plain, vault)} for number, plain in found]
    update_rows(session, _table("cases"), {"number": "b_number"}, rows)
    return len(rows)


def key_digests(session: Session, vault: Vault, at_most: int) -> int:
    """So many digests of questions that units' systems sent; how many it were."""
    old = select(col(Receipt.unit), col(Receipt.key), col(Receipt.digest)).where(func.substr(col(Receipt.digest), 1, 1) != KEYED)
    found = session.connection().execute(old.limit(at_most).with_for_update()).all()
    rows = [{"b_unit": unit, "b_key": key, "digest": keyed_digest(plain, vault)} for unit, key, plain in found]
    update_rows(session, _table("idempotency"), {"unit": "b_unit", "key": "b_key"}, rows)
    return len(rows)


KEYINGS: Mapping[str, Keying] = {"named": key_named, "cases": key_fingerprints, "idempotency": key_digests}
