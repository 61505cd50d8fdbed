"""The hub: one thread hears the bell, reads what is new on the trail, and wakes the long polls and live pages that wait."""

import asyncio
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select

from cases import trail
from cases.case import Case
from deploy.database import Database

log = structlog.get_logger()
OVERLAP = 2000  # lines are numbered before they are committed: look a little back, so that no late one is missed


class Ear:
    """One waiting listener: what changed since it last looked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._event, self._heard = loop, asyncio.Event(), set[str]()

    def tell(self, keys: Iterable[str]) -> None:
        """Called by the hub's thread."""
        with suppress(RuntimeError):  # a listener whose loop has ended must not make the others deaf
            self._loop.call_soon_threadsafe(self._take, set(keys))

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


class Hub:
    """Fans changes out to any number of listeners in memory, at the cost of one query a change."""

    def __init__(self, database: Database) -> None:
        self._database, self._lock = database, threading.Lock()
        self._ears: dict[str, set[Ear]] = {}
        self._last, self._seen = 0, set[int]()
        self.beat = 0.0

    @contextmanager
    def ear(self, keys: Iterable[str]) -> Iterator[Ear]:
        """An ear open for these keys while the block runs."""
        ear, names = Ear(asyncio.get_running_loop()), list(keys)
        with self._lock:
            for name in names:
                self._ears.setdefault(name, set()).add(ear)
        try:
            yield ear
        finally:
            with self._lock:
                for name in names:
                    self._ears[name].discard(ear)
                    if not self._ears[name]:
                        del self._ears[name]

    @property
    def listeners(self) -> int:
        """How many ears are open."""
        with self._lock:
            return len(set().union(*self._ears.values())) if self._ears else 0

    def run(self, stop: threading.Event) -> None:
        """Listens until told to stop."""
        bell = self._database.bell()
        with self._database.read() as session:
            self._last = session.exec(select(func.max(trail.Trail.id))).one() or 0
        owed = False
        while not stop.is_set():
            if (bell.wait(1.0) or owed) and self._ears:
                owed = not self._looked()
        bell.close()

    def _looked(self) -> bool:
        """False when the database was away: the look is owed, for the bell will not ring again for the same change."""
        try:
            self._look()
        except SQLAlchemyError as error:
            log.warning("hub_cannot_read", error=type(error).__name__)
            return False
        return True

    def _look(self) -> None:
        with self._database.read() as session:
            lines = trail.since(session, max(0, self._last - OVERLAP))
            numbers = {number for line, number in lines if number and line not in self._seen}
            owners = session.exec(select(Case.number, Case.unit, Case.holder).where(col(Case.number).in_(numbers))).all()
        self._seen = {line for line, _ in lines}
        self._last = max([self._last, *self._seen])
        self._fan_out(owners)

    def _fan_out(self, owners: Iterable[tuple[str, str, str]]) -> None:
        keys = {key for number, unit, holder in owners for key in (f"case:{number}", f"unit:{unit}", f"unit:{holder}", "all")}
        with self._lock:
            told: dict[Ear, set[str]] = {}
            for key in keys & self._ears.keys():
                for ear in self._ears[key]:
                    told.setdefault(ear, set()).add(key)
        for ear, names in told.items():
            ear.tell(names)
