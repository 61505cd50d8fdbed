"""When it is worth looking again for what is due: after a change, after some seconds, or when the house's clock was moved."""

import time
from collections.abc import Callable
from datetime import datetime

MOVED = 1.0  # seconds by which the house's clock differs from the time that went by: somebody moved it


class LookTimes:
    """One look-out's memory. Looks cost little each, but a house of a dozen look-outs looked all day at nothing."""

    def __init__(self, now: Callable[[], datetime], seconds: float) -> None:
        """`seconds`: after so long it is looked again although nobody rang."""
        self._now, self._seconds = now, seconds
        self._looked: tuple[datetime, float] | None = None

    def is_due(self, rung: bool) -> bool:
        """Whether to look now; if so, it counts as done."""
        now, tick = self._now(), time.monotonic()
        if not rung and self._looked is not None:
            then, before = self._looked
            went_by = tick - before
            if went_by < self._seconds and abs((now - then).total_seconds() - went_by) < MOVED:
                return False
        self._looked = now, tick
        return True
