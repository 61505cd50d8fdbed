"""An outage is said once by each part, and once that it is over: not each second, for hours."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from structlog.testing import capture_logs
from structlog.typing import EventDict

from administrators.running.process_heartbeats import HeartbeatWriter
from broker.transports.transport import DEAD
from deploy.assembly import assemble
from deploy.running import Running
from deploy.settings import read_settings
from tests.nodes import PostgresNode
from tests.phones import until

BEGINS = {
    "relay_waits": "relay_back", "clock_waits": "clock_goes_on", "part_failed": "part_goes_on", "worker_waits": "worker_goes_on",
    "beats_wait": "beats_go_on", "no_checkpoint": "checkpoints_go_on", "dead_reader_waits": "dead_reader_goes_on",
}  # fmt: skip


@contextmanager
def shut(postgres: PostgresNode, name: str) -> Iterator[None]:
    """Lets nobody into this database, and throws out who is in."""
    postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    try:
        postgres.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
    finally:
        postgres.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_a_database_that_is_away_is_said_once_by_each_part_and_once_that_it_is_back(
    postgres: PostgresNode, postgres_county: str, tmp_path: Path
) -> None:
    with postgres.database(postgres_county) as url:
        assembly, running = assemble(read_settings(home=tmp_path, database_url=url)), Running()
        parts = {**assembly.movers(), **assembly.workers()}
        parts["beats"] = HeartbeatWriter(assembly, "up", running.parts, running.is_failing)
        with capture_logs() as lines:
            running.start(parts)
            until(lambda: all(getattr(part, "last_beat", True) for part in parts.values()))
            with shut(postgres, make_url(url).database or ""):
                falls = list[float]()
                until(lambda: fell(running, falls) > 4, seconds=60)  # so it was tried again and again
                assembly.transport().publish_wire(DEAD, [b"no letter"])
                until(lambda: {"relay_waits", "clock_waits", "dead_reader_waits"} <= {line["event"] for line in lines}, seconds=60)
            until(lambda: all(getattr(part, "healthy", True) for part in parts.values()), seconds=60)
            until(
                lambda: named(lines, "part_failed") == named(lines, "part_goes_on") or max(counts(lines).values()) > 3, seconds=60
            )
        running.end()
        assembly.database.close()
    said = counts(lines)
    begun = {(event, who) for event, who, _ in said if event in BEGINS}

    assert {("part_failed", "webhooks"), ("part_failed", "batches"), ("relay_waits", "")} <= begun
    assert max(count for (event, _, _), count in said.items() if event in BEGINS) == 1, said
    assert named(lines, "part_failed") == named(lines, "part_goes_on")
    assert {BEGINS[event] for event, _ in begun} - {"checkpoints_go_on", "beats_go_on"} <= {line["event"] for line in lines}


def fell(running: Running, falls: list[float]) -> int:
    """How often the webhooks' part was seen to have fallen over."""
    if (last := running._fell.get("webhooks", 0.0)) and last not in falls:
        falls.append(last)
    return len(falls)


def counts(lines: list[EventDict]) -> Counter[tuple[str, str, str]]:
    """How often each event was logged of each part with each reason."""
    return Counter((line["event"], line.get("part") or line.get("queue") or "", line.get("error", "")) for line in lines)


def named(lines: list[EventDict], event: str) -> set[str]:
    """The parts of which this was logged."""
    return {line["part"] for line in lines if line["event"] == event}
