"""The database: sessions for reading and writing (SQLite, PostgreSQL), and the signal of each change."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Engine
from sqlmodel import Session

from storage.engine import WROTE, has_changed, open_engine
from storage.postgresql.notify_signal import NOTIFY, NotifySignal, channels
from storage.postgresql.pipeline import BEGIN_OPTION, queue
from storage.postgresql.round_trip import Statement
from storage.remembered import CHANGED, INFO, Memory, note_commit
from storage.sqlite.file_watch import FileWatch
from storage.vault import Vault


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
        self.by_key: Engine = self.engine if self.sqlite or direct else open_engine(url, by_key=True)
        # Each look sees what is committed at that moment, on both: on PostgreSQL without a transaction.
        look: dict[str, Any] = {"hecha_reading": True, BEGIN_OPTION: ""}
        self._reading, self._looking_up = (engine.execution_options(**look) for engine in (self.engine, self.by_key))

    @contextmanager
    def read(self, by_key: bool = False) -> Iterator[Session]:
        """A session for looking; nothing of it is committed. `by_key`: as with `write`."""
        with Session(self._looking_up if by_key else self._reading, info=self._info) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A session for looking that sees one moment, however long it looks."""
        one_moment = {BEGIN_OPTION: "BEGIN ISOLATION LEVEL REPEATABLE READ"}
        with Session(self.engine.execution_options(hecha_reading=True, **one_moment), info=self._info) as session:
            yield session

    @contextmanager
    def write(self, by_key: bool = False, quiet: bool = False) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises.

        `by_key`: whoever opens it finds rows by their keys alone. PostgreSQL then plans statements once, and not at each call.
        `quiet`: what is written concerns nobody who waits for changes, and wakes none of them.
        """
        with Session(self.by_key if by_key else self.engine, expire_on_commit=False, info=self._info) as session:
            yield session
            session.flush()
            connection = session.connection()
            tables, written = (connection.info.pop(name, ()) for name in (WROTE, CHANGED))
            tables = () if quiet else tables
            changed = self.sqlite and has_changed(connection)
            if tables and not self.sqlite:
                queue(connection, Statement(NOTIFY, [channels(tables)]))
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

    @property
    def engines(self) -> Sequence[Engine]:
        """All that have connections."""
        return [self.engine] if self.by_key is self.engine else [self.engine, self.by_key]

    def close(self) -> None:
        """Gives back every connection."""
        for engine in self.engines:
            engine.dispose()
