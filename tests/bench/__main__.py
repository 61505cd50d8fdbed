"""`python -m tests.bench`: the house beside a peer of its own, in one run on this machine; ratios first, then figures."""

import os
import platform
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import beside, cryptography, plain
from tests.bench.aims import Finding, Report
from tests.bench.embedded_figures import idle, measure_embedded
from tests.bench.ground import Ground, distributed
from tests.bench.peer_ground import API, CELERY, DRAMATIQ, HOW, PIKA, PeerGround, missing, peer_ground
from tests.bench.start_figures import measure_start
from tests.parts import machine_cpu


class Section(StrEnum):
    """What can be measured alone."""

    POST = "post"
    LONE = "lone"
    BATCHES = "batches"
    START = "start"
    EMBEDDED = "embedded"
    CRYPTOGRAPHY = "cryptography"


LETTERS = 20_000
USUAL = [section for section in Section if section is not Section.CRYPTOGRAPHY]
ON_SERVERS = {Section.POST, Section.LONE, Section.BATCHES, Section.START}


def main(
    only: Annotated[list[Section] | None, typer.Option(help="This alone; may be given several times")] = None,
    short: Annotated[bool, typer.Option("--short", help="Fewer rounds: under three minutes on a quiet machine")] = False,
    rounds: Annotated[int, typer.Option(help="Rounds, in each of which house and peer are measured; 0: as usual")] = 0,
    peer: Annotated[bool, typer.Option(help="Beside the peer, or alone")] = True,
    peer_python: Annotated[str, typer.Option(help="The Python that has the peer's packages")] = sys.executable,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print tables for README")] = False,
) -> None:
    """Measures and prints; the way there is told on standard error. What `cryptography` costs is measured when it is asked for."""
    if peer and (lacking := missing(peer_python)):
        sys.exit(f"The peer needs {' and '.join(lacking)}: {HOW}; --no-peer measures the house alone.")
    size = beside.SHORT if short else beside.LONG
    size = beside.Size(rounds or size.rounds, size.posts, size.lone, size.batch)
    report, wanted = Report(Console(stderr=True, width=150)), set(only or USUAL)
    strangers = Strangers()
    if wanted & ON_SERVERS:
        _on_servers(report, peer_python if peer else "", wanted, size, strangers)
    if Section.EMBEDDED in wanted:
        measure_embedded(report, size, strangers.watch)
    if Section.CRYPTOGRAPHY in wanted:
        cryptography.measure_cryptography(report, size.batch["Hecha"], size.rounds)
    where = f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    report.conditions.append(f"{datetime.now(UTC):%d %B %Y}, {where}, {size.rounds} rounds in turns; {strangers.told()}")
    report.show(markdown)


class Strangers:
    """What others used of the machine while we measured."""

    def __init__(self) -> None:
        self._seconds = self._theirs = 0.0

    def watch(self, *grounds: Ground | PeerGround) -> ExitStack:
        """Watches while the block runs; these grounds and this process are ours."""

        def used() -> float:
            return sum(sum(ground.cpu().values()) for ground in grounds) + sum(os.times()[:4])

        began, machine, ours = time.monotonic(), machine_cpu(), used()
        stack = ExitStack()

        def ended() -> None:
            self._seconds += time.monotonic() - began
            self._theirs += machine_cpu() - machine - used() + ours

        stack.callback(ended)
        return stack

    def told(self) -> str:
        """In words."""
        share = self._theirs / (self._seconds * (os.cpu_count() or 1)) if self._seconds else 0.0
        return f"others used {max(0.0, share):.0%} of the machine meanwhile"


def _on_servers(report: Report, python: str, wanted: set[Section], size: beside.Size, strangers: Strangers) -> None:
    with ExitStack() as stack:
        house = stack.enter_context(distributed())
        peer = stack.enter_context(peer_ground(python, (API, CELERY))) if python else None
        with strangers.watch(*(ground for ground in (house, peer) if ground)):
            both = beside.sides(house, peer)
            if Section.POST in wanted:
                beside.measure_posts(report, both, size)
            if Section.LONE in wanted:
                beside.measure_lone(report, both, size)
            if Section.BATCHES in wanted:
                with peer.also((DRAMATIQ, PIKA)) if peer else ExitStack():
                    beside.measure_batches(report, house, peer, size)
                _bare_letters(report, house)
            _at_rest(report, house, peer)
            if Section.START in wanted:
                measure_start(report, house, max(3, size.rounds))


def _bare_letters(report: Report, house: Ground) -> None:
    """What one quorum queue carries when nobody does anything with the letters."""
    report.add("bare letters, pika one by one", f"{plain.one_by_one(house.broker, LETTERS // 50):,.0f}/s")
    report.add("bare letters, pika pipelined", f"{plain.pipelined(house.broker, LETTERS):,.0f}/s")


def _at_rest(report: Report, house: Ground, peer: PeerGround | None) -> None:
    """What the processes hold after the work, and what they use when idle."""
    shares = idle([*house.parts, *(peer.processes() if peer else ())])
    for part in house.parts:
        kind = part.command[0]
        report.find(Finding(f"memory of {kind}", part.memory(), "MB", f"idle {shares[part]:.1%} of a core"))
    for part in peer.processes() if peer else ():
        report.add(f"peer: {part.name}", f"{part.memory():.0f} MB, idle {shares[part]:.1%} of a core")


if __name__ == "__main__":
    typer.run(main)
