"""Token bucket: how many requests a caller may still make; in memory, for each process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_KNOWN = 50_000


@dataclass(slots=True)
class Bucket:
    """What is left of a minute's requests, and when that was."""

    left: float
    at: float


@dataclass
class Allowance:
    """So many requests a minute for each; who saved them up may spend a minute's worth at once. 0: as many as they like."""

    a_minute: int
    clock: Callable[[], float] = time.monotonic
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def take(self, who: str, cost: float = 1.0) -> float:
        """Takes one request; the seconds to wait where there is none left, else 0."""
        if not self.a_minute:
            return 0.0
        bucket = self._bucket(who)
        if bucket.left < cost:
            return (cost - bucket.left) * 60 / self.a_minute
        bucket.left -= cost
        return 0.0

    def charge(self, who: str, cost: float) -> None:
        """Takes so much more, down to nothing; gives back what is below nothing, up to a minute's worth."""
        if self.a_minute:
            bucket = self._bucket(who)
            bucket.left = min(self.a_minute, max(0.0, bucket.left - cost))

    def _bucket(self, who: str) -> Bucket:
        now = self.clock()
        bucket = self.buckets.get(who)
        if bucket is None:
            self._forget_full(now)
            bucket = self.buckets[who] = Bucket(self.a_minute, now)
        bucket.left = min(self.a_minute, bucket.left + (now - bucket.at) * self.a_minute / 60)
        bucket.at = now
        return bucket

    def _forget_full(self, now: float) -> None:
        # Whoever was not here for a minute has all of it again. If all are busy, the oldest go: memory is bounded by us.
        if len(self.buckets) >= MOST_KNOWN:
            busy = {who: one for who, one in self.buckets.items() if now - one.at < 60}
            self.buckets = dict(list(busy.items())[-MOST_KNOWN // 2 :])
