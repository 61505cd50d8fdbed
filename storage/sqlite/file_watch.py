"""Change signal for SQLite: wakes threads that wait for a write, of this process or another; keeps write-ahead logs small."""

import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from storage.sqlite.change_counter import ChangeCounter
from storage.sqlite.file_events import FileEvents

NAP, REST = 0.01, 0.04  # seconds between two looks while things happen, and until it has been quiet
BLIND = 0.03  # seconds between two looks once it has been quiet, where the system does not say when something is written
QUIET = 0.2  # seconds after the last change or sign of one; a slow disk takes so long from the first byte to the end
GRACE = 0.005  # seconds that a writer of this process has to say what it wrote, once its change is seen
LOOK = 1.0  # seconds between two looks whether the file is still the same
AGAIN = 0.2  # seconds until a file is tried again that could not be read
CALM = 0.5  # seconds without a change, after which the log is emptied
SMALL = 128 * 1024  # bytes; a log below that may stay: emptying it takes the disk twice


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

    def has_rung(self) -> bool:
        """Whether something was written since the last wait."""
        return self._rung.is_set()

    def wait(self, seconds: float) -> bool:
        """Waits until something was written since the last call, at most this long; True when it was."""
        rung = self._rung.wait(seconds)
        self._rung.clear()
        return rung

    def close(self) -> None:
        """Stops listening."""
        self._watch.leave(self)


class FileWatch:
    """The look-out for one file. All files of a process share one thread: each waiting thread looking took a tenth of a core."""

    _watches: ClassVar[dict[str, "FileWatch"]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _thread: ClassVar[threading.Thread | None] = None
    _events: ClassVar[FileEvents | None] = None

    def __init__(self, path: str) -> None:
        self._path = path
        self._listeners: set[FileSignal] = set()
        self._counter: ChangeCounter | None = None
        self._seen = self._ours = self._foreign = 0
        self._since = self._changed = self._looked = 0.0
        self._counting = threading.Lock()

    @classmethod
    def listen(cls, path: str, topics: Iterable[str] = ()) -> FileSignal:
        """A signal of this file."""
        with cls._lock:
            watch = cls._watches.setdefault(path, cls(path))
            listener = FileSignal(watch, topics)
            watch._listeners = watch._listeners | {listener}
            if cls._thread is None or not cls._thread.is_alive():  # a child that was forked has none
                cls._events = FileEvents()
                cls._thread = threading.Thread(target=cls._run, args=(cls._events,), name="file-watch", daemon=True)
                cls._thread.start()
            elif cls._events is not None and len(watch._listeners) == 1:
                cls._events.wake()
        return listener

    @classmethod
    def wrote(cls, path: str, topics: Iterable[str] | None, changed: bool = True) -> None:
        """Said by a writer in this process, after its commit; None: about anything. `changed`: the commit changed the file."""
        if watch := cls._watches.get(path):
            with watch._counting:
                watch._ours += changed
            watch._tell(None if topics is None else frozenset(topics))

    def leave(self, listener: FileSignal) -> None:
        """This one is closed; with the last one the look-out goes."""
        with self._lock:
            self._listeners = self._listeners - {listener}
            if not self._listeners and self._watches.get(self._path) is self:
                del self._watches[self._path]
                if self._events is not None:
                    self._events.wake()

    def _tell(self, topics: frozenset[str] | None) -> None:
        for listener in self._listeners:
            listener.tell(topics)

    @classmethod
    def _run(cls, events: FileEvents) -> None:
        watches, stirred = set[FileWatch](), 0.0
        while current := cls._current():
            for gone in watches - current:
                gone._close()
            events.watch(Path(watch._path).parent for watch in current - watches)
            watches, now = current, time.monotonic()
            for watch in watches:
                watch._look(now)
            calm = now - max(stirred, *(watch._changed for watch in watches))
            if calm < QUIET:
                time.sleep(NAP if calm < REST else REST)
            elif events.wait(LOOK, BLIND):
                stirred = time.monotonic()
        for gone in watches:
            gone._close()
        events.close()

    @classmethod
    def _current(cls) -> set["FileWatch"]:
        with cls._lock:
            if not cls._watches:
                cls._thread = cls._events = None
            return set(cls._watches.values())

    def _look(self, now: float) -> None:
        if self._counter is None and now - self._looked < AGAIN:
            return
        try:
            if self._counter is None:
                self._open(now)
            elif now - self._looked > LOOK:
                self._look_around(now)
            self._count(now)
        except (sqlite3.Error, OSError):  # whoever reads the file says what is wrong with it
            self._close()
            self._tell(None)

    def _open(self, now: float) -> None:
        self._looked = now
        self._counter = ChangeCounter(self._path)
        self._seen = self._counter.read()
        self._tell(None)

    def _look_around(self, now: float) -> None:
        self._looked = now
        if self._counter is not None and not self._counter.is_current():
            self._close()
            self._open(now)

    def _count(self, now: float) -> None:
        """Tells of changes that nobody in this process has told of. Ours are counted first: so none of theirs is taken for one."""
        assert self._counter is not None
        with self._counting:
            ours, self._ours = self._ours, 0
        version = self._counter.read()
        if version != self._seen:
            self._foreign += (version - self._seen) % 2**32
            self._seen, self._changed = version, now
        self._foreign = max(0, self._foreign - ours)
        if not self._foreign:
            self._since = 0.0
        elif not self._since:
            self._since = now
        elif now - self._since > GRACE:
            self._foreign, self._since = 0, 0.0
            self._tell(None)
        self._shrink(now)

    def _shrink(self, now: float) -> None:
        if self._counter is None or not CALM < now - self._changed < CALM + 2 * LOOK:
            return
        with suppress(OSError):
            if Path(f"{self._path}-wal").stat().st_size > SMALL:
                self._counter.shrink()

    def _close(self) -> None:
        if self._counter is not None:
            self._counter.close()
            self._counter = None
