"""Dead letters: the table of letters nobody could read or handle; sent again, or dropped with a reason."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import BigInteger, Column, Identity, Integer, Select, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col

from broker.crypto.jose import NoToken, read_head
from broker.crypto.letter_trees import MARK
from broker.letter import Letter, Unreadable
from broker.transports.transport import DEAD, Delivery, Transport, TransportError
from storage.bulk_rows import insert_rows
from storage.database import Database
from storage.database_troubles import told_by
from storage.encrypted_columns import EncryptedBytes
from storage.json import Json
from storage.standstills import Standstill
from storage.vault import Vault, vault_of

SIGNED, ENCRYPTED = 3, 5  # parts of a JWS and of a JWE in compact form
WAIT = 0.3  # seconds for the first letter, so that a stop is heard
PAUSE = 1.0  # seconds to wait when the post office or the database is away

log = structlog.get_logger()


class DeadLetter(SQLModel, table=True):
    """A buried letter, and what became of it."""

    __tablename__ = "dead_letter"
    __table_args__ = {"info": {"bound_by": ("digest",)}}

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)
    )
    queue: str  # where it came from, and where it goes when it is put back
    reason: str
    wire: bytes = Field(sa_type=EncryptedBytes)
    digest: str = Field(index=True)
    letter_id: UUID | None = None
    kind: str = ""
    about: str = ""
    buried_at: datetime
    settled_at: datetime | None = Field(default=None, index=True)
    settled_how: str = ""
    settled_by: str = ""


DEAD_LETTER = SQLModel.metadata.tables["dead_letter"]


def keep(session: Session, deliveries: Sequence[Delivery], now: datetime) -> int:
    """Records buried letters with one statement, passing over those already waiting here; says how many are new."""
    rows = {row["digest"]: row for row in (_row(delivery, now, vault_of(session)) for delivery in deliveries)}
    known = select(DEAD_LETTER.c.digest).where(DEAD_LETTER.c.digest.in_(rows), DEAD_LETTER.c.settled_at.is_(None))
    for digest in session.execute(known).scalars().all():
        rows.pop(digest, None)
    if rows:
        insert_rows(session, DEAD_LETTER, list(rows.values()))
    return len(rows)


def _row(delivery: Delivery, now: datetime, vault: Vault) -> Json:
    letter, queue = delivery.letter, delivery.source or delivery.queue
    digest = vault.mac(queue.encode() + b"\0" + delivery.wire, "dead_letter.digest").hex()
    row = {"queue": queue, "reason": delivery.fault, "wire": delivery.wire, "digest": digest, "buried_at": now}
    row |= {"settled_at": None, "settled_how": "", "settled_by": ""}
    if letter is None:
        return row | {"letter_id": None, "kind": "", "about": ""}
    return row | {"letter_id": letter.id, "kind": letter.kind, "about": letter.about}


def waiting(session: Session, at_most: int = 200) -> list[DeadLetter]:
    """Buried letters nobody has decided about, oldest first."""
    query = select(DeadLetter).where(col(DeadLetter.settled_at).is_(None)).order_by(col(DeadLetter.id)).limit(at_most)
    return list(session.execute(query).scalars())


def still_waiting(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of these that are dead letters nobody has decided about."""
    return {one.id for one in session.execute(_unsettled(ids)).scalars() if one.id}


def is_unsigned(wire: bytes) -> bool:
    """Whether it has not the form of a letter that was signed (JWS) or signed and encrypted (JWE).

    The reason it was buried with is not asked: whoever buries a letter writes that themselves, a unit too.
    """
    parts = wire.split(b".")
    try:
        return len(parts) not in (SIGNED, ENCRYPTED) or "alg" not in read_head(parts[0].rpartition(MARK)[2])
    except NoToken:
        return True


def replay(session: Session, transport: Transport, ids: Sequence[int], by: str, now: datetime) -> int:
    """Puts letters back into their queues and marks them; says how many. Raises TransportError, and then marks none.

    One that bears no signature is encrypted by the house: whoever puts it back vouches for it.
    """
    chosen = session.execute(_unsettled(ids).order_by(col(DeadLetter.id)).with_for_update()).scalars().all()
    for queue in sorted({dead.queue for dead in chosen}):
        wires = [dead.wire for dead in chosen if dead.queue == queue]
        plain = [letter for wire in wires if (letter := _plain(wire, queue))]
        transport.publish(plain)
        transport.publish_wire(queue, [wire for wire in wires if not _plain(wire, queue)])
    _settle(session, [dead.id for dead in chosen if dead.id], "put back", by, now)
    return len(chosen)


def _plain(wire: bytes, queue: str) -> Letter | None:
    """The letter, where it is one in clear for this queue."""
    try:
        letter = Letter.read(wire)
    except Unreadable:
        return None
    return letter if letter.to == queue else None


def drop(session: Session, ids: Sequence[int], reason: str, by: str, now: datetime) -> int:
    """Marks letters as not to be delivered, with the reason; says how many. The row stays."""
    chosen = session.execute(_unsettled(ids).with_for_update()).scalars().all()
    _settle(session, [dead.id for dead in chosen if dead.id], f"dropped: {reason}", by, now)
    return len(chosen)


def _unsettled(ids: Sequence[int]) -> Select[DeadLetter]:
    return select(DeadLetter).where(col(DeadLetter.id).in_(ids), col(DeadLetter.settled_at).is_(None))


def _settle(session: Session, ids: Sequence[int], how: str, by: str, now: datetime) -> None:
    marks = {"settled_at": now, "settled_how": how, "settled_by": by}
    session.execute(update(DEAD_LETTER).where(DEAD_LETTER.c.id.in_(ids)).values(**marks))
    session.expire_all()


class DeadReader:
    """Carries what is buried from the queue `dead` into the table."""

    def __init__(self, database: Database, transport_factory: Callable[[], Transport], now: Callable[[], datetime]) -> None:
        self.last_beat: datetime | None = None
        self.healthy = True
        self._standstill = Standstill("dead_reader_waits", "dead_reader_goes_on")
        self._database, self._open, self._now = database, transport_factory, now

    def run(self, stop: threading.Event) -> None:
        """Reads until told to stop; comes back by itself when the post office or the database was away."""
        while not stop.is_set():
            try:
                self._read(stop)
            except (TransportError, SQLAlchemyError) as error:
                self.healthy, self.last_beat = False, self._now()
                self._standstill.begin(type(error).__name__, reason=told_by(error))
                stop.wait(PAUSE)

    def _read(self, stop: threading.Event) -> None:
        transport = self._open()
        try:
            transport.declare([])
            while not stop.is_set():
                deliveries = transport.receive(DEAD, 100, WAIT)
                self.last_beat = self._now()
                if deliveries:
                    self._record(transport, deliveries)
                self.healthy = True
                self._standstill.end()
        finally:
            transport.close()

    def _record(self, transport: Transport, deliveries: Sequence[Delivery]) -> None:
        with self._database.write() as session:
            kept = keep(session, deliveries, self._now())
        transport.ack(deliveries)
        queues, reasons = sorted({d.source for d in deliveries}), sorted({d.fault for d in deliveries})
        log.warning("letters_buried", count=kept, queues=queues, reasons=reasons)
