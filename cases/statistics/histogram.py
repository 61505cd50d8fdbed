"""Histogram of response times: counts in buckets 12 % wide, from which medians and quantiles are read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, log10
from typing import Any

ASKED, ANSWERED = "asked", "answered"
PER_DECADE = 20  # a bucket is 12 % wider than the one before: medians are right to a few per cent


@dataclass
class Histogram:
    """Counts of a stretch of time; times are seconds from the asking to the answer, by the wall clock."""

    asked: int = 0
    answered: int = 0
    on_time: int = 0
    buckets: Counter[int] = field(default_factory=Counter)

    @property
    def median(self) -> float | None:
        """Half of the answers came within so many seconds; None without any."""
        return self.share(0.5)

    @property
    def ninety(self) -> float | None:
        """Nine of ten answers came within so many seconds; None without any."""
        return self.share(0.9)

    @property
    def on_time_rate(self) -> float | None:
        """The share of answers that were in time, 0 to 1; None without any."""
        return self.on_time / self.answered if self.answered else None

    def share(self, part: float) -> float | None:
        """Within how many seconds this part of the answers came, the nearest bucket's middle."""
        left = part * self.answered
        for bucket in sorted(self.buckets):
            left -= self.buckets[bucket]
            if left <= 0:
                return seconds_of(bucket)
        return None

    def add(self, row: Sequence[Any]) -> None:
        """Adds (what, bucket, count, on_time)."""
        what, bucket, count, on_time = row
        if what == ASKED:
            self.asked += count
            return
        self.answered += count
        self.on_time += on_time
        self.buckets[bucket] += count


def bucket_of(seconds: float) -> int:
    """The bucket of a time; everything under a tenth of a second is one."""
    return floor(PER_DECADE * log10(max(seconds, 0.1)))


def seconds_of(bucket: int) -> float:
    """The middle of a bucket, in seconds."""
    return float(10 ** ((bucket + 0.5) / PER_DECADE))
