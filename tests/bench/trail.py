"""`python -m tests.bench.trail [--lines N] [--postgresql]`: writes a trail, signs it, verifies it, finds what is tampered with.

The verification runs in a process of its own, so that its memory is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from rich.console import Console
from sqlmodel import SQLModel

from cases.trail import trail
from cases.trail.chain_verification import Fault
from cases.trail.checkpoint_key import SigningKey
from cases.trail.checkpoint_making import MOST, make_checkpoint
from cases.trail.fault_words import WHYS, params_of
from cases.trail.trail_line import TrailLine
from cases.trail.trail_verification import verify_all
from deploy.tables import all_tables
from storage.database import Database
from tests.bench.table import Figures
from tests.nodes import PostgresNode
from tests.vaults import VAULT

BEGUN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
LIFE = ("ask", "hand_over", "take", "answer")  # the lines of one case; the last one notes something
KEY = SigningKey(VAULT)
AT_ONCE = 500  # cases in one transaction
COPIED = 'at, number, chain, actor, who, unit, start, "to", note, details, mac'


@contextmanager
def a_database(postgresql: bool) -> Iterator[str]:
    """The address of an empty database with all tables."""
    if postgresql:
        node = PostgresNode(durable=True)
        try:
            yield _filled(node.start().fresh_database("bench"))
        finally:
            node.remove()
        return
    with tempfile.TemporaryDirectory(prefix="hecha-bench-") as folder:
        yield _filled(f"sqlite:///{folder}/trail.sqlite")


def _filled(url: str) -> str:
    all_tables()
    database = Database(url, VAULT)
    SQLModel.metadata.create_all(database.engine)
    database.close()
    return url


def write_lines(database: Database, count: int) -> None:
    """So many lines, four for each case, as moves write them."""
    for first in range(0, count // len(LIFE), AT_ONCE):
        numbers = [f"20260105-{n:08d}" for n in range(first, min(first + AT_ONCE, count // len(LIFE)))]
        at = BEGUN + timedelta(seconds=first)
        for action in LIFE:
            with database.write() as session:
                trail.write(session, [_line(number, action, at) for number in numbers])


def _line(number: str, action: str, at: datetime) -> TrailLine:
    line = TrailLine(at, action, "clerk", "police1", "police", number, "at_desk", "at_desk")
    return line._replace(note="卷七第十二页", details={"archive": "7-12"}) if action == "answer" else line


def sign(database: Database) -> list[float]:
    """Checkpoints until everything is signed; how long each of the full ones took."""
    times: list[float] = []
    while True:
        begun = time.monotonic()
        with database.write() as session:
            made = make_checkpoint(session, KEY, BEGUN, even_empty=False)
        if made is None:
            return times
        times += [time.monotonic() - begun] if made.chains == MOST else []


def tamper(database: Database, cases: int) -> None:
    """Five things that somebody with full access to the database may do, each to a case of its own."""
    changed, removed, tail, swapped, forged = (f"20260105-{cases * n // 6:08d}" for n in range(1, 6))
    statements = [
        f"UPDATE trail SET who = 'police2' WHERE number = '{changed}' AND seq = 2",
        f"DELETE FROM trail WHERE number = '{removed}' AND seq = 2",
        f"DELETE FROM trail WHERE number = '{tail}' AND seq > 2",
        *(f"UPDATE trail SET seq = {to} WHERE number = '{swapped}' AND seq = {seq}" for seq, to in ((1, 9), (2, 1), (9, 2))),
        f"INSERT INTO trail ({COPIED}, action, seq) SELECT {COPIED}, 'accept', 5 FROM trail WHERE number = '{forged}' AND seq = 4",
    ]
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def verify(url: str) -> dict[str, object]:
    """What verifying finds, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.trail", "--verify", url], capture_output=True, text=True, check=True)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def _verify_here(url: str) -> None:
    all_tables()
    database, begun = Database(url, VAULT), time.monotonic()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with database.snapshot() as session:
        report = verify_all(session, KEY, {})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"lines": report.lines, "checkpoints": report.checkpoints, "faults": report.faults, "uncovered": report.uncovered}
    print(json.dumps({**told, "seconds": time.monotonic() - begun, "memory": memory // 1024, "more": (memory - before) // 1024}))


def measure(count: int, postgresql: bool) -> None:
    """Writes, signs, verifies, tampers, and verifies again; prints a table."""
    figures = Figures(Console())
    with a_database(postgresql) as url:
        database, begun = Database(url, VAULT), time.monotonic()
        write_lines(database, count)
        figures.add(f"{count:,} lines written", f"{time.monotonic() - begun:.0f} s", f"{count / (time.monotonic() - begun):,.0f}/s")
        times = sign(database)
        if times:
            figures.add(f"a checkpoint over {MOST:,} chains", f"{sum(times) / len(times):.2f} s", f"longest {max(times):.2f} s")
        _told(figures, "verified, untouched", verify(url))
        tamper(database, count // len(LIFE))
        database.close()
        _told(figures, "verified, tampered with five times", verify(url))
    figures.show()


def _told(figures: Figures, what: str, seen: dict[str, object]) -> None:
    seconds, lines = float(str(seen["seconds"])), int(str(seen["lines"]))
    figures.add(what, f"{seconds:.1f} s for {lines:,} lines, {seen['checkpoints']} checkpoints", f"{lines / seconds:,.0f}/s")
    figures.add("memory of it", f"{seen['memory']} MB", f"{seen['more']} MB more than before it began")
    found = [Fault(*fault) for fault in seen["faults"]]  # type: ignore[attr-defined]  # from JSON
    for fault in found:
        figures.add("found", WHYS[fault.why].format(**params_of(fault)))
    figures.add("faults", str(len(found)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--verify", default="")
    given = parser.parse_args()
    if given.verify:
        _verify_here(given.verify)
    else:
        measure(given.lines, given.postgresql)
