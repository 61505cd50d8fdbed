"""Connections to a register's database: for reading only, in one moment, and each statement within its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from responders.sources.register import Tell, tell_nobody
from responders.sources.source_file import DatabaseConnection
from storage.late_modules import Late

if TYPE_CHECKING:
    import sqlalchemy as sa
else:
    sa = Late("sqlalchemy")

STEPS = 10_000  # of SQLite's machine, between two looks at the time
# What makes a transaction one for reading alone, and ends a statement that takes too long. {ms}, {s}: its time.
SESSION = {
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", "SET LOCAL statement_timeout = {ms}"),
    "mysql": ("SET SESSION max_execution_time = {ms}", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
    "mariadb": ("SET SESSION max_statement_time = {s}", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
}
TIMEOUTS = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mariadb": "connect_timeout"}


def open_engine(connection: DatabaseConnection, tell: Tell = tell_nobody) -> Any:
    """The engine; nothing is opened yet. `tell` hears each statement, without its numbers.

    Raises sqlalchemy's ArgumentError, and ModuleNotFoundError where the driver is missing.
    """
    engine = _engine_of(connection)
    sa.event.listen(engine, "before_cursor_execute", lambda _session, _cursor, statement, *_: tell(statement))
    return engine


def _engine_of(connection: DatabaseConnection) -> Any:
    address = sa.make_url(connection.address)
    kind = address.get_backend_name()
    if kind == "sqlite":  # a file that was replaced goes on to show what it held: each look opens it anew
        place = f"file:{quote(address.database or '')}"
        return sa.create_engine(address.set(database=place, query={"mode": "ro", "uri": "true"}), poolclass=sa.pool.NullPool)
    wait = max(1, round(connection.seconds))
    arguments = {TIMEOUTS[kind]: wait} if kind in TIMEOUTS else {}
    return sa.create_engine(address, pool_size=1, max_overflow=1, pool_pre_ping=True, pool_recycle=600, connect_args=arguments)


@contextmanager
def begin(engine: Any, seconds: float) -> Iterator[Any]:
    """A transaction that reads one moment and writes nothing."""
    with engine.connect() as session:
        dialect = engine.dialect
        kind = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
        for statement in SESSION.get(kind, ()):
            session.exec_driver_sql(statement.format(ms=round(seconds * 1000), s=seconds))
        if kind == "sqlite":
            _end_after(session.connection.dbapi_connection, seconds)
        try:
            yield session
        finally:
            session.rollback()


def _end_after(connection: Any, seconds: float) -> None:
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
