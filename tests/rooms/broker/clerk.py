"""What the tests of the post office write down, and the letters they post."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select
from sqlmodel import Session

from broker.letter import Letter
from storage.database import Database

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


# Not among the house's tables: whoever backs up or migrates all of them would miss it.
OWN = MetaData()
EFFECT = Table("test_effect", OWN, Column("id", Integer, primary_key=True), Column("about", String, nullable=False))


def now() -> datetime:
    """The tests' clock."""
    return NOW


def letters(queue: str, count: int, **body: Any) -> list[Letter]:
    """Letters numbered in their `about`."""
    return [Letter.post("question", queue, str(i), body, NOW) for i in range(count)]


def write_down(session: Session, batch: Sequence[Letter], _now: datetime) -> None:
    """A handler: its effect is a row in EFFECT for each letter."""
    session.execute(insert(EFFECT), [{"about": letter.about} for letter in batch])


def effects(database: Database) -> list[str]:
    """What was written down, in order."""
    with database.read() as session:
        return list(session.execute(select(EFFECT.c.about).order_by(EFFECT.c.id)).scalars())


def until(true: Callable[[], object], seconds: float = 15) -> None:
    """Waits until this is so."""
    end = monotonic() + seconds
    while not true():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.01)


@contextmanager
def running(*loops: Callable[[Event], None]) -> Iterator[None]:
    """Each loop in a thread of its own, stopped and joined at the end."""
    stop = Event()
    threads = [Thread(target=loop, args=(stop,)) for loop in loops]
    [thread.start() for thread in threads]
    try:
        yield
    finally:
        stop.set()
        [thread.join(20) for thread in threads]
        assert not any(thread.is_alive() for thread in threads)
