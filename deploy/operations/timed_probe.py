"""Timed probe: runs a check that may hang and waits two seconds at most."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from threading import Lock
from typing import Any, TypeVar

SECONDS = 2.0
Found = TypeVar("Found")


class TooSlow(Exception):
    """There was no answer in time."""


class Probe:
    """One look at a time: while one hangs, further ones are told so at once instead of piling up behind it."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds, self._lock = seconds, Lock()
        self._pool = ThreadPoolExecutor(1, "probe")  # starts no thread before the first look
        self._hanging: Future[Any] | None = None

    def __call__(self, look: Callable[[], Found]) -> Found:
        """What the look finds, or what it raises. Raises TooSlow."""
        with self._lock:
            if self._hanging is not None and not self._hanging.done():
                raise TooSlow
            self._hanging = None
            future = self._pool.submit(look)
            try:
                return future.result(self._seconds)
            except NotYet:
                if future.done():
                    raise  # the look's own
                self._hanging = future
                raise TooSlow from None
