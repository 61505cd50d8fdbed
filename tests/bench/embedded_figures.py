"""Embedded figures: what one process on files does, with nobody else on the machine's servers."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from tests.bench import batches, beside
from tests.bench.aims import Finding, Report
from tests.bench.callers import Hecha, lone_questions, post_all
from tests.bench.ground import Ground, embedded
from tests.bench.rounds import spread
from tests.parts import Part
from tests.town import questions

IDLE = 10.0  # seconds of doing nothing


def measure_embedded(report: Report, size: beside.Size, watch: Callable[[Ground], AbstractContextManager[object]]) -> None:
    """Batches, POST, lone questions, idle, and how large its files are beside their logs."""
    with embedded() as ground, watch(ground):
        house, side = Hecha(ground.town.http, ground.town.key()), beside.sides(ground, None)["Hecha"]
        rates = [batches.measure(ground, size.batch["Hecha"] // 2).rate for _ in range(size.rounds)]
        report.find(Finding("embedded: batches", statistics.median(rates), "/s", spread(rates, "/s")))
        for clients in beside.CLIENTS:
            posts = [_posted(house, side, clients, size.posts) for _ in range(size.rounds)]
            what = beside.by_clients("embedded: POST", clients)
            report.find(Finding(what, statistics.median(posts), "/s", spread(posts, "/s")))
        lone = [lone_questions(house, questions(size.lone)) for _ in range(size.rounds)]
        for name in ("p50", "p99"):
            each = [getattr(one, name) for one in lone]
            report.find(Finding(f"embedded: a lone question, {name}", statistics.median(each), "ms", spread(each, "ms", 1)))
        part = ground.parts[0]
        report.find(Finding("embedded: idle", idle([part])[part] * 100, "% of a core", f"{part.memory():.0f} MB"))
        _files(report, ground)


def _posted(house: Hecha, side: beside.Side, clients: int, count: int) -> float:
    before = side.answers()
    rate = post_all(house, clients, questions(count)).rate
    side.wait(before + count)
    return rate


def idle(parts: Sequence[Part]) -> dict[Part, float]:
    """The share of one core that each uses when there is nothing to do."""
    time.sleep(2)
    before = [part.cpu() for part in parts]
    time.sleep(IDLE)
    return {part: (part.cpu() - was) / IDLE for part, was in zip(parts, before, strict=True)}


def _files(report: Report, ground: Ground) -> None:
    for path in sorted(ground.town.home.glob("*.sqlite")):
        log = path.with_name(f"{path.name}-wal")
        beside_it = log.stat().st_size / 1e6 if log.exists() else 0.0
        report.add(f"embedded: {path.name}", f"{path.stat().st_size / 1e6:.1f} MB, its log {beside_it:.1f} MB")
