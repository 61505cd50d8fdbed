"""Questions accepted in batches, from the durable accept to the durable answer with its trail."""

import os
import time
from dataclasses import dataclass

from tests.bench.ground import Ground, await_answers
from tests.parts import machine_cpu
from tests.town import questions

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Throughput:
    """How fast so many questions were answered, and the processor seconds that each part spent on a thousand of them."""

    count: int
    seconds: float
    accepting: float  # seconds until the last was accepted
    cpu: dict[str, float]
    strangers: float  # share of the machine that others used meanwhile

    @property
    def rate(self) -> float:
        """Questions a second."""
        return self.count / self.seconds


def measure(ground: Ground, count: int) -> Throughput:
    """Accepts as fast as it goes, here; the parts do the rest."""
    asked, before = questions(count), ground.town.answers()
    spent, machine = ground.cpu(), machine_cpu()
    own, began = time.process_time(), time.monotonic()
    for start in range(0, count, CHUNK):
        ground.town.ask(asked[start : start + CHUNK])
    accepted = time.monotonic()
    own = time.process_time() - own
    ended = await_answers(ground.town, before + count)
    used = {"accepting (the bench)": own} | {name: now - spent[name] for name, now in ground.cpu().items()}
    strangers = machine_cpu() - machine - sum(used.values())
    cpu = {name: seconds * 1000 / count for name, seconds in used.items()}
    return Throughput(count, ended - began, accepted - began, cpu, strangers / (ended - began) / (os.cpu_count() or 1))
