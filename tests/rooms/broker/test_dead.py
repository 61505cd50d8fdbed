"""Buried letters are seen, put back, or dropped with a reason."""

from collections.abc import Callable

import pytest

from broker import dead_letters
from broker.dead_letters import DeadLetter, DeadReader
from broker.transports.transport import DEAD, Delivery, Transport
from storage.database import Database
from tests.rooms.broker.clerk import NOW, letters, now, running, until

Opener = Callable[[], Transport]


@pytest.fixture
def clean(open_transport: Opener) -> None:
    """The dead queue is shared by all tests of one broker."""
    transport = open_transport()
    transport.declare([])
    while got := transport.receive(DEAD, 100, 0.2):
        transport.ack(got)
    transport.close()


def waiting(database: Database) -> list[DeadLetter]:
    """What nobody decided about."""
    with database.read() as session:
        return dead_letters.waiting(session)


@pytest.mark.usefixtures("clean")
def test_what_is_buried_appears_in_the_table(database: Database, open_transport: Opener, queue: str) -> None:
    writer = open_transport()
    posted = letters(queue, 2)
    writer.publish(posted)
    writer.publish_wire(queue, [b"\xff not a letter"])
    held: list[Delivery] = []
    while len(held) < 3:
        held += writer.receive(queue, 3, 5)
    writer.bury(held[:2], "KeyError")
    writer.bury(held[2:], held[2].fault)
    with running(DeadReader(database, open_transport, now).run):
        until(lambda: len(waiting(database)) == 3)

    first, second, third = waiting(database)
    assert (first.queue, first.reason, first.letter_id, first.about) == (queue, "KeyError", posted[0].id, "0")
    assert (second.kind, second.buried_at, second.wire) == ("question", NOW, posted[1].wire())
    assert (third.letter_id, third.wire, third.reason) == (None, b"\xff not a letter", "letter: json_invalid")


def test_the_same_letter_recorded_twice_waits_once(database: Database) -> None:
    """BROKERS "connections dropped mid-run": a reader that died between commit and ack gets the letter again."""
    (letter,) = letters("findings", 1)
    delivery = Delivery(DEAD, letter.wire(), letter, 1, "KeyError", "findings")
    with database.write() as session:
        assert dead_letters.keep(session, [delivery, delivery], NOW) == 1
    with database.write() as session:
        assert dead_letters.keep(session, [delivery], NOW) == 0

    assert len(waiting(database)) == 1


def test_replaying_puts_letters_back_once(database: Database, open_transport: Opener, queue: str) -> None:
    posted, transport = letters(queue, 3), open_transport()
    with database.write() as session:
        dead_letters.keep(session, [Delivery(DEAD, letter.wire(), letter, 1, "KeyError", queue) for letter in posted], NOW)
    ids = [letter.id for letter in waiting(database) if letter.id]
    with database.write() as session:
        assert dead_letters.replay(session, transport, ids[:2], "supervisor", NOW) == 2
    with database.write() as session:
        assert dead_letters.replay(session, transport, ids[:2], "supervisor", NOW) == 0
    got: list[Delivery] = []
    while batch := transport.receive(queue, 5, 1):
        got += batch

    assert [d.letter for d in got] == posted[:2]
    assert [letter.id for letter in waiting(database)] == ids[2:]
    with database.read() as session:
        settled = session.get(DeadLetter, ids[0])
        assert settled
        assert (settled.settled_how, settled.settled_by, settled.settled_at) == ("put back", "supervisor", NOW)


def test_a_dropped_letter_keeps_its_row_and_its_reason(database: Database) -> None:
    (letter,) = letters("findings", 1)
    with database.write() as session:
        dead_letters.keep(session, [Delivery(DEAD, letter.wire(), letter, 1, "KeyError", "findings")], NOW)
    (row,) = waiting(database)
    with database.write() as session:
        assert dead_letters.drop(session, [row.id or 0], "tested by mistake", "admin", NOW) == 1

    assert waiting(database) == []
    with database.read() as session:
        settled = session.get(DeadLetter, row.id)
        assert settled
        assert settled.settled_how == "dropped: tested by mistake"
