"""A worker loses no letter, does none twice, and is not stopped by a bad one."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url
from sqlalchemy.exc import OperationalError
from sqlmodel import Session
from structlog.testing import capture_logs

from broker.letter import Letter
from broker.transports.transport import ATTEMPTS, DEAD, Delivery, Transport
from broker.worker import PAUSES, Worker
from storage.database import Database
from tests.nodes import PostgresNode, RabbitNode
from tests.rooms.broker.clerk import effects, letters, now, running, until, write_down

Opener = Callable[[], Transport]


def buried(transport: Transport, queue: str, count: int) -> list[Delivery]:
    """What came from this queue into the dead queue, shared by all tests of one broker."""
    got: list[Delivery] = []
    end = time.monotonic() + 10
    while len(got) < count and time.monotonic() < end:
        batch = transport.receive(DEAD, 100, 0.5)
        transport.ack(batch)
        got += [d for d in batch if d.source == queue]
    return got


def test_letters_are_handled_in_order_and_then_gone(database: Database, open_transport: Opener, queue: str) -> None:
    worker = Worker(queue, write_down, database, open_transport, now)
    writer = open_transport()
    writer.publish(letters(queue, 500))
    with running(worker.run):
        until(lambda: worker.handled == 500)
        writer.publish(letters(queue, 1))
        until(lambda: worker.handled == 501)

    assert effects(database) == [*map(str, range(500)), "0"]
    assert writer.depth(queue) == 0
    assert worker.last_beat == now()


def test_one_bad_letter_of_fifty_is_buried_and_the_other_49_are_handled(
    database: Database, open_transport: Opener, queue: str
) -> None:
    """BROKERS "kombu virtual transports have no dead letters". The reason is the error's class: its text may hold an ID number."""
    tries = []

    def handle(session: Session, batch: Sequence[Letter], at: datetime) -> None:
        write_down(session, batch, at)
        if any(letter.about == "17" for letter in batch):
            tries.append(len(batch))
            raise KeyError("330782199001011234")

    writer = open_transport()
    writer.publish(letters(queue, 50))
    with running(Worker(queue, handle, database, open_transport, now).run):
        (dead,) = buried(writer, queue, 1)
        until(lambda: len(effects(database)) == 49)

    assert sorted(map(int, effects(database))) == [i for i in range(50) if i != 17]
    assert dead.letter
    assert (dead.letter.about, dead.fault) == ("17", "KeyError")
    assert tries.count(1) >= ATTEMPTS
    assert writer.depth(queue) == 0


def test_a_letter_that_fails_at_first_is_handled_later(database: Database, open_transport: Opener, queue: str) -> None:
    failures = iter([True] * 3)

    def handle(session: Session, batch: Sequence[Letter], at: datetime) -> None:
        if next(failures, False):
            raise TimeoutError
        write_down(session, batch, at)

    open_transport().publish(letters(queue, 1))
    worker = Worker(queue, handle, database, open_transport, now)
    with running(worker.run):
        until(lambda: worker.handled)

    assert effects(database) == ["0"]


def test_unreadable_letters_are_buried_with_their_fault(database: Database, open_transport: Opener, queue: str) -> None:
    writer = open_transport()
    good = letters(queue, 2)
    newer = good[0].wire().replace(b'"version":1', b'"version":2')
    writer.publish_wire(queue, [good[0].wire(), b"not json", newer, good[1].wire()])
    with running(Worker(queue, write_down, database, open_transport, now).run):
        dead = buried(writer, queue, 2)
        until(lambda: len(effects(database)) == 2)

    assert sorted((d.fault, d.wire) for d in dead) == [("letter: json_invalid", b"not json"), ("version: literal_error", newer)]
    assert effects(database) == ["0", "1"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_commit_neither_loses_nor_doubles(
    database: Database, broker_url: str, open_transport: Opener, queue: str, moment: str
) -> None:
    """BROKERS "connections dropped mid-run": killed before the commit the letters come again, killed after it they are known."""
    writer = open_transport()
    writer.publish(letters(queue, 30))
    command = [sys.executable, "-m", "tests.rooms.broker.crash", database.url, broker_url, queue, moment]
    crashed = subprocess.run(command, cwd=Path(__file__).parents[3], stdout=subprocess.PIPE, text=True, check=False)
    assert crashed.returncode == -9
    assert len(effects(database)) == (0 if moment == "before" else 30)

    told = set(crashed.stdout.split())  # what the crash kept from the hook reaches it now
    after = lambda batch: told.update(letter.about for letter in batch)  # noqa: E731
    with running(Worker(queue, write_down, database, open_transport, now, after).run):
        until(lambda: len(told) == 30)
        until(lambda: writer.depth(queue) == 0)

    assert sorted(map(int, effects(database))) == list(range(30))


def test_the_hook_runs_after_the_commit_and_its_failure_repeats_nothing(
    database: Database, open_transport: Opener, queue: str
) -> None:
    seen = []

    def after(batch: Sequence[Letter]) -> None:
        seen.append(([letter.about for letter in batch], effects(database)))
        raise ConnectionError

    writer = open_transport()
    writer.publish(letters(queue, 2))
    worker = Worker(queue, write_down, database, open_transport, now, after)
    with running(worker.run):
        until(lambda: sum(len(abouts) for abouts, _ in seen) == 2)
        until(lambda: writer.depth(queue) == 0)

    assert all(set(abouts) <= set(committed) for abouts, committed in seen)
    assert effects(database) == ["0", "1"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_that_is_away_costs_no_letter_an_attempt(
    database: Database, postgres: PostgresNode, open_transport: Opener, queue: str
) -> None:
    """Else every letter read during a restart of the database would be buried within milliseconds."""
    writer = open_transport()
    worker = Worker(queue, write_down, database, open_transport, now)
    with running(worker.run):
        until(lambda: worker.last_beat)
        postgres.kill()
        try:
            writer.publish(letters(queue, 20))
            until(lambda: not worker.healthy)
            time.sleep(0.5)
        finally:
            postgres.start()
        until(lambda: worker.handled == 20)

    assert sorted(map(int, effects(database))) == list(range(20))


@pytest.mark.parametrize("broker_url", ["embedded"], indirect=True)
def test_a_database_that_takes_nothing_buries_no_letter_and_the_worker_says_that_it_waits(
    database: Database, open_transport: Opener, queue: str
) -> None:
    """20 letters were buried within 0.3 s by a worker that called itself healthy."""
    read_only = {"sqlite": "PRAGMA query_only = on", "postgresql": "SET default_transaction_read_only = on"}
    spoiling = threading.Event()
    spoiling.set()

    def spoil(connection: Any, _record: object, _proxy: object) -> None:
        if spoiling.is_set():
            connection.cursor().execute(read_only[database.engine.dialect.name])

    for engine in database.engines:
        event.listen(engine, "checkout", spoil)
    writer, worker = open_transport(), Worker(queue, write_down, database, open_transport, now)
    writer.publish(letters(queue, 20))
    with capture_logs() as lines, running(worker.run):
        until(lambda: not worker.healthy)
        until(lambda: worker._pause > 4 * PAUSES[0])  # so it was tried several times
        spoiling.clear()
        until(lambda: worker.handled == 20, seconds=30)

    assert sorted(map(int, effects(database))) == list(range(20))
    assert [line["queue"] for line in lines if line["event"] == "worker_waits"] == [queue]
    assert writer.depth(DEAD) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("broker_url", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("ALTER TABLE test_effect RENAME TO effect_away", "ALTER TABLE effect_away RENAME TO test_effect"),
        ("REVOKE INSERT ON test_effect FROM clerk_of_test", "GRANT INSERT ON test_effect TO clerk_of_test"),
    ],
)
def test_a_fault_of_the_house_uses_up_no_attempt_of_a_letter(
    database: Database, open_transport: Opener, queue: str, postgres: PostgresNode, broken: str, mended: str
) -> None:
    """The inbox could be written and the handler's table could not: after five attempts within a second the letters were buried."""
    url = make_url(database.url)
    rights = (
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk_of_test; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk_of_test"
    )
    with closing(psycopg.connect(database.url.replace("+psycopg", ""), autocommit=True)) as owner:
        owner.execute(f"CREATE ROLE clerk_of_test LOGIN; {rights}; {broken}")
        try:
            ours = Database(url.set(username="clerk_of_test").render_as_string(hide_password=False), database.vault)
            writer, worker = open_transport(), Worker(queue, write_down, ours, open_transport, now)
            writer.publish(letters(queue, 20))
            with running(worker.run):
                until(lambda: worker._pause > 4 * PAUSES[0] or not writer.depth(queue))
                assert not buried(writer, queue, 0)
                owner.execute(mended)
                until(lambda: worker.handled == 20, seconds=30)
            ours.close()
        finally:
            owner.execute("DROP OWNED BY clerk_of_test; DROP ROLE clerk_of_test")

    assert sorted(map(int, effects(database))) == list(range(20))
    assert writer.depth(DEAD) == 0


@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
def test_connections_dropped_in_the_middle_neither_lose_nor_double(
    database: Database, rabbit: RabbitNode, open_transport: Opener, queue: str
) -> None:
    """BROKERS "connections dropped mid-run (3,000 letters)": Celery did 1-6 twice, FastStream left 4 unanswered."""
    open_transport().publish(letters(queue, 3000))
    ready = threading.Event()

    def handle(session: Session, batch: Sequence[Letter], at: datetime) -> None:
        ready.set()
        time.sleep(0.02)
        write_down(session, batch, at)

    workers = [Worker(queue, handle, database, open_transport, now) for _ in range(2)]
    with running(*(worker.run for worker in workers)):
        ready.wait(10)
        rabbit.rabbitmqctl("close_all_connections", "test")
        until(lambda: sum(worker.handled for worker in workers) >= 3000, seconds=30)
        time.sleep(0.3)

    assert sorted(map(int, effects(database))) == list(range(3000))


def test_errors_of_the_database_itself_bury_only_their_letter(database: Database, open_transport: Opener, queue: str) -> None:
    """A statement that fails while the database answers is the letter's fault, however the error is called."""

    def handle(session: Session, batch: Sequence[Letter], at: datetime) -> None:
        if any(letter.about == "1" for letter in batch):
            raise OperationalError("", {}, TimeoutError())
        write_down(session, batch, at)

    writer = open_transport()
    writer.publish(letters(queue, 3))
    with running(Worker(queue, handle, database, open_transport, now).run):
        (dead,) = buried(writer, queue, 1)
        until(lambda: len(effects(database)) == 2)

    assert dead.fault == "OperationalError"
