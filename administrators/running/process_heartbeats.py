"""Process heartbeats: the table of running processes and parts, and when each last worked."""

import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Protocol

from sqlalchemy import Table, delete
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, col, select

from storage.bulk_rows import upsert_rows
from storage.database import Database
from storage.database_troubles import told_by
from storage.standstills import Standstill

EVERY = 10.0  # seconds
LATE_AFTER = timedelta(seconds=45)  # so that somebody knows within a minute
# Parts that may be busy for longer with one thing: verifying all of the trail, waiting for slow providers and webhooks.
PATIENT = {"checkpointer": timedelta(minutes=10), "alerts": timedelta(minutes=2), "webhooks": timedelta(minutes=2)}
KEPT = timedelta(days=1)  # how long a process that ended without a word is still shown


class ProcessHeartbeat(SQLModel, table=True):
    """One part of one process. `beat_at` is the part's own last sign, empty for parts that give none."""

    __tablename__ = "beat"

    process: str = Field(primary_key=True, max_length=80)  # HOST:PID
    part: str = Field(primary_key=True, max_length=64)
    command: str = Field(max_length=16)  # as what the process was started: up, serve, work ...
    version: str = Field(default="", max_length=32)
    started_at: datetime
    seen_at: datetime
    beat_at: datetime | None = None
    healthy: bool = True


HEARTBEAT: Table = SQLModel.metadata.tables["beat"]
NEWS = ("command", "version", "started_at", "seen_at", "beat_at", "healthy")


def is_late(beat: ProcessHeartbeat, now: datetime) -> bool:
    """Whether nothing was heard of this part for too long."""
    return beat.seen_at + LATE_AFTER < now or (beat.beat_at or now) + PATIENT.get(beat.part, LATE_AFTER) < now


def all_heartbeats(session: Session) -> list[ProcessHeartbeat]:
    """Every part of every process that was heard of within a day, by command, process and part; one query."""
    return list(
        session.exec(select(ProcessHeartbeat).order_by(ProcessHeartbeat.command, ProcessHeartbeat.process, ProcessHeartbeat.part))
    )


class HeartbeatPlace(Protocol):
    """Where the beats are written, and the time."""

    @property
    def database(self) -> Database:
        """Where the beats are written."""

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock of the house."""


Failing = Callable[[str], bool]


def never(_part: str) -> bool:
    """Nothing is known to have fallen over."""
    return False


class HeartbeatWriter:
    """Writes the beats of this process. `parts` may be filled later; the process itself stands there as its command."""

    def __init__(self, context: HeartbeatPlace, command: str, parts: Mapping[str, object], is_failing: Failing = never) -> None:
        """`is_failing` knows which parts fell over lately: they could not say so themselves."""
        self.database, self.now, self.command, self.parts = context.database, context.now, command, parts
        self._is_failing = is_failing
        self.version = metadata.version("hecha")
        self._standstill = Standstill("beats_wait", "beats_go_on")

    def run(self, stop: threading.Event) -> None:
        """Writes until told to stop, then takes this process off the list."""
        host, started = socket.gethostname()[:64], self.now()
        process = f"{host}:{os.getpid()}"
        self._safely(lambda: self.forget_gone(host))
        while True:
            self._safely(lambda: self.write(process, started))
            if stop.wait(EVERY):
                break
        self._safely(lambda: self.end(process))

    def write(self, process: str, started: datetime) -> None:
        """One row for each part, and one for the process, in two statements."""
        now = self.now()
        same = {"process": process, "command": self.command, "version": self.version, "started_at": started, "seen_at": now}
        # By name: a process may be called as its only part is, and PostgreSQL takes no row twice in one statement.
        rows = {self.command: {**same, "part": self.command, "beat_at": now, "healthy": True}}
        for name, part in dict(self.parts).items():
            if part is not self:
                # One that has not begun to beat hangs at its start, if it goes on for long.
                beat = (getattr(part, "last_beat", None) or started) if hasattr(part, "last_beat") else None
                healthy = bool(getattr(part, "healthy", True)) and not self._is_failing(name)
                rows[name[:64]] = {**same, "part": name[:64], "beat_at": beat, "healthy": healthy}
        with self.database.write() as session:
            upsert_rows(session, HEARTBEAT, list(rows.values()), NEWS)
            session.connection().execute(delete(HEARTBEAT).where(HEARTBEAT.c.seen_at < now - KEPT))

    def forget_gone(self, host: str) -> None:
        """Takes processes of this machine off the list that were killed without a word: one like them starts now."""
        with self.database.write() as session:
            here = session.exec(
                select(ProcessHeartbeat.process)
                .where(col(ProcessHeartbeat.process).startswith(f"{host}:", autoescape=True))
                .distinct()
            )
            gone = [process for process in here if not _runs(process.removeprefix(f"{host}:"))]
            session.connection().execute(delete(HEARTBEAT).where(HEARTBEAT.c.process.in_(gone)))

    def end(self, process: str) -> None:
        """This process stops and is no longer expected to be heard of."""
        with self.database.write() as session:
            session.connection().execute(delete(HEARTBEAT).where(col(ProcessHeartbeat.process) == process))

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except SQLAlchemyError as error:  # the parts go on; that nothing was heard is what is then seen
            self._standstill.begin(type(error).__name__, reason=told_by(error))
        else:
            self._standstill.end()


def _runs(pid: str) -> bool:
    return not pid.isdigit() or Path(f"/proc/{pid}").exists()
