"""Remembered reads: what changes rarely is read anew after half a second, and at once after a write of this process."""

import time
from collections.abc import Callable, Collection, Hashable, Mapping
from threading import Lock
from typing import Any, NamedTuple, TypeVar, cast

from sqlmodel import Session

from storage.postgresql.pipeline import BEGIN_OPTION

SECONDS = 0.5  # so long another process's change may stay unseen; half of what is promised of keys, freezes and permissions
MOST = 20_000  # values; then all are forgotten
INFO = "remembered"  # where a session keeps the memory of its database
CHANGED = "hecha_written"  # in a connection's info: the tables that its transaction has written to or deleted from
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_written: dict[tuple[str, str], float] = {}  # when this process last committed something to a table, by database and table


class _Known(NamedTuple):
    value: object
    read_at: float  # by the clock that is never set


class Memory:
    """What was read of one database, however many threads read it."""

    def __init__(self, url: str) -> None:
        self._url, self._lock = url, Lock()
        self._known: dict[tuple[str, Hashable], _Known] = {}

    def known(self, kind: str, tables: Collection[str], keys: Collection[K]) -> dict[K, Any]:
        """The values of those of these keys that are remembered and still hold."""
        since = max([time.monotonic() - SECONDS, *(_written.get((self._url, table), 0.0) for table in tables)])
        found = {key: self._known.get((kind, key)) for key in keys}
        return {key: one.value for key, one in found.items() if one is not None and one.read_at > since}

    def keep(self, kind: str, values: Mapping[K, object], read_at: float) -> None:
        """Remembers what was read at that moment (monotonic clock), or later."""
        with self._lock:
            if len(self._known) > MOST:
                self._known = {}
            self._known.update({(kind, key): _Known(value, read_at) for key, value in values.items()})


def note_commit(url: str, tables: Collection[str]) -> None:
    """Said after each commit of this process: from now on nothing counts that was read of these tables before."""
    now = time.monotonic()
    _written.update({(url, table): now for table in tables})


def remembered(
    session: Session, kind: str, tables: Collection[str], keys: Collection[K], read: Callable[[list[K]], Mapping[K, V]]
) -> dict[K, V]:
    """A value for each of these keys, read of these tables half a second ago at most; `read` is asked once for all missing.

    `kind` tells apart what is remembered under the same key. A transaction that has changed one of the tables reads them itself.
    """
    memory: Memory | None = session.info.get(INFO)
    if memory is None or _changed_here(session, tables):
        return dict(read(list(keys)))
    known = memory.known(kind, tables, keys)
    missing = [key for key in keys if key not in known]
    if missing:
        first, read_at = not session.in_transaction(), time.monotonic()
        fresh = read(missing)
        known.update(fresh)
        if first or not _sees_the_past(session):
            memory.keep(kind, fresh, read_at)
    return cast(dict[K, V], known)


def _changed_here(session: Session, tables: Collection[str]) -> bool:
    if session.new or session.dirty or session.deleted:
        return True
    return session.in_transaction() and not set(tables).isdisjoint(session.connection().info.get(CHANGED, ()))


def _sees_the_past(session: Session) -> bool:
    """Whether the session may see how things were when it began: one that only looks on SQLite, a snapshot everywhere."""
    bind: Any = session.get_bind()
    options = bind.get_execution_options()
    return bool(options.get("hecha_reading") and (bind.dialect.name == "sqlite" or options.get(BEGIN_OPTION)))
