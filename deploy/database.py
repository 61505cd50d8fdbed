"""The database: how it is opened for reading and writing, and the bell that rings when somebody wrote."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlmodel import Session

CHANNEL = "hecha"
POLL_SECONDS = 0.01
WROTE = "hecha_wrote"


class Bell(Protocol):
    """Tells a waiting thread that something was written."""

    def wait(self, seconds: float) -> bool:
        """Waits until somebody wrote, at most this long; True when it rang."""

    def close(self) -> None:
        """Stops listening."""


class Database:
    """One engine with two doors: `read` takes no write lock, `write` commits at the end and rings the bell."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = open_engine(url)
        self._reading = self.engine.execution_options(hecha_reading=True)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; nothing of it is committed."""
        with Session(self._reading) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.flush()
            if session.connection().info.pop(WROTE, False):
                session.execute(text(f"NOTIFY {CHANNEL}"))
            session.commit()

    def bell(self) -> Bell:
        """A bell of one's own; each waiting thread takes one."""
        return FileBell(make_url(self.url).database or "") if self.sqlite else NotifyBell(self.url)

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """The engine for SQLite or PostgreSQL, with what each needs to keep its promises."""
    # hide_parameters: an IntegrityError otherwise prints the ID number it choked on.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": lambda v: json.dumps(v, ensure_ascii=False)}
    if make_url(url).get_backend_name() != "sqlite":
        # Generic plans chosen for small tables scan them when they have grown: 0.7 ms became 36 ms.
        options = {"options": "-c plan_cache_mode=force_custom_plan"}
        engine = create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True, connect_args=options, **common)
        event.listen(engine, "after_cursor_execute", _note_write)
        return engine
    engine = create_engine(url, pool_size=20, max_overflow=20, connect_args={"timeout": 30}, **common)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_write(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
    # A clock that rang the bell by finding nothing to do would wake itself for ever.
    if cursor.rowcount and statement[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
        connection.info[WROTE] = True


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and then writes loses updates: 148 of 480 arrived.
    reading = connection.get_execution_options().get("hecha_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class FileBell:
    """Watches SQLite's own change counter: cheap enough to look a hundred times a second."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def wait(self, seconds: float) -> bool:
        """True when the file changed since the last call."""
        end = time.monotonic() + seconds
        while True:
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
            if time.monotonic() >= end:
                return False
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        """Stops watching."""
        self._connection.close()


class NotifyBell:
    """Listens on PostgreSQL's own channel; comes back by itself after the server was away."""

    def __init__(self, url: str) -> None:
        self._dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """True when anybody committed a write since the last call."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._dsn, autocommit=True)
                self._connection.execute(f"LISTEN {CHANNEL}")
                return True  # something may have been written before we listened
            return bool(list(self._connection.notifies(timeout=seconds, stop_after=1)))
        except psycopg.OperationalError:
            self.close()
            time.sleep(min(seconds, 0.5))
            return True

    def close(self) -> None:
        """Stops listening."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
