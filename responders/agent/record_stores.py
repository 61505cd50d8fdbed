"""A unit's record store (SQLite file) watched by its agent: there, whole, and not emptied or replaced.

Where it looks emptied, cut short or older than before, nobody may say that there is no record: RecordsAway. What cannot be seen so
(records that a handler opens by itself) its handler says.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from responders.handlers import Handler, RecordsAway, open_records
from storage.office_time import office_date
from storage.private_files import write_privately

TENTH = 10  # more than one row in ten gone is no day's work
KEPT_OPEN = 60.0  # seconds after which records are opened anew whose files are not known
SHARED = "former"  # read for every item; a store in which nobody ever changed their number may have none
SOURCE = "source"


class NotHeld(RecordsAway):
    """The store names what it holds: this item is not among it, nor are there its tables."""


class RecordPlace(NamedTuple):
    """Where a unit's records are: a folder with its `<unit>.sqlite`, or that file; and the file that remembers what was seen."""

    path: Path
    seen: Path | None = None

    def store_of(self, unit: str) -> Path:
        """The unit's store. Looked at anew each time: the agent may have been started before its records were there."""
        return self.path / f"{unit}.sqlite" if self.path.is_dir() else self.path


class Sight(NamedTuple):
    """What a look at a store shows of one item: rows by table, how many are the item's, and what the store says of itself."""

    rows: Mapping[str, int]
    total: int
    as_of: str = ""  # '' where the store does not say
    entries: int | None = None
    documents: frozenset[str] | None = None  # the kinds of document by which it knows people; None where it does not say


class SeenStore:
    """The most rows that each table of a unit's store ever had, and each item's latest day; nothing about anybody.

    `path` is a file in which a restart finds it again; where it cannot be written, this agent remembers as long as it runs. With
    `writes` false it is read alone.
    """

    def __init__(self, path: Path | None = None, writes: bool = True) -> None:
        self._path, self._writes, self._lock = path, writes, threading.Lock()  # each item's thread notes what it sees
        self.rows: dict[str, int] = {}
        self.days: dict[str, str] = {}
        self._merge()

    def note(self, item: str, sight: Sight) -> None:
        """Remembers a store that was found well."""
        with self._lock:
            before = (self.rows, self.days)
            self._keep(sight.rows, {item: sight.as_of})
            if before != (self.rows, self.days) and self._path and self._writes:
                self._merge()  # another agent of the unit may have seen more
                text = json.dumps({"rows": self.rows, "days": self.days}, ensure_ascii=False, indent=1)
                with suppress(OSError):
                    write_privately(self._path, text + "\n")

    def _merge(self) -> None:
        with suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            kept = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {"rows": {}, "days": {}}
            self._keep({name: int(count) for name, count in kept["rows"].items()}, {k: str(day) for k, day in kept["days"].items()})

    def _keep(self, rows: Mapping[str, int], days: Mapping[str, str]) -> None:
        self.rows = self.rows | {name: max(count, self.rows.get(name, 0)) for name, count in rows.items()}
        self.days = self.days | {item: max(day, self.days.get(item, "")) for item, day in days.items()}


class RecordStore:
    """The opened records of one item. Raises whatever opening them raises."""

    def __init__(self, item: str, handler: Handler, path: Path, seen: SeenStore) -> None:
        self._item, self._handler, self._path, self._seen = item, handler, path, seen
        self._watched = getattr(handler, "open_records", None) is None
        self._mark: tuple[int, ...] = ()
        self.documents: frozenset[str] | None = None
        self._open()

    def _open(self) -> None:
        self._file = self._file_mark()
        self.records: Any = open_records(self._handler, self._path)
        self._beside, self._until = self._files_of_handler(), time.monotonic() + KEPT_OPEN

    def look(self, now: datetime) -> None:
        """Looks at the store, if anything has changed since the last look. Raises RecordsAway where it does not look whole."""
        try:
            self._reopen_if_replaced()
            if not self._watched:
                self._look_by_handler(now)
                return
            mark = (*self._file, self.records.execute("PRAGMA data_version").fetchone()[0])
            if mark == self._mark:
                return
            sight = look_at(self.records, self._item, getattr(self._handler, "TABLES", ()))
        except NotHeld as error:
            if self._item in self._seen.days:  # it held it before
                raise RecordsAway(str(error)) from error
            raise
        except (OSError, sqlite3.Error) as error:
            raise RecordsAway(f"{self._item}: {type(error).__name__}") from error
        if why := doubt_of(self._item, sight, self._seen, office_date(now)):
            raise RecordsAway(f"{self._item}: {why}")
        self._seen.note(self._item, sight)
        self._mark, self.documents = mark, sight.documents

    def _look_by_handler(self, now: datetime) -> None:
        """What a handler says of records that it looks after itself; counts and days are remembered as those of a store."""
        if (look := getattr(self._handler, "look", None)) is None:
            return
        found = look(self.records, now)
        sight = Sight({} if found.rows is None else {f"source of {self._item}": found.rows}, 1, found.as_of)
        if why := doubt_of(self._item, sight, self._seen, office_date(now)):
            raise RecordsAway(f"{self._item}: {why}")
        self._seen.note(self._item, sight)

    def close(self) -> None:
        """Closes what can be closed."""
        with suppress(Exception):
            getattr(self.records, "close", lambda: None)()

    def _reopen_if_replaced(self) -> None:
        # An open file that was replaced goes on to show what it held; one that was written over may show half of both.
        if self._file_mark() != self._file or self._is_stale():
            self.close()
            self._mark = ()
            self._open()

    def _is_stale(self) -> bool:
        # Of what a handler opens by itself we know no file, unless it is SQLite: it is opened anew now and then.
        if self._watched or getattr(self._handler, "STAYS_OPEN", False):
            return False
        return self._files_of_handler(self._beside) != self._beside if self._beside else time.monotonic() >= self._until

    def _file_mark(self) -> tuple[int, ...]:
        if self._watched:
            return _mark_of(self._path)
        return _mark_of(self._path) if self._path.exists() else ()

    def _files_of_handler(self, known: Mapping[str, tuple[int, ...]] | None = None) -> Mapping[str, tuple[int, ...]]:
        """The files behind a connection that a handler opened by itself, each as it lies there now."""
        if known is None and isinstance(self.records, sqlite3.Connection) and not self._watched:
            known = {file: () for _, _, file in self.records.execute("PRAGMA database_list") if file}
        return {file: _mark_of(Path(file)) if Path(file).exists() else () for file in known or ()}


def _mark_of(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def look_at(records: sqlite3.Connection, item: str, tables: Sequence[str]) -> Sight:
    """Counts the item's tables (without any named, all of them) and reads what the store says of the item. At most four queries.

    Raises RecordsAway where the store names its items and not this one (NotHeld where it was never made for it), sqlite3.Error
    where a table is missing.
    """
    there = {
        name for (name,) in records.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    }
    said = _said(records, item, not set(tables) - there) if SOURCE in there else ()
    own = list(tables) or sorted(there - {SOURCE})
    counted = dict.fromkeys([*own, *({SHARED} & there)])
    counts = " UNION ALL ".join(f"SELECT {_text(name)}, count(*) FROM {_name(name)}" for name in counted)
    rows = dict(records.execute(counts).fetchall()) if counted else {}
    if missing := [name for name in tables if not rows[name]]:
        raise RecordsAway(f"{item}: {', '.join(missing)} empty")
    return Sight(rows, sum(rows[name] for name in own), *said)


def _said(records: sqlite3.Connection, item: str, made_for_it: bool) -> tuple[str, int | None, frozenset[str] | None]:
    columns = {name for (name,) in records.execute(f"SELECT name FROM pragma_table_info({_text(SOURCE)})")}
    if not {"item", "as_of"} <= columns:
        return "", None, None
    wanted = ", ".join(["as_of", *(name if name in columns else "NULL" for name in ("entries", "documents"))])
    row = records.execute(f"SELECT {wanted} FROM {SOURCE} WHERE item = ?", (item,)).fetchone()
    if row is None:
        raise (RecordsAway if made_for_it else NotHeld)(f"{item}: not named in {SOURCE}")
    documents = None if row[2] is None else frozenset(str(row[2]).split())
    return str(row[0]), None if row[1] is None else int(row[1]), documents


def doubt_of(item: str, sight: Sight, seen: SeenStore, today: date) -> str:
    """Why nothing may be answered from such a store; '' where it looks well. Names tables and days, nobody and no entry."""
    if not sight.total:
        return "no entries"
    if sight.as_of and not _is_day_until(sight.as_of, today):
        return f"as of {sight.as_of[:10]}, which is no day until today"
    if sight.as_of < seen.days.get(item, ""):
        return f"as of {sight.as_of[:10]}, older than before"
    if sight.entries is not None and _shrunk(sight.total, sight.entries):
        return f"{sight.total} entries where the store says {sight.entries}"
    fewer = [name for name, count in sight.rows.items() if _shrunk(count, seen.rows.get(name, 0))]
    return f"{', '.join(fewer)} with over a tenth fewer entries than before" if fewer else ""


def _is_day_until(text: str, today: date) -> bool:
    try:
        return date.fromisoformat(text[:10]) <= today
    except ValueError:
        return False


def _shrunk(count: int, before: int) -> bool:
    """Whether more than a tenth is gone, or all; of fewer than ten, one may go."""
    return count < before and (not count or before - count > max(1, before // TENTH))


def _text(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
