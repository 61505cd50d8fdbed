"""Outbox: the table of letters to be sent, written in the transaction of the change they announce."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import BigInteger, Column, Executable, Identity, Integer, delete, literal_column, select
from sqlmodel import Field, Session, SQLModel, func

from broker.held_queues import HELD
from broker.letter import Letter
from storage.bulk_rows import among, insert_rows
from storage.encrypted_columns import EncryptedColumn, EncryptedText
from storage.json import Json
from storage.read_together import Lookup, read_together
from storage.row_encryption import Misplaced, decrypt_row
from storage.vault import Vault, vault_of


class Outgoing(SQLModel, table=True):
    """One letter waiting to be carried to its queue."""

    __tablename__ = "outbox"
    # AUTOINCREMENT: a number must not come twice, or a slow relay on SQLite would delete a letter it never carried.
    # A letter that waits can neither be altered nor sent elsewhere.
    __table_args__ = {"sqlite_autoincrement": True, "info": {"bound_by": ("id", "kind", "to_queue", "about")}}

    seq: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    )
    id: UUID
    kind: str
    to_queue: str
    about: str
    body: str = Field(sa_type=EncryptedText)
    posted_at: datetime


class Forged(Letter):
    """What was altered in the outbox, or put there by somebody who goes around us: it is buried and never carried."""

    found: bytes  # as it stands there


KEPT = "hecha_kept"  # in a session's info: who takes some letters at once instead (at_once.py)
OUTBOX = SQLModel.metadata.tables["outbox"]
LEAVES = OUTBOX.c.to_queue.not_in(HELD)  # asked anew each time: no letter slips out after a hold was committed


def post(session: Session, letters: Sequence[Letter]) -> None:
    """Puts letters into the outbox with one statement; they leave when the caller commits, in this order."""
    if kept := session.info.get(KEPT):
        letters = kept.sift(letters)
    insert_rows(session, OUTBOX, [_row(letter) for letter in letters])


def _row(letter: Letter) -> Json:
    body = to_json(letter.body).decode()
    row = {"id": letter.id, "kind": letter.kind, "to_queue": letter.to, "about": letter.about, "body": body}
    return row | {"posted_at": letter.posted_at}


def oldest(session: Session, at_most: int, lock: bool) -> dict[int, Letter]:
    """The letters that have waited longest, by their number; with `lock` those that no other relay is carrying."""
    query = select(OUTBOX).where(LEAVES).order_by(OUTBOX.c.seq).limit(at_most)
    rows = session.execute(query.with_for_update(skip_locked=True) if lock else query)
    return {row.seq: _letter(dict(row._mapping), vault_of(session)) for row in rows}


def take(session: Session, at_most: int) -> list[Letter]:
    """Takes the longest waiting letters out, on PostgreSQL: one statement, and other relays pass over them until we commit."""
    (rows,) = read_together(session, [Lookup(_taking(at_most), {})])
    vault = vault_of(session)
    return [_letter(_named(row), vault) for row in sorted(rows)]


def _named(row: Sequence[Any]) -> dict[str, Any]:
    """A row as the driver gives it, as the table's own code would."""
    found = dict(zip(OUTBOX.columns.keys(), row, strict=True))
    return {**found, "body": EncryptedColumn(found["body"]) if found["body"] else found["body"]}


@cache
def _taking(at_most: int) -> Executable:
    waiting = select(OUTBOX.c.seq).where(LEAVES).order_by(OUTBOX.c.seq).limit(literal_column(str(at_most)))
    first = waiting.with_for_update(skip_locked=True)
    return delete(OUTBOX).where(OUTBOX.c.seq.in_(first.scalar_subquery())).returning(OUTBOX)


def _letter(row: Mapping[str, Any], vault: Vault) -> Letter:
    # Checked when it was posted: checking it again cost the relay a third of its time.
    facts = {"to": row["to_queue"], **{name: row[name] for name in ("id", "kind", "about", "posted_at")}}
    try:
        return Letter.model_construct(body=from_json(decrypt_row(vault, OUTBOX, row)["body"]), **facts)
    except Misplaced:
        return Forged.model_construct(body={}, found=_raw(row["body"]), **facts)


def _raw(body: Any) -> bytes:
    found = body.kept if isinstance(body, EncryptedColumn) else body.value
    return found if isinstance(found, bytes) else str(found).encode()


def remove(session: Session, seqs: Sequence[int]) -> None:
    """Takes letters out that have been carried."""
    session.execute(delete(OUTBOX).where(among(session, OUTBOX.c.seq, seqs)))


def piled_up(session: Session) -> int:
    """How many letters wait for the relay; those that are held do not."""
    return int(session.execute(select(func.count()).select_from(OUTBOX).where(LEAVES)).scalar_one())


def waiting_since(session: Session) -> tuple[int, datetime | None]:
    """How many letters wait for the relay, and since when the oldest does."""
    count, oldest = session.execute(select(func.count(), func.min(OUTBOX.c.posted_at)).select_from(OUTBOX).where(LEAVES)).one()
    return int(count), oldest


def held_back(session: Session) -> dict[str, int]:
    """How many letters are held, by queue."""
    found = select(OUTBOX.c.to_queue, func.count()).where(OUTBOX.c.to_queue.in_(HELD)).group_by(OUTBOX.c.to_queue)
    return {queue: count for queue, count in session.execute(found)}  # noqa: C416  # rows are no pairs to mypy
