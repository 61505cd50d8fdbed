"""Change signal for SQLite: wakes threads that wait for a write, of this process or of another."""

import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import closing
from typing import ClassVar

NAPS = 0.01, 0.03  # seconds between two looks while things happen, and once it has been quiet
QUIET = 1.0  # seconds
DOUBT = 0.2  # seconds until all are told of a change that may have been ours alone


class FileSignal:
    """One waiting thread. It hears what is written about its topics here, and everything that other processes write."""

    def __init__(self, watch: "FileWatch", topics: Iterable[str]) -> None:
        """No topics: all of them."""
        self._watch, self._topics = watch, frozenset(topics)
        self._rung = threading.Event()
        self._rung.set()  # something may have been written before we listened

    def tell(self, topics: frozenset[str] | None) -> None:
        """Something was written about these topics; None: nobody knows about what; empty: nothing that wakes anybody."""
        if topics is None or (topics and not self._topics) or topics & self._topics:
            self._rung.set()

    def wait(self, seconds: float) -> bool:
        """Waits until something was written since the last call, at most this long; True when it was."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung

    def close(self) -> None:
        """Stops listening."""
        self._watch.leave(self)


class FileWatch:
    """One look-out for a file in this process, however many threads wait for it: each of them looking cost a tenth of a core."""

    _watches: ClassVar[dict[str, "FileWatch"]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, path: str) -> None:
        self._path = path
        self._listeners: set[FileSignal] = set()
        self._ours = False  # a writer in this process has just told its topics

    @classmethod
    def listen(cls, path: str, topics: Iterable[str] = ()) -> FileSignal:
        """A signal of this file."""
        with cls._lock:
            watch = cls._watches.setdefault(path, cls(path))
            listener = FileSignal(watch, topics)
            watch._listeners = watch._listeners | {listener}
            if len(watch._listeners) == 1:
                threading.Thread(target=watch._run, name="file-watch", daemon=True).start()
        return listener

    @classmethod
    def wrote(cls, path: str, topics: Iterable[str] | None) -> None:
        """Said by a writer in this process, after its commit; None: about anything."""
        if watch := cls._watches.get(path):
            watch._ours = True
            watch._tell(None if topics is None else frozenset(topics))

    def leave(self, listener: FileSignal) -> None:
        """This one is closed; with the last one the look-out goes."""
        with self._lock:
            self._listeners = self._listeners - {listener}
            if not self._listeners and self._watches.get(self._path) is self:
                del self._watches[self._path]

    def _tell(self, topics: frozenset[str] | None) -> None:
        for listener in self._listeners:
            listener.tell(topics)

    def _run(self) -> None:
        while self._listeners:
            try:
                with closing(sqlite3.connect(self._path)) as connection:
                    self._look_out(connection)
            except sqlite3.Error:  # whoever reads the file says what is wrong with it
                self._tell(None)
                time.sleep(DOUBT)

    def _look_out(self, connection: sqlite3.Connection) -> None:
        seen, changed, doubted = 0, time.monotonic(), 0.0
        while self._listeners:
            version, now = int(connection.execute("PRAGMA data_version").fetchone()[0]), time.monotonic()
            if version != seen:
                seen, changed = version, now
                ours, self._ours = self._ours, False
                doubted = doubted or now - (0.0 if ours else DOUBT)
            if doubted and now >= doubted + DOUBT:
                doubted = 0.0
                self._tell(None)
            time.sleep(NAPS[now - changed > QUIET])
