"""Who waits for PostgreSQL to be written to is told by its own channel; one's own connection, to the server itself."""

import time
from collections.abc import Iterable
from typing import Any

import psycopg

from storage.database_url import read_database_url, server_arguments

CHANNEL = "hecha"  # for who listens to everything; for each table there is one more: hecha_TABLE
NOTIFY = "SELECT pg_notify(channel, '') FROM unnest($1::text[]) AS channel"
# A server that is cut off is noticed after seconds, not after the two hours of the system's own keepalives. And where several are
# named, or an address leads to another server than yesterday, only one that takes what is written will do.
CUT_OFF: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
    "target_session_attrs": "read-write",
}


def channels(tables: Iterable[str]) -> list[str]:
    """Where a write to these tables is told. A channel a table: whom it does not concern is not woken."""
    return [CHANNEL, *(f"{CHANNEL}_{table}" for table in tables)]


class NotifySignal:
    """Listens on PostgreSQL's own channels; comes back by itself after the server was away."""

    def __init__(self, url: str, tables: Iterable[str] = ()) -> None:
        self._named = {**CUT_OFF, **server_arguments(read_database_url(url))}
        everything, *each = channels(tables)
        self._channels = each or [everything]
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """True when anybody committed such a write since the last call."""
        try:
            return self._listen(time.monotonic() + seconds)
        except psycopg.Error:  # a standby refuses to listen, and that is no OperationalError
            self.close()
            time.sleep(min(seconds, 0.5))
            return True

    def _listen(self, end: float) -> bool:
        if self._connection is None:
            self._connection = psycopg.connect(autocommit=True, **self._named)
            for channel in self._channels:
                self._connection.execute(f"LISTEN {channel}")
            return True  # something may have been written before we listened
        told = list(self._connection.notifies(timeout=max(0.0, end - time.monotonic()), stop_after=1))
        return bool(told and [*told, *self._connection.notifies(timeout=0)])  # what came with it is the same news

    def close(self) -> None:
        """Stops listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
