"""Held queues: the table of queues (of frozen units) whose letters stay in the outbox until they are let go."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.bulk_rows import upsert_rows
from storage.remembered import remembered


class HeldQueue(SQLModel, table=True):
    """No letter leaves for this queue. The row alone is the hold: the letters themselves are not touched."""

    __tablename__ = "held_queue"

    queue: str = Field(primary_key=True, max_length=64)
    since: datetime


HELD_QUEUE = SQLModel.metadata.tables["held_queue"]
HELD = select(HELD_QUEUE.c.queue)


def hold(session: Session, queues: Iterable[str], now: datetime) -> None:
    """Holds letters to these queues from the commit on; what the relay is carrying at that moment still goes."""
    rows = [{"queue": queue, "since": now} for queue in queues]
    upsert_rows(session, HELD_QUEUE, rows)


def held_now(session: Session) -> Collection[str]:
    """The queues that are held, as far as it was known half a second ago."""
    found = remembered(session, "held", ("held_queue",), ["all"], lambda _: {"all": frozenset(session.execute(HELD).scalars())})
    return found["all"]


def let_go(session: Session, queues: Iterable[str]) -> None:
    """Letters to these queues leave again, those that waited first."""
    session.connection().execute(delete(HELD_QUEUE).where(col(HeldQueue.queue).in_(list(queues))))
