"""The ground the figures are taken on: private nodes whose disk is waited for, the sample city, every part a process."""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.bare import bare
from tests.house.rooms import ROOT
from tests.nodes import PostgresNode, RabbitNode
from tests.parts import Part, await_port, cpu_of, running
from tests.town import Town, questions

BARE = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.bench.bare import app, bare\nwith bare(): app()"
COMMANDS = (["serve"], ["relay"], ["work"], ["clock"], ["respond", "--unit", "police"])


@dataclass(frozen=True)
class Ground:
    """A running house; where it stands on files it has no servers, and `broker` is empty."""

    town: Town
    parts: Sequence[Part]
    servers: Mapping[str, int] = field(default_factory=dict)  # process ids
    broker: str = ""

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time used so far, by part and server."""
        parts = {part.name: part.pid for part in self.parts}
        return {name: cpu_of(pid) for name, pid in {**parts, **self.servers}.items()}


@contextmanager
def distributed(unsealed: bool = False) -> Iterator[Ground]:
    """RabbitMQ and PostgreSQL, with every part a process of its own; `unsealed`: none of them signs or seals anything."""
    with ExitStack() as stack:
        if unsealed:
            stack.enter_context(bare())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hecha-bench-")))
        postgres, rabbit = PostgresNode(durable=True), RabbitNode()
        stack.callback(postgres.remove)
        stack.callback(rabbit.remove)
        town = Town(home, postgres.start().fresh_database("bench"), rabbit.start().url).found()
        stack.callback(town.close)
        program = [sys.executable, "-c", BARE] if unsealed else []
        parts = [Part(command, town.settings, home, program=program) for command in COMMANDS]
        stack.enter_context(running(parts))
        await_port(town.http, parts[0])
        warm_up(town)
        servers = {name: node.child.pid for name, node in (("PostgreSQL", postgres), ("RabbitMQ", rabbit)) if node.child}
        yield Ground(town, parts, servers, rabbit.url)


@contextmanager
def embedded() -> Iterator[Ground]:
    """One process on SQLite and the embedded broker: what `hecha up` runs."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hecha-bench-")))
        town = Town(home, f"sqlite:///{home / 'hecha.sqlite'}", f"embedded://{home / 'broker.sqlite'}").found()
        stack.callback(town.close)
        parts = [town.part("up", "--no-phones")]
        stack.enter_context(running(parts))
        await_port(town.http, parts[0])
        warm_up(town)
        yield Ground(town, parts)


def warm_up(town: Town, count: int = 300) -> None:
    """The first questions find connections to open and plans to make."""
    town.ask(questions(count))
    await_answers(town, count)


def await_answers(town: Town, count: int, patience: float = 120.0) -> float:
    """When (monotonic) so many answers stood on the trail; raises TimeoutError."""
    end = time.monotonic() + patience
    while (seen := town.answers()) < count:
        if time.monotonic() > end:
            raise TimeoutError(f"{seen} of {count} answered after {patience:.0f} s")
        time.sleep(0.05)
    return time.monotonic()
