"""Questions accepted in batches, from the durable accept to the durable answer with its trail."""

import time
from dataclasses import dataclass

from tests.bench.ground import Ground, await_answers
from tests.town import questions

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast so many questions were answered, and the processor seconds that each part spent on a thousand of them."""

    count: int
    seconds: float
    accepting: float  # seconds until the last was accepted
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Questions a second."""
        return self.count / self.seconds


def measure(ground: Ground, count: int) -> Throughput:
    """Accepts as fast as it goes, here; the parts do the rest."""
    asked, before = questions(count), ground.town.answers()
    spent = [part.cpu() for part in ground.parts]
    own, began = time.process_time(), time.monotonic()
    for start in range(0, count, CHUNK):
        ground.town.ask(asked[start : start + CHUNK])
    accepted = time.monotonic()
    own = time.process_time() - own
    ended = await_answers(ground.town, before + count)
    cpu = {"accepting (the bench)": own * 1000 / count}
    cpu |= {part.name: (part.cpu() - was) * 1000 / count for part, was in zip(ground.parts, spent, strict=True)}
    return Throughput(count, ended - began, accepted - began, cpu)
