"""The database: engine and sessions for reading and writing (SQLite, PostgreSQL), and the signal of each change."""

import json
import select
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlmodel import Session

from storage.database_outages import STALE, code_of
from storage.database_troubles import trouble_of
from storage.database_url import read_database_url
from storage.foreign_values import decode_text
from storage.postgresql.notify_signal import CUT_OFF, NOTIFY, NotifySignal
from storage.postgresql.pipeline import BEGIN_OPTION, open_pipeline, queue
from storage.postgresql.round_trip import Statement
from storage.private_files import make_ready
from storage.remembered import CHANGED, INFO, Memory, note_commit
from storage.sqlite.file_watch import FileWatch
from storage.vault import Vault

WROTE, CHANGES = "hecha_wrote", "hecha_changes"
WRITES = {"INSERT": 2, "UPDATE": 1, "DELETE": 2}  # and which word of the statement is the table
# The server lets go of what a process holds that was stopped or cut off amid its work: others wait for the same rows.
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

    def __init__(self, url: str, vault: Vault | None = None, direct: str = "") -> None:
        """`vault` opens what is encrypted in it; without one only what is not encrypted can be read and written.

        `direct` is the server's own address where `url` leads to a pooler that gives a connection for one transaction only.
        """
        self.url, self.vault, self.direct = url, vault, direct
        self.memory = Memory(url)
        self._info = {"vault": vault, INFO: self.memory}
        self.engine = open_engine(url, pooled=bool(direct))
        self.sqlite = self.engine.dialect.name == "sqlite"
        # Each look sees what is committed at that moment, on both: on PostgreSQL without a transaction.
        self._reading = self.engine.execution_options(hecha_reading=True, **{BEGIN_OPTION: ""})

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; nothing of it is committed."""
        with Session(self._reading, info=self._info) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session for looking that sees one moment, however long it looks."""
        one_moment = {BEGIN_OPTION: "BEGIN ISOLATION LEVEL REPEATABLE READ"}
        with Session(self.engine.execution_options(hecha_reading=True, **one_moment), info=self._info) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        with Session(self.engine, expire_on_commit=False, info=self._info) as session:
            yield session
            session.flush()
            connection = session.connection()
            tables, written = (connection.info.pop(name, ()) for name in (WROTE, CHANGED))
            changed = self.sqlite and _has_changed(connection)
            if tables and not self.sqlite:
                queue(connection, Statement(NOTIFY, [" ".join(tables)]))
            session.commit()
            note_commit(self.url, written)
            if self.sqlite:
                FileWatch.wrote(self._file, tables, changed)

    @property
    def _file(self) -> str:
        return self.engine.url.database or ""

    def signal(self, *tables: str) -> ChangeSignal:
        """A signal of one's own, for rows added to or changed in these tables; without any named, for every write."""
        return FileWatch.listen(self._file, tables) if self.sqlite else NotifySignal(self.direct or self.url, tables)

    def hears(self) -> bool:
        """Whether signals can come: where a pooler answers, it may hand the connection that listens to somebody else."""
        if self.sqlite:
            return True
        engine = open_engine(self.direct or self.url)
        try:
            with engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                own: int = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
                return bool(own == driver.info.backend_pid)  # a pooler tells a number of its own
        finally:
            engine.dispose()

    def close(self) -> None:
        """Gives back every connection."""
        self.engine.dispose()


def open_engine(url: str, pooled: bool = False) -> Engine:
    """The engine for SQLite or PostgreSQL, with what each needs to keep its promises; `pooled`: it leads to a pooler."""
    address = read_database_url(url)
    # hide_parameters: an IntegrityError otherwise prints the ID number it choked on.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": lambda v: json.dumps(v, ensure_ascii=False)}
    if address.get_backend_name() != "sqlite":
        own = {"isolation_level": "AUTOCOMMIT"}  # we say BEGIN and COMMIT ourselves: see storage/postgresql/pipeline.py
        engine = create_engine(address, pool_size=10, max_overflow=20, connect_args=_arguments(address, pooled), **own, **common)
        open_pipeline(engine)
        event.listen(engine, "checkout", _check_line)
        event.listen(engine, "before_cursor_execute", _refuse_in_look)
    else:
        engine = create_engine(address, pool_size=20, max_overflow=20, connect_args={"timeout": 30}, **common)
        event.listen(engine, "do_connect", lambda *_: make_ready(Path(address.database or "")))
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "connect", lambda _, record: record.info.update(file=_identity(address.database)))
        event.listen(engine, "checkout", lambda _, record, proxy: _check_file(record.info["file"], address.database))
        event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "after_cursor_execute", _note_write)
    event.listen(engine, "rollback", _forget_write)
    event.listen(engine, "handle_error", _note_trouble)
    return engine


def _arguments(address: URL, pooled: bool) -> dict[str, Any]:
    """What PostgreSQL's driver is told beside the address; what stands there itself comes first."""
    # A pooler takes no options, and what was prepared on one connection is not there on the next.
    own = {"prepare_threshold": None} if pooled else {"options": " ".join(f"-c {name}={value}" for name, value in LET_GO.items())}
    return {name: value for name, value in {**CUT_OFF, **own}.items() if name not in address.query}


def _note_trouble(context: ExceptionContext) -> None:
    if code_of(context.original_exception).startswith(STALE):
        context.is_disconnect = True  # and with it all of the pool: elsewhere there may be a server that takes what is written
    error = context.sqlalchemy_exception
    if context.engine and isinstance(error, DBAPIError) and (words := trouble_of(error.orig, context.engine.url)):
        error.add_detail(words)


def _note_write(connection: Connection, cursor: DBAPICursor, statement: str, *_rest: object) -> None:
    # A clock that signalled a change by finding nothing to do would wake itself for ever. What is taken away wakes nobody.
    kind = statement[:6]
    if not cursor.rowcount or kind not in WRITES:
        return
    table = statement.split(None, 3)[WRITES[kind]].strip('"')
    connection.info.setdefault(CHANGED, set()).add(table)
    if kind != "DELETE":
        note_write(connection, table)


def note_write(connection: Connection, table: str) -> None:
    """Whoever waits for this table is told at the commit, and what was remembered of it holds no longer."""
    for notes in (WROTE, CHANGED):
        connection.info.setdefault(notes, set()).add(table)


def _forget_write(connection: Connection) -> None:
    # The connection goes back to the pool: what was undone must not ring at its next commit. One that is lost does not.
    if not connection.invalidated:
        connection.info.pop(WROTE, None)
        connection.info.pop(CHANGED, None)


class WriteInLook(Exception):
    """Something was to be written through the way in for looking, where it would stay although nobody commits."""


def _refuse_in_look(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if statement[:6] in WRITES:
        refuse_in_look(connection)


def refuse_in_look(connection: Connection) -> None:
    """Raises WriteInLook where this is the way in for looking."""
    if connection.get_execution_options().get("hecha_reading"):
        raise WriteInLook


def _check_line(connection: psycopg.Connection[object], _record: object, _proxy: object) -> None:
    # A pooled connection that has something to tell was told goodbye, and so were all others: none of them is tried any more.
    # Asking the server each time costs a round trip.
    if connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError


def _has_news(file: int) -> bool:
    # poll and not select: beside a thousand open live pages a file's number is beyond what select can take.
    poller = select.poll()
    poller.register(file, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poller.poll(0))


def _identity(path: str | None) -> tuple[int, int] | None:
    """What tells this file from one that takes its place; None where there is none."""
    try:
        found = Path(path or ":memory:").stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _check_file(opened: tuple[int, int] | None, path: str | None) -> None:
    # What is written into a file that was moved or deleted is lost, and one that was put in its place would never be read.
    if _identity(path) != opened:
        raise InvalidatePoolError


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    connection.text_factory = decode_text  # one byte that is no UTF-8 would end the reading of all lines
    for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "busy_timeout=30000", "secure_delete=on"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads first and then writes loses updates: 148 of 480 arrived.
    reading = connection.get_execution_options().get("hecha_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    connection.info[CHANGES] = _changes(connection)


def _changes(connection: Connection) -> int:
    driver: Any = connection.connection.driver_connection
    return int(driver.total_changes)


def _has_changed(connection: Connection) -> bool:
    """Whether this transaction has changed the file. Those that have are counted by whoever looks out for others' changes."""
    return _changes(connection) != connection.info.get(CHANGES)
