"""`python -m tests.bench`: takes the figures on this machine, five minutes at most."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console

from tests.bench import api, batches, plain
from tests.bench.ground import Ground, distributed, embedded
from tests.bench.table import Figures
from tests.parts import Part

console = Console(width=110)
IDLE = 10.0  # seconds of doing nothing


def main(
    questions: Annotated[int, typer.Option(help="Questions in batches on RabbitMQ and PostgreSQL")] = 20_000,
    files: Annotated[int, typer.Option(help="Questions in batches on files; 0 leaves that part out")] = 5_000,
    posts: Annotated[int, typer.Option(help="Questions through the API; 0 leaves that part out")] = 1_000,
    seconds: Annotated[float, typer.Option(help="Seconds of lone questions, 20 a second")] = 15.0,
    unsealed: Annotated[int, typer.Option(help="So many questions with and without cryptography, in turn; 0: none")] = 10_000,
    letters: Annotated[int, typer.Option(help="Letters for pika alone; 0 leaves that part out")] = 50_000,
) -> None:
    """Prints what this machine does."""
    figures = Figures(console)
    load = os.getloadavg()[0]
    if questions:
        with distributed() as ground:
            measure_distributed(figures, ground, questions, letters)
            measure_api(figures, ground, "RabbitMQ + PostgreSQL", posts, seconds)
    if unsealed:
        measure_cryptography(figures, unsealed)
    if files:
        with embedded() as ground:
            add_batches(figures, ground, "one process on files", files)
            measure_api(figures, ground, "one process on files", posts, seconds)
    console.print(f"\n{os.cpu_count()} cores; load average before {load:.1f}, after {os.getloadavg()[0]:.1f}")
    figures.show()


def measure_distributed(figures: Figures, ground: Ground, count: int, letters: int) -> None:
    """Batches, with pika alone beside them."""
    if letters:
        single, bare = plain.one_by_one(ground.broker, letters // 50), plain.pipelined(ground.broker, letters)
        figures.add("pika alone, letter by letter", f"{single:,.0f}/s")
        figures.add("pika alone, pipelined", f"{bare:,.0f}/s", f"{bare / single:.1f} x letter by letter")
    rate = add_batches(figures, ground, "RabbitMQ + PostgreSQL", count)
    if letters:
        # Each question is three letters: question, finding and outcome.
        ratios = f"{rate / single:.2f} x pika letter by letter, {rate / bare:.2f} x pipelined"
        figures.add("a whole verification against one bare letter", f"{rate:,.0f}/s", ratios)


def measure_cryptography(figures: Figures, count: int, times: int = 2) -> None:
    """What signing and sealing cost: the same with and without, in turn, the best of each."""
    seen: dict[bool, list[batches.Throughput]] = {True: [], False: []}
    for _ in range(times):
        for unsealed in (True, False):
            with distributed(unsealed) as ground:
                seen[unsealed].append(batches.measure(ground, count))
    without, with_ = (max(seen[unsealed], key=lambda one: one.rate) for unsealed in (True, False))
    figures.add(f"nothing signed or sealed: {count:,} questions in batches", f"{without.rate:,.0f}/s")
    fewer = f"{1 - with_.rate / without.rate:.0%} fewer"
    figures.add("the same, letters signed and sealed, rows sealed, trail chained", f"{with_.rate:,.0f}/s", fewer)
    spent = [sum(one.cpu.values()) for one in (without, with_)]
    figures.add(
        "  processor seconds per 1,000: without, with", f"{spent[0]:.2f}, {spent[1]:.2f}", f"{spent[1] / spent[0] - 1:+.0%}"
    )


def add_batches(figures: Figures, ground: Ground, where: str, count: int) -> float:
    """Throughput and the processor time behind it."""
    seen = batches.measure(ground, count)
    figures.add(
        f"{where}: {count:,} questions accepted in batches of {batches.CHUNK}", f"{seen.rate:,.0f}/s", f"{seen.seconds:.1f} s"
    )
    figures.add("  share of the machine that others used meanwhile", f"{seen.strangers:.0%}")
    figures.add("  processor seconds per 1,000: all together", f"{sum(seen.cpu.values()):.2f}")
    for name, cpu in seen.cpu.items():
        figures.add(f"  processor seconds per 1,000: {name}", f"{cpu:.2f}")
    return seen.rate


def measure_api(figures: Figures, ground: Ground, where: str, posts: int, seconds: float) -> None:
    """One by one, alone, and then what the processes hold and what they use when idle."""
    for clients in (1, 8) if posts else ():
        figures.add(f"{where}: POST by {clients} at once", f"{api.accepted_a_second(ground, clients, posts):,.0f}/s")
    if seconds:
        time.sleep(2)
        lone = api.lone_questions(ground, seconds)
        figures.add(
            f"{where}: a lone question, 20 a second", f"p50 {lone.p50:.1f} ms, p99 {lone.p99:.1f} ms", f"worst {lone.worst:.0f} ms"
        )
    for part, share in idle(ground).items():
        figures.add(f"{where}: {part.name}", f"{part.memory():.0f} MB", f"idle {share:.1%} of a core")


def idle(ground: Ground) -> dict[Part, float]:
    """The share of one core that each part uses when there is nothing to do."""
    time.sleep(2)
    before = [part.cpu() for part in ground.parts]
    time.sleep(IDLE)
    return {part: (part.cpu() - was) / IDLE for part, was in zip(ground.parts, before, strict=True)}


if __name__ == "__main__":
    typer.run(main)
