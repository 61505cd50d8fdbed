"""`python -m tests.bench.growth --cases 3000000`: what a house that grows costs, at 10,000 cases, 100,000, a million and more.

Beside times, which a busy machine stretches, it counts the pages of 8 kB that PostgreSQL touches for each thing that is done: the
same on any machine. At the end it lists the statements that touch more in the large house than in the small one.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console
from sqlmodel import Session, col, select

from access.units import all_units
from cases.case import Case
from cases.case_search import Among, find_among
from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoint_making import make_checkpoint
from cases.trail.trail_verification import verify_case
from deploy.operations.retention import Keeper
from requesters.own_cases.case_lookup import find_cases
from responders.desk.desk_lookup import find_held
from responders.desk.desk_piles import Desk
from tests.bench.callers import Hecha, lone_questions
from tests.bench.copies import Copies, sizes
from tests.bench.crowd import Crowd, fill
from tests.bench.ground import await_answers
from tests.bench.pages import PAGES, Reader
from tests.bench.table import Figures
from tests.nodes import PostgresNode, RabbitNode
from tests.parts import Part, await_port, running
from tests.town import Town, questions
from tests.vaults import VAULT

FIRST, OPEN = 10_000, 3_000  # real ones; so many are open at any size
STEPS = (10_000, 100_000, 1_000_000, 3_000_000, 10_000_000)
ROUNDS = 5
SEVEN_MONTHS = "UPDATE cases SET closed_at = now() - interval '7 months' WHERE number IN (SELECT number FROM cases WHERE "
OLDEST = "number LIKE 'HC%' AND closed_at IS NOT NULL AND blocked_at IS NULL ORDER BY asked_at LIMIT 200)"
COUNTED = """SELECT coalesce(sum(shared_blks_hit + shared_blks_read), 0), coalesce(sum(total_exec_time), 0) FROM pg_stat_statements
WHERE query NOT LIKE '%pg_stat_statements%' AND query NOT LIKE 'SELECT count(*) FROM trail WHERE action%'"""
BY_STATEMENT = """SELECT query, sum(calls), sum(shared_blks_hit + shared_blks_read) / sum(calls), sum(total_exec_time) / sum(calls)
FROM pg_stat_statements WHERE query NOT LIKE '%pg_stat_statements%'
AND query ~ '^(SELECT|WITH|UPDATE|INSERT|DELETE)' GROUP BY query"""
HOUSEKEEPERS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
FILLING = ("synchronous_commit = off", "maintenance_work_mem = '1GB'", "work_mem = '256MB'")  # of that connection alone
MUCH, MORE = 100, 1.5  # a statement that touches so many pages, so many times what it did at first, has grown
console = Console(width=170)


@dataclass(frozen=True, slots=True)
class Cost:
    """What doing something once takes: milliseconds until it is done, PostgreSQL's of them, and pages it touches."""

    ms: float
    own: float
    pages: float


@dataclass
class Stage:
    """One size of the house."""

    cases: int
    costs: dict[str, Cost] = field(default_factory=dict)
    statements: dict[str, tuple[int, float, float]] = field(default_factory=dict)
    bytes_a_case: float = 0.0


@dataclass
class Yard:
    """The house that grows, and the connection through which it is watched."""

    town: Town
    watch: psycopg.Connection[Any]
    broker: str

    def measured(self, what: Callable[[], object], times: int, many: int = 1) -> Cost:
        """What it costs once, of so many times; `many` things are done each time."""
        pages, own = self._counted()
        took = []
        for _ in range(times):
            began = time.perf_counter()
            what()
            took.append((time.perf_counter() - began) * 1000 / many)
        after, spent = self._counted()
        return Cost(statistics.median(took), (spent - own) / times / many, (after - pages) / times / many)

    def _counted(self) -> tuple[float, float]:
        pages, spent = self.watch.execute(COUNTED).fetchone() or (0, 0)
        return float(pages), float(spent)


@contextmanager
def yard() -> Iterator[Yard]:
    """Private servers, PostgreSQL with its book of statements."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="hecha-growth-")))
        postgres = PostgresNode(durable=True, settings=("shared_preload_libraries=pg_stat_statements", "max_wal_size=8GB"))
        rabbit = RabbitNode()
        stack.callback(postgres.remove)
        stack.callback(rabbit.remove)
        url = postgres.start().fresh_database("growth")
        town = Town(home, url, rabbit.start().url).found()
        stack.callback(town.close)
        watch = stack.enter_context(psycopg.connect(url.replace("+psycopg", ""), autocommit=True))
        watch.execute("CREATE EXTENSION pg_stat_statements")
        for setting in FILLING:
            watch.execute(f"SET {setting}")
        yield Yard(town, watch, rabbit.url)


def sign(town: Town) -> None:
    """Checkpoints over all there is that holds."""
    made = True
    while made:
        with town.house.database.write() as session:
            checkpoint = make_checkpoint(session, SigningKey(VAULT), datetime.now(UTC), even_empty=False)
            made = checkpoint is not None and checkpoint.chains > 0


def measure(here: Yard, cases: int) -> Stage:
    """Everything, once the statistics of the tables are new."""
    sign(here.town)  # what was copied since the last checkpoint is looked through once
    here.watch.execute("VACUUM ANALYZE")
    _settle(here)
    here.watch.execute("SELECT pg_stat_statements_reset()")
    stage = Stage(cases, bytes_a_case=sum(sizes(here.watch).values()) / cases)
    with running([serve := here.town.part("serve")]):
        await_port(here.town.http, serve)
        _pages(here, stage)
    _works(here, stage)
    _questions(here, stage)
    stage.statements = {query: (int(calls), float(pages), ms) for query, calls, pages, ms in here.watch.execute(BY_STATEMENT)}
    return stage


def _settle(here: Yard) -> None:
    """Waits for PostgreSQL's own housekeepers: a rebuilt index serves nobody while a transaction is open that began before it."""
    end = time.monotonic() + 60
    while (here.watch.execute(HOUSEKEEPERS).fetchone() or (0,))[0] and time.monotonic() < end:
        time.sleep(1)


def _pages(here: Yard, stage: Stage) -> None:
    with here.town.house.database.read() as session:
        number = _a_case(session)
    more = {"bank1": f"/cases/{number}", "police1": f"/desk/{number}", "supervisor": f"/board/{number}"}
    for username, addresses in PAGES.items():
        reader = Reader(here.town, username)
        for address in (*addresses, *([more[username]] if username in more else ())):
            for _ in range(2):
                reader.milliseconds(address)
            look = partial(reader.milliseconds, address)
            stage.costs[f"{username} {address.replace(number, 'NUMBER')}"] = here.measured(look, ROUNDS)


def _a_case(session: Session) -> str:
    found = select(Case.number).where(Case.asked_by == "bank1", Case.unit == "bank-binjiang", Case.state == "closed")
    return session.exec(found.where(col(Case.number).startswith("HC")).order_by(col(Case.asked_at).desc()).limit(1)).one()


def _works(here: Yard, stage: Stage) -> None:
    town, database, now = here.town, here.town.house.database, datetime.now(UTC)
    asked = iter(questions(10_000))
    town.ask([next(asked) for _ in range(5)])
    stage.costs["accept one"] = here.measured(lambda: town.ask([next(asked)]), 4 * ROUNDS)
    stage.costs["accept one of 250"] = here.measured(lambda: town.ask([next(asked) for _ in range(250)]), ROUNDS, 250)
    with database.read() as session:
        number = _a_case(session)
        for words in (questions(1)[0]["subjects"]["person"]["id_number"], "GD-0001", number[:11]):
            kind = {18: "an ID number", 7: "a file number", 11: "a case number"}[len(words)]
            units = all_units(session)
            rooms = {
                "own cases": partial(find_cases, session, "bank-binjiang"),
                "desk": partial(find_held, session, Desk("police"), units),
                "board": partial(find_among, session, Among(select(Case), units, 25)),
            }
            for room, find in rooms.items():
                stage.costs[f"{room}: search by {kind}"] = here.measured(partial(find, words, now.date()), ROUNDS)
        stage.costs["verify a case's trail"] = here.measured(lambda: verify_case(session, number), ROUNDS)
    stage.costs["make a checkpoint"] = here.measured(lambda: sign(town), 1)
    here.watch.execute(SEVEN_MONTHS + OLDEST)
    keeper = Keeper(database, town.house.rulebook)
    stage.costs["block one of 200"] = here.measured(lambda: keeper.keep(now), 1, 200)
    stage.costs["retention with nothing due"] = here.measured(lambda: keeper.keep(now), ROUNDS)


def _questions(here: Yard, stage: Stage) -> None:
    town = here.town
    parts = [
        Part(command, town.settings, town.home) for command in (["serve"], ["relay"], ["work"], ["respond", "--unit", "police"])
    ]
    with running(parts):
        await_port(town.http, parts[0])
        before = town.answers()
        town.ask(questions(300))
        await_answers(town, before + 300, 300)
        house = Hecha(town.http, town.key())
        stage.costs["a lone question, to its answer"] = here.measured(lambda: lone_questions(house, questions(60)), 1, 60)

        def batch() -> None:
            had = town.answers()
            for start in range(0, 2_000, 250):
                town.ask(questions(2_000)[start : start + 250])
            await_answers(town, had + 2_000, 300)

        stage.costs["one of 2,000 in batches, to its answer"] = here.measured(batch, 1, 2_000)


def show(stages: list[Stage]) -> None:
    """The curve, and what has grown."""
    figures, first = Figures(console), stages[0]
    for what, small in first.costs.items():
        large = [stage.costs[what] for stage in stages]
        curve = "  ".join(f"{cost.ms:.1f} ms, {cost.own:.1f}, {cost.pages:,.0f} p" for cost in large)
        figures.add(what, curve, f"{large[-1].ms / small.ms:.2f} x, pages {large[-1].pages / max(1.0, small.pages):.2f} x")
    figures.add("bytes a case", "  ".join(f"{stage.bytes_a_case:,.0f}" for stage in stages))
    figures.show()
    for query, (calls, pages, ms) in sorted(stages[-1].statements.items(), key=lambda one: -one[1][1] * one[1][0]):
        had = first.statements.get(query, (0, 0.0, 0.0))[1]
        if pages > MUCH and pages > MORE * had:
            console.print(
                f"\n{had:,.0f} -> {pages:,.0f} pages, {ms:.1f} ms, {calls} times: {' '.join(query.split())[:1500]}",
                highlight=False,
                markup=False,
            )


def main(
    cases: Annotated[int, typer.Option(help="Cases at the end")] = 3_000_000,
    steps: Annotated[
        str, typer.Option(help="Sizes to measure at, with commas; empty: 10 thousand, 100 thousand, 1, 3, 10 million")
    ] = "",
) -> None:
    """Fills a house with so many complete cases and measures it on the way."""
    sizes_ = [int(each) for each in steps.split(",")] if steps else [*(each for each in STEPS if each < cases), cases]
    with yard() as here:
        fill(here.town, Crowd(FIRST, OPEN))
        sign(here.town)
        copies, stages, have = Copies(here.watch), list[Stage](), FIRST
        for size in sizes_:
            began = time.monotonic()
            copies.add(size - have)
            console.print(f"{size:,} cases: {size - have:,} more in {time.monotonic() - began:.0f} s", highlight=False)
            have = size
            stages.append(measure(here, size))
            show(stages)


if __name__ == "__main__":
    typer.run(main)
