"""`python -m tests.bench`: the house beside a peer of its own, in one run on this machine; ratios first, then figures."""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import beside
from tests.bench.aims import Report
from tests.bench.ground import Ground, distributed
from tests.bench.peer_ground import HOW, PeerGround, missing, peer_ground
from tests.parts import machine_cpu


class Section(StrEnum):
    """What can be measured alone."""

    POST = "post"
    LONE = "lone"
    BATCHES = "batches"


def main(
    only: Annotated[list[Section] | None, typer.Option(help="This alone; may be given several times")] = None,
    short: Annotated[bool, typer.Option("--short", help="Fewer rounds: under three minutes")] = False,
    rounds: Annotated[int, typer.Option(help="Rounds, in each of which house and peer are measured; 0: as usual")] = 0,
    peer: Annotated[bool, typer.Option(help="Beside the peer, or alone")] = True,
    peer_python: Annotated[str, typer.Option(help="The Python that has the peer's packages")] = sys.executable,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print tables for README")] = False,
) -> None:
    """Measures and prints; the way there is told on standard error."""
    if peer and (lacking := missing(peer_python)):
        sys.exit(f"The peer needs {' and '.join(lacking)}: {HOW}; --no-peer measures the house alone.")
    size = beside.SHORT if short else beside.LONG
    size = beside.Size(rounds or size.rounds, size.posts, size.lone, size.batch)
    report, wanted = Report(Console(stderr=True, width=150)), only or list(Section)
    with ExitStack() as stack:
        house = stack.enter_context(distributed())
        theirs = stack.enter_context(peer_ground(peer_python)) if peer else None
        grounds = [ground for ground in (house, theirs) if ground]
        clock = Strangers(grounds)
        _on_servers(report, house, theirs, wanted, size)
        report.conditions.append(f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores; {clock.told()}")
    report.show(markdown)


class Strangers:
    """What others used of the machine meanwhile."""

    def __init__(self, grounds: Sequence[Ground | PeerGround]) -> None:
        self._grounds = grounds
        self._began, self._machine, self._ours = time.monotonic(), machine_cpu(), self._used()

    def _used(self) -> float:
        return sum(sum(ground.cpu().values()) for ground in self._grounds) + sum(os.times()[:4])

    def told(self) -> str:
        """In words."""
        seconds = (time.monotonic() - self._began) * (os.cpu_count() or 1)
        share = (machine_cpu() - self._machine - self._used() + self._ours) / seconds
        return f"others used {max(0.0, share):.0%} of the machine meanwhile"


def _on_servers(report: Report, house: Ground, peer: PeerGround | None, wanted: list[Section], size: beside.Size) -> None:
    both = beside.sides(house, peer)
    if Section.POST in wanted:
        beside.measure_posts(report, both, size)
    if Section.LONE in wanted:
        beside.measure_lone(report, both, size)
    if Section.BATCHES in wanted:
        beside.measure_batches(report, house, peer, size)


if __name__ == "__main__":
    typer.run(main)
