"""Inbox: the table of handled letter ids, written in the work's own transaction, so that none is handled twice."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select, tuple_
from sqlmodel import Field, Session, SQLModel

from broker.letter import Letter
from storage.bulk_rows import insert_new, insert_rows


class Handled(SQLModel, table=True):
    """This reader has done its work on this letter."""

    __tablename__ = "inbox"

    letter_id: UUID = Field(primary_key=True)
    queue: str = Field(primary_key=True)
    handled_at: datetime = Field(index=True)
    mark: str = Field(default="", max_length=24)  # of the very encryption that was handled


INBOX = SQLModel.metadata.tables["inbox"]
AGAIN = "hecha_again"  # in a session's info: letters are handled that were tried before
REHEARSAL = "rehearsal"  # a queue that nobody has
NO_MARKS: Mapping[UUID, str] = {}


def fresh(
    session: Session, queue: str, letters: Sequence[Letter], now: datetime, marks: Mapping[UUID, str] = NO_MARKS
) -> list[Letter]:
    """Those of the letters that this queue's readers have not handled before, each once, marked as handled with one statement.

    `marks` of their sealings are kept beside them: by them a copy is told from the same letter sent again.
    """
    if not letters:
        return []
    # Sorted, so that two readers of the same letters wait for each other instead of deadlocking.
    ids = sorted({letter.id for letter in letters})
    rows = [{"letter_id": id_, "queue": queue, "handled_at": now, "mark": marks.get(id_, "")} for id_ in ids]
    new = set(insert_new(session, INBOX, rows, "letter_id"))
    first: dict[UUID, Letter] = {}
    for letter in letters:
        first.setdefault(letter.id, letter)
    return [letter for letter in first.values() if letter.id in new]


def mark(session: Session, letters: Sequence[Letter], now: datetime) -> None:
    """Marks letters as handled that nobody can have handled before: they were just written."""
    rows = [{"letter_id": one.id, "queue": one.to, "handled_at": now, "mark": ""} for one in letters]
    insert_rows(session, INBOX, rows)


def marks_of(session: Session, queue: str, ids: Iterable[UUID]) -> dict[UUID, str]:
    """By which encryption these letters were handled, as far as they were."""
    handled = select(INBOX.c.letter_id, INBOX.c.mark).where(INBOX.c.queue == queue, INBOX.c.letter_id.in_(list(ids)))
    return {row.letter_id: row.mark for row in session.execute(handled)}


def unmark(session: Session, queue: str, ids: Iterable[UUID]) -> None:
    """These letters are not handled after all: they were refused, and may be put back into their queue one day."""
    session.connection().execute(delete(INBOX).where(INBOX.c.queue == queue, INBOX.c.letter_id.in_(list(ids))))


def rehearse(session: Session, now: datetime) -> None:
    """Writes an id down and takes it away again, as all work here begins: raises what the database says where it takes nothing."""
    id_ = uuid4()
    session.connection().execute(insert(INBOX).values(letter_id=id_, queue=REHEARSAL, handled_at=now, mark=""))
    unmark(session, REHEARSAL, [id_])


def any_older(session: Session, before: datetime) -> bool:
    """Whether there is anything to forget: looking takes no lock."""
    return session.execute(select(INBOX.c.letter_id).where(INBOX.c.handled_at < before).limit(1)).first() is not None


def forget(session: Session, before: datetime, at_most: int = 10_000) -> int:
    """Deletes up to so many ids handled before this time; says how many. Call again while it is as many."""
    key = INBOX.c.letter_id, INBOX.c.queue
    old = select(*key).where(INBOX.c.handled_at < before).limit(at_most)
    gone = session.connection().execute(delete(INBOX).where(tuple_(*key).in_(old)))
    return gone.rowcount
