"""The peer's ground: PostgreSQL and RabbitMQ nodes of its own, as the house has, and its API and workers as processes."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlmodel import SQLModel, create_engine

from tests.bench.peer import checks, records
from tests.house.rooms import ROOT
from tests.nodes import PostgresNode, RabbitNode, free_port
from tests.parts import Part, await_port, cpu_of, running

NEEDED = ("celery", "dramatiq")
HOW = "pip install --require-hashes -r requirements-bench.lock"
COUNT = "SELECT count(*) FROM audit"
API, CELERY, DRAMATIQ = "uvicorn", "celery", "dramatiq"
PIKA = "pika"


def missing(python: str) -> list[str]:
    """Which of the peer's packages this Python lacks."""
    look = f"import importlib.util as u; print(*(n for n in {NEEDED!r} if u.find_spec(n) is None))"
    return subprocess.run([python, "-c", look], capture_output=True, text=True, check=True).stdout.split()


@dataclass(frozen=True)
class PeerGround:
    """The peer's processes, by the name of what they are built with, and its servers."""

    python: str
    settings: Mapping[str, str]
    parts: dict[str, Sequence[Part]]
    home: Path
    servers: Mapping[str, int]
    address: str
    database: psycopg.Connection[tuple[int]]

    @contextmanager
    def also(self, which: Sequence[str]) -> Iterator[None]:
        """Within, these run too."""
        more = {kind: _parts(kind, self.python, self.settings, self.home, self.address) for kind in which}
        with running([part for each in more.values() for part in each]):
            self.parts.update(more)
            for kind in which:
                _warm_up(self, kind)
            yield
        for kind in which:
            del self.parts[kind]

    def processes(self) -> list[Part]:
        """All that run."""
        return [part for parts in self.parts.values() for part in parts]

    def cpu(self) -> dict[str, float]:
        """Seconds of processor time used so far, by part and server."""
        pids = {part.name: part.pid for part in self.processes()} | dict(self.servers)
        return {name: cpu_of(pid) for name, pid in pids.items()}

    def answers(self) -> int:
        """How many answers stand with their audit lines."""
        row = self.database.execute(COUNT).fetchone()
        return int(row[0]) if row else 0

    def await_answers(self, count: int, patience: float = 300.0) -> float:
        """When (monotonic) so many answers stood; raises TimeoutError."""
        end = time.monotonic() + patience
        while (seen := self.answers()) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{seen} of {count} answered after {patience:.0f} s")
            time.sleep(0.05)
        return time.monotonic()

    def ask(self, peer: str, count: int) -> dict[str, float]:
        """Accepts so many questions in a process of its own; when it began and ended (monotonic), and its processor time."""
        command = [self.python, "-m", "tests.bench.peer.asking", peer, str(count)]
        done = subprocess.run(command, env={**os.environ, **self.settings}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return told


@contextmanager
def peer_ground(python: str, which: Sequence[str] = (API, CELERY)) -> Iterator[PeerGround]:
    """The peer's house, running."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hecha-peer-")))
        postgres, rabbit = PostgresNode(durable=True), RabbitNode()
        stack.callback(postgres.remove)
        stack.callback(rabbit.remove)
        url = postgres.start().fresh_database("peer")
        engine = create_engine(url)
        SQLModel.metadata.create_all(engine, tables=[checks.Check.__table__, checks.AuditLine.__table__])
        engine.dispose()
        records.build(home / "records.sqlite")
        address = f"127.0.0.1:{free_port()}"
        settings = {
            checks.DATABASE: url,
            checks.BROKER: rabbit.start().url,
            checks.RECORDS: str(home / "records.sqlite"),
            "PYTHONPATH": str(ROOT),
        }
        parts: dict[str, Sequence[Part]] = {kind: _parts(kind, python, settings, home, address) for kind in which}
        stack.enter_context(running([part for each in parts.values() for part in each]))
        if API in parts:
            await_port(address, parts[API][0])
        servers = {name: node.child.pid for name, node in (("PostgreSQL", postgres), ("RabbitMQ", rabbit)) if node.child}
        database = stack.enter_context(psycopg.connect(url.replace("+psycopg", ""), autocommit=True))
        ground = PeerGround(python, settings, parts, home, servers, address, database)
        for kind in which:
            if kind != API:
                _warm_up(ground, kind)
        yield ground


def _warm_up(ground: PeerGround, kind: str, count: int = 100) -> None:
    before = ground.answers()
    ground.ask(kind, count)
    ground.await_answers(before + count)


def _parts(kind: str, python: str, settings: Mapping[str, str], home: Path, address: str) -> list[Part]:
    host, _, port = address.rpartition(":")
    celery = ("-m", "celery", "-A", "tests.bench.peer.celery_peer", "worker", "--loglevel", "WARNING")
    dramatiq = ("-m", "dramatiq", "tests.bench.peer.dramatiq_peer", "--processes", "1")
    commands = {
        API: {"API": ("-m", "uvicorn", "tests.bench.peer.app:app", "--host", host, "--port", port, "--no-access-log")},
        CELERY: {
            f"Celery at the {queue}": (*celery, "-Q", queue, "-n", f"{queue}@%h", "--concurrency", "1")
            for queue in ("police", "house")
        },
        DRAMATIQ: {f"Dramatiq at the {queue}": (*dramatiq, "--queues", f"d_{queue}") for queue in ("police", "house")},
        PIKA: {f"pika at the {side}": ("-m", "tests.bench.peer.pika_peer", side) for side in ("police", "house")},
    }[kind]
    made = []
    for name, command in commands.items():
        part = Part(command, settings, home, program=[python])
        part.name = name
        made.append(part)
    return made
