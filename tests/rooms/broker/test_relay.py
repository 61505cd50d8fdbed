"""The relay carries what has piled up and loses nothing on the way."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import event, text

from broker import dead_letters, outbox
from broker.crypto.key_ring import HOUSE, KeyPair, KeyRing, Keys
from broker.crypto.signing import SignedEnvelope
from broker.letter import Kind, Letter
from broker.relay import PAUSES, Relay, relay_once
from broker.transports.embedded import EmbeddedTransport
from broker.transports.transport import Delivery, Transport, Unreachable
from broker.worker import Worker
from storage.database import Database
from tests.kinds import once
from tests.nodes import RabbitNode
from tests.rooms.broker.clerk import NOW, effects, letters, now, running, until, write_down
from tests.transports import transport_at

Opener = Callable[[], Transport]


def post(database: Database, queue: str, count: int) -> list[Any]:
    """Letters in the outbox."""
    posted = letters(queue, count)
    with database.write() as session:
        outbox.post(session, posted)
    return posted


def piled_up(database: Database) -> int:
    """How many wait."""
    with database.read() as session:
        return outbox.piled_up(session)


def test_what_piled_up_goes_in_batches_and_in_order(database: Database, transport: Transport, queue: str) -> None:
    """BROKERS "classic queues v1/quorum": one fsync for a lone letter, shared by a batch."""
    posted = post(database, queue, 25)

    assert [relay_once(database, transport, NOW, at_most=10) for _ in range(4)] == [10, 10, 5, 0]
    got: list[Delivery] = []
    while len(got) < 25:
        got += transport.receive(queue, 25, 5)
    assert [d.letter for d in got] == posted
    assert piled_up(database) == 0


@pytest.mark.parametrize("change", ["body = (SELECT max(body) FROM outbox)", "to_queue = 'questions.court'", "about = 'H-9'"])
def test_a_letter_altered_in_the_outbox_is_buried_and_the_others_go(
    database: Database, transport: Transport, queue: str, change: str
) -> None:
    """Somebody with full access to the database has us send, in our name, what they like: it is not sent."""
    posted = post(database, queue, 3)
    with database.write() as session:
        bodies = session.execute(text("SELECT body FROM outbox ORDER BY body")).scalars().all()
        session.execute(text(f"UPDATE outbox SET {change} WHERE body = :body"), {"body": bodies[0]})
    while relay_once(database, transport, NOW):
        pass
    got: list[Delivery] = []
    while len(got) < 2:
        got += transport.receive(queue, 25, 5)

    with database.read() as session:
        (buried,) = dead_letters.waiting(session)
    assert (buried.reason, piled_up(database), len(got)) == ("Forged", 0, 2)
    assert {str(one.id) for one in posted if one.id != buried.letter_id} == {str(d.letter.id) for d in got if d.letter}


def test_a_letter_without_a_queue_becomes_a_dead_letter_and_the_others_go(
    database: Database, transport: Transport, queue: str
) -> None:
    """BROKERS "unroutable publishes pass silently"."""
    post(database, queue, 3)
    post(database, "questions.nobody", 2)

    assert relay_once(database, transport, NOW) == 5
    assert piled_up(database) == 0
    with database.read() as session:
        waiting = dead_letters.waiting(session)
    assert [(d.queue, d.reason, d.about) for d in waiting] == [("questions.nobody", "no such queue", str(i)) for i in range(2)]
    assert len(transport.receive(queue, 5, 5)) > 0


def test_a_lone_letter_goes_at_once(database: Database, open_transport: Opener, queue: str) -> None:
    """BROKERS "kombu embedded polling": a bell, not a poll of one second."""
    relay, reader = Relay(database, open_transport, now), open_transport()
    reader.receive(queue, 1, 0)
    took = []
    with running(relay.run):
        until(lambda: relay.last_beat)
        for _ in range(5):
            start = monotonic()
            post(database, queue, 1)
            reader.ack(reader.receive(queue, 1, 5))
            took.append(monotonic() - start)

    assert sorted(took)[2] < 0.15
    assert relay.carried == 5


def test_two_relays_carry_side_by_side(database: Database, open_transport: Opener, queue: str) -> None:
    post(database, queue, 3000)
    relays = [Relay(database, open_transport, now) for _ in range(2)]
    worker = Worker(queue, write_down, database, open_transport, now)
    with running(*(relay.run for relay in relays)):
        until(lambda: piled_up(database) == 0)
    with running(worker.run):
        until(lambda: len(effects(database)) >= 3000)

    assert sorted(map(int, effects(database))) == list(range(3000))


def test_a_relay_killed_between_carrying_and_removing_does_no_harm(
    database: Database, broker_url: str, open_transport: Opener, queue: str
) -> None:
    """BROKERS "connections dropped mid-run": the letters go twice, the inbox lets them work once."""
    post(database, queue, 40)
    command = [sys.executable, "-m", "tests.rooms.broker.halfway", database.url, broker_url]
    assert subprocess.run(command, cwd=Path(__file__).parents[3], check=False).returncode == -9
    assert piled_up(database) == 40

    relay = Relay(database, open_transport, now)
    worker = Worker(queue, write_down, database, open_transport, now)
    with running(relay.run, worker.run):
        until(lambda: piled_up(database) == 0 and len(effects(database)) >= 40)
        reader = open_transport()
        until(lambda: reader.depth(queue) == 0)

    assert sorted(map(int, effects(database))) == list(range(40))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("broker_url", ["rabbitmq"], indirect=True)
def test_while_the_broker_is_away_letters_stay_and_the_relay_says_so(
    database: Database, rabbit: RabbitNode, open_transport: Opener, queue: str
) -> None:
    """BROKERS "reconnect": the outbox row stays until it is confirmed."""
    relay = Relay(database, open_transport, now)
    rabbit.flush()
    rabbit.kill()
    try:
        with running(relay.run):
            post(database, queue, 20)
            until(lambda: not relay.healthy)
            assert piled_up(database) == 20
            rabbit.start()
            until(lambda: piled_up(database) == 0)
            assert relay.healthy
    finally:
        if rabbit.child is None:
            rabbit.start()

    assert relay.carried == 20


def test_a_relay_that_cannot_reach_any_broker_leaves_the_outbox_alone(database: Database, tmp_path: Path) -> None:
    post(database, "findings", 3)
    transport = None
    with pytest.raises(Unreachable):
        transport = transport_at(f"embedded://{tmp_path}/no/such/folder/broker.sqlite")

    assert transport is None
    assert piled_up(database) == 3


def test_a_unit_without_keys_is_not_asked_and_anything_else_for_it_is_buried(database: Database, tmp_path: Path) -> None:
    """It has no machine: its questions go to a person when the machine's time is over."""
    house = KeyPair.make(HOUSE, NOW)
    envelope = SignedEnvelope(KeyRing(lambda: Keys(HOUSE, [house])), lambda: NOW)
    transport = EmbeddedTransport(f"embedded://{tmp_path / 'sealed.sqlite'}", envelope)
    transport.declare(["questions.civil", "replies.civil", "alerts"])
    kinds: dict[Kind, str] = {"question": "questions.civil", "outcome": "replies.civil", "alert": "alerts"}
    with database.write() as session:
        outbox.post(session, [Letter.post(kind, to, "1", {}, NOW) for kind, to in kinds.items()])

    assert relay_once(database, transport, NOW) == 3

    with database.read() as session:
        buried = [(one.reason, one.kind) for one in dead_letters.waiting(session)]
    assert (piled_up(database), transport.depth("alerts"), transport.depth("questions.civil")) == (0, 1, 0)
    assert buried == [("NoReadingKey", "outcome")]
    transport.close()


@once
@pytest.mark.parametrize("broker_url", ["embedded"], indirect=True)
def test_what_cannot_be_taken_out_of_the_outbox_is_not_carried_again_and_again(
    database: Database, open_transport: Opener, queue: str
) -> None:
    """A read-only file: each turn carried all of it anew, for as long as that lasted."""
    post(database, queue, 5)
    spoiling, onlooker, relay = Event(), open_transport(), Relay(database, open_transport, now)
    spoiling.set()
    event.listen(database.engine, "checkout", lambda line, *_: spoiling.is_set() and line.execute("PRAGMA query_only = on"))
    event.listen(database.engine, "checkin", lambda line, _: line and line.execute("PRAGMA query_only = off"))
    with running(relay.run):
        until(lambda: not relay.healthy)
        until(lambda: relay._pause > 4 * PAUSES[0])
        carried = onlooker.depth(queue)
        spoiling.clear()
        until(lambda: relay.carried == 5, seconds=30)

    assert (carried, piled_up(database)) == (5, 0)
