"""Engines for SQLite and PostgreSQL: what each connection is told, what is noted of its writes, and of what goes wrong."""

import json
import select
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, InvalidatePoolError

from storage.database_outages import STALE, code_of
from storage.database_troubles import trouble_of
from storage.database_url import read_database_url
from storage.foreign_values import decode_text
from storage.postgresql.notify_signal import CUT_OFF
from storage.postgresql.pipeline import open_pipeline
from storage.private_files import make_ready
from storage.remembered import CHANGED

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
# Where all rows are found by their keys a connection plans a statement once: planning it at each call was more than half of what
# the server did for a question. Such a plan may only follow indexes, row by row, and is made anew after a while (`pipeline.py`).
BY_KEY = {
    "plan_cache_mode": "auto",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",  # it would be used wherever a table must be scanned after all
}


def open_engine(url: str, pooled: bool = False, by_key: bool = False) -> Engine:
    """The engine for SQLite or PostgreSQL, with what each needs to keep its promises.

    `pooled`: it leads to a pooler. `by_key`: all rows are found by their keys, so PostgreSQL plans each statement once.
    """
    address = read_database_url(url)
    # hide_parameters: an IntegrityError otherwise prints the ID number it choked on.
    common: dict[str, Any] = {"hide_parameters": True, "json_serializer": lambda v: json.dumps(v, ensure_ascii=False)}
    if address.get_backend_name() != "sqlite":
        # We say BEGIN and COMMIT ourselves: see storage/postgresql/pipeline.py.
        own: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "connect_args": _arguments(address, pooled, by_key)}
        engine = create_engine(address, pool_size=10, max_overflow=20, **own, **common)
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


def _arguments(address: URL, pooled: bool, by_key: bool) -> dict[str, Any]:
    """What PostgreSQL's driver is told beside the address; what stands there itself comes first."""
    options = {**LET_GO, **(BY_KEY if by_key else {})}
    # A pooler takes no options, and what was prepared on one connection is not there on the next.
    own = {"prepare_threshold": None} if pooled else {"options": " ".join(f"-c {name}={value}" for name, value in options.items())}
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


def has_changed(connection: Connection) -> bool:
    """Whether this transaction has changed the file. Those that have are counted by whoever looks out for others' changes."""
    return _changes(connection) != connection.info.get(CHANGES)
