"""The simulated phone company's SQLite file: texts, replies and states."""

import sqlite3
import threading
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from uuid import uuid4

TABLES = """
CREATE TABLE IF NOT EXISTS message (
    place INTEGER PRIMARY KEY, sid TEXT UNIQUE, phone TEXT, ours TEXT, direction TEXT, body TEXT, status TEXT, error INTEGER,
    callback TEXT, created_at TEXT, sent_at TEXT, step INTEGER, due REAL
);
CREATE INDEX IF NOT EXISTS message_phone ON message (phone, place);
CREATE INDEX IF NOT EXISTS message_due ON message (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS phone (number TEXT PRIMARY KEY, stopped INTEGER DEFAULT 0, refusals INTEGER DEFAULT 0);
"""


@dataclass
class Message:
    """One text. `phone` is the simulated telephone, `ours` the sender that the tested system uses."""

    sid: str
    phone: str
    ours: str
    direction: str  # outbound-api, outbound-reply or inbound
    body: str
    status: str
    error: int
    callback: str
    created_at: str  # ISO 8601, UTC
    sent_at: str
    step: int  # the next status to go to, see company.life_of
    due: float | None  # when, as seconds since 1970; None: it has come to its end

    @property
    def inbound(self) -> bool:
        """Whether the telephone sent it."""
        return self.direction == "inbound"


COLUMNS = ", ".join(field.name for field in fields(Message))
MARKS = ", ".join("?" for _ in fields(Message))


def new_sid() -> str:
    """An id as Twilio makes them."""
    return f"SM{uuid4().hex}"


class Store:
    """One connection behind a lock: the simulator's threads take turns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=wal").close()
        self._connection.executescript(TABLES).close()

    def _do(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def _messages(self, where: str, *values: object) -> list[Message]:
        return [Message(*row) for row in self._do(f"SELECT {COLUMNS} FROM message {where}", *values)]  # type: ignore[arg-type]

    def add(self, message: Message) -> None:
        """One text more."""
        self._do(f"INSERT INTO message ({COLUMNS}) VALUES ({MARKS})", *astuple(message))

    def save(self, message: Message) -> None:
        """Where the text stands now."""
        values = (message.status, message.error, message.sent_at, message.step, message.due, message.sid)
        self._do("UPDATE message SET status = ?, error = ?, sent_at = ?, step = ?, due = ? WHERE sid = ?", *values)

    def get(self, sid: str) -> Message | None:
        """The text of this id."""
        return next(iter(self._messages("WHERE sid = ?", sid)), None)

    def messages(self, phone: str = "") -> list[Message]:
        """Texts from and to this phone, or all, newest first."""
        return self._messages("WHERE phone = ? OR ? = '' ORDER BY place DESC", phone, phone)

    def exchange(self, phone: str, ours: str, direction: str, body: str, now: str) -> Message:
        """Adds a text that is already where it goes: a reply, or the answer to one."""
        status = "received" if direction == "inbound" else "delivered"
        message = Message(new_sid(), phone, ours, direction, body, status, 0, "", now, now, 0, None)
        self.add(message)
        return message

    def due(self, now: float) -> list[Message]:
        """Texts whose next status has come, oldest first."""
        return self._messages("WHERE due <= ? ORDER BY due, place", now)

    def next_due(self) -> float | None:
        """When the next status comes; None when nothing is on its way."""
        value = self._do("SELECT min(due) FROM message WHERE due IS NOT NULL")[0][0]
        return None if value is None else float(str(value))

    def stop(self, number: str, stopped: bool) -> None:
        """The phone wants no more texts, or wants them again."""
        sql = "INSERT INTO phone (number, stopped) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET stopped = excluded.stopped"
        self._do(sql, number, stopped)

    def is_stopped(self, number: str) -> bool:
        """Whether it replied STOP last."""
        return bool(self._do("SELECT 1 FROM phone WHERE number = ? AND stopped", number))

    def refuse_again(self, number: str, times: int) -> bool:
        """True for the first `times` calls, then False once, then from the beginning."""
        sql = """INSERT INTO phone (number, refusals) VALUES (?, 1)
                 ON CONFLICT (number) DO UPDATE SET refusals = (refusals + 1) % (? + 1) RETURNING refusals"""
        return self._do(sql, number, times)[0][0] != 0

    def forget(self) -> None:
        """Empties every phone."""
        self._do("DELETE FROM message")
        self._do("DELETE FROM phone")

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()
