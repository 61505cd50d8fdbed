"""The database: how it is opened for reading and writing, and the signal that somebody wrote."""

import json
import select
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError
from sqlmodel import Session

from storage.file_watch import FileWatch
from storage.foreign_values import decode_text
from storage.vault import Vault

CHANNEL = "hecha"
NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :tables)")
WROTE = "hecha_wrote"
# A server that is cut off is noticed after seconds, not after the two hours of the system's own keepalives.
CUT_OFF: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 12_000,
}
# And the server lets go of what a process holds that was stopped or cut off amid its work: others wait for the same rows.
LET_GO = {
    "idle_in_transaction_session_timeout": "30s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "12s",
    # Generic plans chosen for small tables scan them when they have grown: 0.7 ms became 36 ms.
    "plan_cache_mode": "force_custom_plan",
}


class ChangeSignal(Protocol):
    """Tells a waiting thread that something was written."""

    def wait(self, seconds: float) -> bool:
        """Waits until somebody wrote, at most this long; True when it rang."""

    def close(self) -> None:
        """Stops listening."""


class Database:
    """One engine, two ways in: `read` takes no write lock, `write` commits at the end and signals the change."""

    def __init__(self, url: str, vault: Vault | None = None) -> None:
        """`vault` opens what is encrypted in it; without one only what is not encrypted can be read and written."""
        self.url, self.vault = url, vault
        self._info = {"vault": vault}
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = open_engine(url)
        # Each look sees what is committed at that moment, on both; without a transaction it costs two round trips less.
        more = {} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reading = self.engine.execution_options(hecha_reading=True, **more)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; nothing of it is committed."""
        with Session(self._reading, info=self._info) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session for looking that sees one moment, however long it looks."""
        more = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        with Session(self.engine.execution_options(hecha_reading=True, **more), info=self._info) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False, info=self._info) as session:
            yield session
            session.flush()
            tables = session.connection().info.pop(WROTE, ())
            if tables and not self.sqlite:
                session.execute(NOTIFY, {"tables": " ".join(tables)})
            session.commit()
            if self.sqlite:
                FileWatch.wrote(self._file, tables)

    @property
    def _file(self) -> str:
        return make_url(self.url).database or ""

    def signal(self, *tables: str) -> ChangeSignal:
        """A signal of one's own, for rows added to or changed in these tables; without any named, for every write."""
        return FileWatch.listen(self._file, tables) if self.sqlite else NotifySignal(self.url, tables)

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """The engine for SQLite or PostgreSQL, with what each needs to keep its promises."""
    # hide_parameters: an IntegrityError otherwise prints the ID number it choked on.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": lambda v: json.dumps(v, ensure_ascii=False)}
    if make_url(url).get_backend_name() != "sqlite":
        options = {**CUT_OFF, "options": " ".join(f"-c {name}={value}" for name, value in LET_GO.items())}
        engine = create_engine(url, pool_size=10, max_overflow=20, connect_args=options, **common)
        event.listen(engine, "checkout", _check_line)
        event.listen(engine, "before_cursor_execute", _refuse_in_look)
        event.listen(engine, "after_cursor_execute", _note_write)
        event.listen(engine, "rollback", _forget_write)
        return engine
    engine = create_engine(url, pool_size=20, max_overflow=20, connect_args={"timeout": 30}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "after_cursor_execute", _note_write)
    event.listen(engine, "rollback", _forget_write)
    return engine


def _note_write(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
    # A clock that signalled a change by finding nothing to do would wake itself for ever. What is taken away wakes nobody.
    if not cursor.rowcount or statement[:6] not in ("INSERT", "UPDATE"):
        return
    words = statement.split(None, 3)
    connection.info.setdefault(WROTE, set()).add(words[2 if words[0] == "INSERT" else 1].strip('"'))


def _forget_write(connection: Connection) -> None:
    # The connection goes back to the pool: what was undone must not ring at its next commit.
    connection.info.pop(WROTE, None)


class WriteInLook(Exception):
    """Something was to be written through the way in for looking, where it would stay although nobody commits."""


def _refuse_in_look(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if statement[:6] in ("INSERT", "UPDATE", "DELETE") and connection.get_execution_options().get("hecha_reading"):
        raise WriteInLook


def _check_line(connection: psycopg.Connection[Any], _record: object, _proxy: object) -> None:
    # A pooled connection that has something to tell was told goodbye, and so were all others: none of them is tried any more.
    # Asking the server each time costs a round trip.
    if connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError


def _has_news(file: int) -> bool:
    # poll and not select: beside a thousand open live pages a file's number is beyond what select can take.
    poller = select.poll()
    poller.register(file, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.text_factory = decode_text  # one byte that is no UTF-8 would end the reading of all lines
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=30000", "secure_delete=on"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and then writes loses updates: 148 of 480 arrived.
    reading = connection.get_execution_options().get("hecha_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class NotifySignal:
    """Listens on PostgreSQL's own channel; comes back by itself after the server was away."""

    def __init__(self, url: str, tables: Iterable[str] = ()) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._tables = frozenset(tables)
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """True when anybody committed such a write since the last call."""
        try:
            return self._listen(time.monotonic() + seconds)
        except psycopg.OperationalError:
            self.close()
            time.sleep(min(seconds, 0.5))
            return True

    def _listen(self, end: float) -> bool:
        if self._connection is None:
            self._connection = psycopg.connect(self._dsn, autocommit=True, **CUT_OFF)
            self._connection.execute(f"LISTEN {CHANNEL}")
            return True  # something may have been written before we listened
        while (left := end - time.monotonic()) > 0:
            told = [*self._connection.notifies(timeout=left, stop_after=1), *self._connection.notifies(timeout=0)]
            if any(not self._tables or self._tables & set(one.payload.split()) for one in told):
                return True
        return False

    def close(self) -> None:
        """Stops listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
