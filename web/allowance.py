"""An allowance: how often a stranger may come within a minute. Kept in memory by each process, for strangers' pages alone."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta

MOST_KNOWN = 10_000  # strangers remembered; those who came longest ago are forgotten first


class Allowance:
    """So many times at once, and after that as often as time gives back: the whole allowance within `within`."""

    def __init__(self, times: int = 30, within: timedelta = timedelta(minutes=1)) -> None:
        self._times, self._each = times, within / times
        self._free_at: OrderedDict[Hashable, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, who: Hashable, now: datetime) -> timedelta:
        """Takes one for this stranger and returns zero; or takes nothing and says how long to wait."""
        with self._lock:
            used = max(self._free_at.get(who, now), now)
            if used - now > self._each * (self._times - 1):
                return used - now - self._each * (self._times - 1)
            self._free_at[who] = used + self._each
            self._free_at.move_to_end(who)
            while len(self._free_at) > MOST_KNOWN:
                self._free_at.popitem(last=False)
            return timedelta(0)
