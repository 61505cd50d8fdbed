"""Change broadcaster: one thread reads new lines of the trail and wakes the open live pages they concern."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from cases.case import Case
from cases.lifecycle import SETTLED
from cases.stations.placing import desks_of
from cases.trail import trail
from storage.database import Database
from storage.database_troubles import told_by
from storage.standstills import Standstill

LATE = 2.0  # seconds: lines are numbered before they are committed, so we look a little back and miss no late one


class Listener:
    """One waiting listener: what changed since it last looked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._event, self._heard = loop, asyncio.Event(), set[str]()
        self.ended = False

    def tell(self, keys: Iterable[str]) -> None:
        """Called by the broadcaster's thread."""
        with suppress(RuntimeError):  # a listener whose loop has ended must not make the others deaf
            self._loop.call_soon_threadsafe(self._take, set(keys))

    def end(self) -> None:
        """The server goes; called by any thread."""
        self.ended = True
        self.tell(())

    def _take(self, keys: set[str]) -> None:
        self._heard |= keys
        self._event.set()

    async def listen(self, seconds: float) -> set[str]:
        """The keys that changed, as soon as there are any; empty after so many seconds."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return set()
        self._event.clear()
        heard, self._heard = self._heard, set()
        return heard


class ChangeReader(Protocol):
    """Tells of changes that stand in a table of their own and leave no line on the trail; its keys begin with the table's name."""

    table: str

    def news(self, session: Session) -> set[str]:
        """The keys, each `table:...`, of those who see something else since the last call."""


class ChangeBroadcaster:
    """Fans changes out to any number of listeners in memory, at the cost of one query a change."""

    def __init__(self, database: Database, readers: Sequence[ChangeReader] = ()) -> None:
        self._database, self._lock, self._readers = database, threading.Lock(), readers
        self._listeners: dict[str, set[Listener]] = {}
        self._marks = deque[tuple[float, int]]()  # when we looked, and the newest line then
        self._seen = set[int]()
        self.beat = 0.0
        self._going = False
        self._standstill = Standstill("broadcaster_cannot_read", "broadcaster_reads_again")

    @contextmanager
    def listener(self, keys: Iterable[str]) -> Iterator[Listener]:
        """A listener to these keys while the block runs."""
        listener, names = Listener(asyncio.get_running_loop()), list(keys)
        listener.ended = self._going
        with self._lock:
            for name in names:
                self._listeners.setdefault(name, set()).add(listener)
        try:
            yield listener
        finally:
            with self._lock:
                for name in names:
                    self._listeners[name].discard(listener)
                    if not self._listeners[name]:
                        del self._listeners[name]

    def let_go(self) -> None:
        """Everybody who waits stops waiting: the server goes."""
        with self._lock:
            self._going, open_ones = True, set().union(*self._listeners.values()) if self._listeners else set[Listener]()
        for listener in open_ones:
            listener.end()

    @property
    def listeners(self) -> int:
        """How many listeners there are."""
        with self._lock:
            return len(set().union(*self._listeners.values())) if self._listeners else 0

    def run(self, stop: threading.Event) -> None:
        """Listens until told to stop."""
        signal = self._database.signal("trail", *(reader.table for reader in self._readers))
        owed = True
        while not stop.is_set():
            rung = signal.wait(1.0) or owed
            if rung and (self._listeners or not self._marks):
                owed = not self._looked()
        signal.close()

    def _looked(self) -> bool:
        """False when the database was away: the look is owed, for nothing is signalled again for the same change."""
        try:
            self._look()
        except SQLAlchemyError as error:
            self._standstill.begin(type(error).__name__, reason=told_by(error))
            return False
        self._standstill.end()
        return True

    def _look(self) -> None:
        with self._database.read() as session:
            if not self._marks:
                self._mark(trail.newest(session))
            lines = trail.since(session, self._marks[0][1])
            news = [(number, state) for line, number, state in lines if number and line not in self._seen]
            fresh = {number for number, _ in news}
            keys = self._owners(session, fresh).union(*(self._news(session, reader) for reader in self._readers))
        self._seen = {line for line, _, _ in lines}
        self._mark(max(self._seen, default=self._marks[-1][1]))
        settled = {f"settled:{number}" for number, state in news if state in SETTLED}
        self._fan_out({f"case:{number}" for number in fresh} | settled | keys)

    def _mark(self, newest: int) -> None:
        now = time.monotonic()
        self._marks.append((now, newest))
        while len(self._marks) > 1 and self._marks[1][0] < now - LATE:
            self._marks.popleft()

    def _owners(self, session: Session, numbers: set[str]) -> set[str]:
        """The keys of those whose cases these are, where anybody waits for more than a single case."""
        with self._lock:
            wanted = any(not name.startswith(("case:", "settled:")) for name in self._listeners)
        if not wanted or not numbers:
            return set()
        found = session.exec(
            select(Case.unit, Case.holder, Case.station, Case.handings).where(col(Case.number).in_(numbers)).distinct()
        )
        owners = ({unit, *desks_of(holder, station, handings)} for unit, holder, station, handings in found)
        return {"all"} | {f"unit:{unit}" for units in owners for unit in units}

    def _news(self, session: Session, reader: ChangeReader) -> set[str]:
        """What this reader tells, where anybody waits for it."""
        with self._lock:
            wanted = any(name.startswith(f"{reader.table}:") for name in self._listeners)
        return reader.news(session) if wanted else set()

    def _fan_out(self, keys: set[str]) -> None:
        with self._lock:
            told: dict[Listener, set[str]] = {}
            for key in keys & self._listeners.keys():
                for listener in self._listeners[key]:
                    told.setdefault(listener, set()).add(key)
        for listener, names in told.items():
            listener.tell(names)
