"""Running parts in threads of one process, and stopping them."""

import gc
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from storage.json import Json

log = structlog.get_logger()


FAILING = 30.0  # seconds for which a part counts as failing that fell over


def settle() -> None:
    """Called once everything is loaded: modules, tables and catalogue stay for good and are not looked at again.

    With Python's own thresholds the collector walked through all of them many times a second: a fifth of the work.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class Part(Protocol):
    """Something that runs in a thread of its own until it is told to stop."""

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; whatever it raises is logged, and it is started again."""


class Running:
    """Threads that run parts, and the one way to stop them."""

    def __init__(self, parts: dict[str, Part] | None = None) -> None:
        """`parts` is filled with what runs, for whoever wants to look at it."""
        self.stop = threading.Event()
        self.parts: dict[str, Any] = parts if parts is not None else {}
        self._threads: list[threading.Thread] = []
        self._fell: dict[str, float] = {}

    def is_failing(self, name: str) -> bool:
        """Whether this part fell over lately: one that falls at each start never says so by itself."""
        return time.monotonic() - self._fell.get(name, -FAILING) < FAILING

    def start(self, parts: Json) -> None:
        """Starts a thread for each part."""
        settle()
        for name, part in parts.items():
            thread = threading.Thread(target=self._run, args=(name, part), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
            self.parts[name] = part

    def _run(self, name: str, part: Part) -> None:
        while not self.stop.is_set():
            try:
                part.run(self.stop)
            except Exception as error:  # noqa: BLE001  # a part that fell over is set up again; it must never be silently gone
                log.error("part_failed", part=name, error=type(error).__name__)
                self._fell[name] = time.monotonic()
                self.stop.wait(1.0)

    def end(self, seconds: float = 10.0) -> None:
        """Tells all to stop and waits for them."""
        self.stop.set()
        for thread in self._threads:
            thread.join(seconds)


def run_until_stopped(running: Running, parts: Json) -> None:
    """Runs the parts until Ctrl-C or SIGTERM, then stops them cleanly."""
    asked = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: asked.set())
    running.start(parts)
    asked.wait()
    running.end()


class Newcomers:
    """Notices units that were loaded while we run, and starts the parts they need."""

    def __init__(self, running: Running, wanted: Callable[[], dict[str, Part]]) -> None:
        self._running, self._wanted = running, wanted

    def run(self, stop: threading.Event) -> None:
        """Looks every half minute."""
        while not stop.wait(30):
            fresh = {name: part for name, part in self._wanted().items() if name not in self._running.parts}
            self._running.start(fresh)
