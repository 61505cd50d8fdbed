"""Running parts in threads of one process, and stopping them."""

import gc
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

import structlog

from storage.json import Json
from storage.standstills import Standstill, reason_of

log = structlog.get_logger()


FAILING = 30.0  # seconds for which a part counts as failing that fell over
LOOK = 0.5  # seconds between two looks whether it beats again


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

    def __init__(self, parts: dict[str, Part] | None = None, stop: threading.Event | None = None) -> None:
        """`parts` is filled with what runs, for whoever wants to look at it; `stop` ends them all."""
        self.stop = stop or threading.Event()
        self.parts: dict[str, Any] = parts if parts is not None else {}
        self._threads: list[threading.Thread] = []
        self._fell: dict[str, float] = {}
        self._standstills: dict[str, Standstill] = {}

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
                self._tell(name, part, error)
                self._fell[name] = time.monotonic()
                self.stop.wait(1.0)

    def _tell(self, name: str, part: Part, error: Exception) -> None:
        """Says that it fell over, once until it works again, and watches for that."""
        standing = name in self._standstills
        standstill = self._standstills.setdefault(name, Standstill("part_failed", "part_goes_on", part=name))
        standstill.begin(type(error).__name__, reason=reason_of(error))
        if not standing:
            threading.Thread(target=self._watch, args=(name, part, _beat(part)), name=f"{name} watch", daemon=True).start()

    def _watch(self, name: str, part: Part, last: object) -> None:
        """It works once it has beaten; what never beats, once it has run for a while."""
        while (_beat(part) == last if hasattr(part, "last_beat") else self.is_failing(name)) and not self.stop.wait(LOOK):
            pass
        if not self.stop.is_set():
            self._standstills.pop(name).end()

    def end(self, seconds: float = 10.0) -> None:
        """Tells all to stop and waits for them."""
        self.stop.set()
        for thread in self._threads:
            thread.join(seconds)


def _beat(part: Part) -> object:
    return getattr(part, "last_beat", None)


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

    def __init__(self, running: Running, wanted: Callable[[], dict[str, Part]], known: Callable[[], object]) -> None:
        """`wanted` makes all parts anew; `known` says for which units, which is cheap: only when it changes are any made."""
        self._running, self._wanted, self._known = running, wanted, known

    def run(self, stop: threading.Event) -> None:
        """Looks every half minute."""
        seen = None  # those who came while the first parts were started are not missed
        while not stop.wait(30):
            known = self._known()
            if known != seen:
                wanted = self._wanted()
                self._running.start({name: part for name, part in wanted.items() if name not in self._running.parts})
            seen = known
