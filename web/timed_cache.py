"""Timed cache: values that are expensive to read are kept for some seconds and shared by all readers."""

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")
MOST = 100  # different things; the oldest goes first


class TimedCache:
    """Keeps what was read for so many seconds. Two who ask at the same moment may both read; nobody waits for another."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[Hashable, tuple[float, Any]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gave at most so many seconds ago. Whoever gets it must not change it."""
        known = self._known.get(key)
        if known is not None and time.monotonic() - known[0] < self._seconds:
            return cast(T, known[1])
        read_at, fresh = time.monotonic(), read()
        with self._lock:
            self._known.pop(key, None)
            self._known[key] = (read_at, fresh)
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]
        return fresh
