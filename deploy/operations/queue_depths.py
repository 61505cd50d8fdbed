"""Queue depths: waiting letters by queue, read at most every few seconds."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from access.units import all_units, queues
from broker.transports.transport import Transport, TransportError
from deploy.operations.timed_probe import Probe, TooSlow
from storage.database import Database

FRESH_SECONDS = 5.0


class Depths:
    """Looks into the post office; a page that shows the depths is not held up by one that hangs."""

    def __init__(self, database: Database, open_transport: Callable[[], Transport]) -> None:
        self._database, self._open = database, open_transport
        self._probe, self._lock = Probe(), Lock()
        self._known: Mapping[str, int] = {}
        self._until = 0.0

    def look(self) -> Mapping[str, int]:
        """Letters waiting by queue. Raises TransportError or SQLAlchemyError where they are away."""
        with self._database.read() as session:
            names = queues(list(all_units(session).values()))
        transport = self._open()
        try:
            return {name: transport.depth(name) for name in names}
        finally:
            transport.close()

    def __call__(self) -> Mapping[str, int]:
        """The depths of the last seconds; empty while the post office is away."""
        with self._lock:
            if time.monotonic() >= self._until:
                try:
                    self._known = self._probe(self.look)
                except (SQLAlchemyError, TransportError, TooSlow):
                    self._known = {}
                self._until = time.monotonic() + FRESH_SECONDS
            return self._known
