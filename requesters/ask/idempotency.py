"""Idempotency keys: the table of keys by which a unit's system asked; sent again, a question gives the same case."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlmodel import Field, Session, SQLModel, col, select, tuple_

from storage.bulk_rows import inserting_new
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.read_together import Lookup
from storage.vault import Vault, vault_of

OTHER_BODY = N_("This key was used before for another question.")


class IdempotencyRecord(SQLModel, table=True):
    """A key by which a unit's system asked: the same key and question give the same case, however often it is sent."""

    __tablename__ = "idempotency"

    unit: str = Field(primary_key=True, max_length=32)
    key: str = Field(primary_key=True, max_length=128)
    digest: str = Field(max_length=64)
    number: str = Field(max_length=32)
    at: datetime = Field(index=True)


class Keyed(NamedTuple):
    """A question that came with a key, and the number its case is to have if the key is new."""

    unit: str
    key: str
    question: BaseModel  # or a whole bundle
    number: str


class KeyClaims:
    """Claims the keys of these questions: `lookups` are read, `take` says which had been used.

    Written first and looked at afterwards: of two senders with one key at one moment exactly one opens the case.
    """

    def __init__(self, session: Session, keyed: Mapping[int, Keyed], now: datetime) -> None:
        """`keyed`: the questions that have a key, by their place in the batch."""
        self._session, self._keyed, self._now, self._vault = session, keyed, now, vault_of(session)

    def lookups(self) -> list[Lookup]:
        """What is asked of the database: nothing where no question has a key."""
        rows = {(one.unit, one.key): self._row(one) for one in reversed(list(self._keyed.values()))}
        # Sorted, so that two senders of the same keys wait for each other instead of deadlocking.
        ordered = [rows[key] for key in sorted(rows)]
        return [inserting_new(self._session, SQLModel.metadata.tables["idempotency"], ordered, "key")] if rows else []

    def take(self, claimed: Sequence[Sequence[Any]]) -> dict[int, str | Problem]:
        """By place the case of each question that was asked before, or why its key may not be used for it."""
        if sum(map(len, claimed)) == len(self._keyed):
            return {}
        held = _records(self._session, self._keyed.values())
        return {
            place: self._earlier(held[one.unit, one.key], one)
            for place, one in self._keyed.items()
            if held[one.unit, one.key].number != one.number
        }

    def _row(self, one: Keyed) -> Json:
        return {
            "unit": one.unit,
            "key": one.key,
            "number": one.number,
            "at": self._now,
            "digest": digest_of(one.question, self._vault),
        }

    def _earlier(self, record: IdempotencyRecord, one: Keyed) -> str | Problem:
        if record.digest == digest_of(one.question, self._vault):
            return record.number
        return Problem([FieldFault("Idempotency-Key", "key_reused", OTHER_BODY)])


def asked_earlier(session: Session, keyed: Mapping[int, Keyed]) -> dict[int, str]:
    """By place the cases of those of these questions that were asked before with the same key. No query for none."""
    if not keyed:
        return {}
    found, vault = _records(session, keyed.values()), vault_of(session)
    same = {place: (found.get((one.unit, one.key)), digest_of(one.question, vault)) for place, one in keyed.items()}
    return {place: known.number for place, (known, digest) in same.items() if known and known.digest == digest}


def _records(session: Session, keyed: Iterable[Keyed]) -> dict[tuple[str, str], IdempotencyRecord]:
    keys = [(one.unit, one.key) for one in keyed]
    found = select(IdempotencyRecord).where(tuple_(col(IdempotencyRecord.unit), col(IdempotencyRecord.key)).in_(keys))
    return {(one.unit, one.key): one for one in session.exec(found)}


def digest_of(question: BaseModel, vault: Vault) -> str:
    """Tells whether two bodies ask the same, and nobody else what they ask."""
    return vault.mac(question.model_dump_json().encode(), "idempotency.digest").hex()
