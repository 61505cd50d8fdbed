"""Both transports keep the same promises: what goes in comes out, once and in order, and can be given back or buried."""

import time

import pytest

from broker.transports.transport import ATTEMPTS, DEAD, Transport, Unroutable
from tests.contract.reading import Opener, abouts, drain, empty_the_dead, letters


def test_letters_come_in_the_order_of_publishing(transport: Transport, queue: str) -> None:
    posted = letters(queue, 250)
    transport.publish(posted[:100])
    transport.publish(posted[100:])

    got = drain(transport, queue, 250)

    assert [d.letter for d in got] == posted
    assert {d.attempt for d in got} == {1}


def test_chinese_text_arrives_as_it_was_written(transport: Transport, queue: str) -> None:
    posted = letters(queue, 1, name="欧阳𬀩", words="属实，以档案为准。")
    transport.publish(posted)

    (got,) = drain(transport, queue, 1)

    assert got.letter == posted[0]
    assert "欧阳𬀩".encode() in got.wire


def test_an_idle_read_returns_empty_within_its_wait(transport: Transport, queue: str) -> None:
    transport.receive(queue, 10, 0)  # the first read opens what it needs
    for wait in (0.0, 0.3):
        start = time.monotonic()

        assert transport.receive(queue, 10, wait) == []
        assert wait - 0.01 <= time.monotonic() - start < wait + 0.3


def test_an_acked_letter_never_comes_again(open_transport: Opener, queue: str) -> None:
    """BROKERS "kombu sqlalchemy never deletes its rows": delete on ack, a part of a batch too."""
    first = open_transport()
    first.publish(letters(queue, 10))
    got = drain(first, queue, 10)
    first.ack([d for d in got if int(d.letter.about) % 2])
    first.close()

    again = drain(open_transport(), queue, 5)

    assert abouts(again) == ["0", "2", "4", "6", "8"]
    assert {d.attempt for d in again} == {2}


def test_depth_counts_what_waits(open_transport: Opener, queue: str) -> None:
    writer = open_transport()
    writer.publish(letters(queue, 7))

    assert writer.depth(queue) == 7

    reader = open_transport()
    reader.ack(drain(reader, queue, 7))

    assert writer.depth(queue) == 0


def test_a_letter_given_back_counts_its_attempts_and_is_buried_after_the_last(transport: Transport, queue: str) -> None:
    """BROKERS "kombu virtual transports" have no dead letters: bury is ours, on both."""
    empty_the_dead(transport)
    transport.publish(letters(queue, 1))
    seen = []
    for _ in range(ATTEMPTS):
        (got,) = drain(transport, queue, 1)
        seen.append(got.attempt)
        transport.give_back([got])

    (dead,) = drain(transport, DEAD, 1)
    transport.ack([dead])

    assert seen == list(range(1, ATTEMPTS + 1))
    assert (dead.source, dead.fault) == (queue, f"given back {ATTEMPTS} times")
    assert transport.receive(queue, 1, 0.2) == []


def test_a_buried_letter_names_its_reason_and_its_queue(transport: Transport, queue: str) -> None:
    empty_the_dead(transport)
    posted = letters(queue, 3)
    transport.publish(posted)
    got = drain(transport, queue, 3)
    transport.bury(got[:2], "坏了 KeyError")
    transport.ack(got[2:])

    dead = drain(transport, DEAD, 2)
    transport.ack(dead)

    assert [(d.letter, d.source, d.fault) for d in dead] == [(letter, queue, "坏了 KeyError") for letter in posted[:2]]


def test_an_unroutable_letter_is_named_and_the_others_are_stored(transport: Transport, queue: str) -> None:
    """BROKERS "pika without confirms + mandatory", "unroutable publishes pass silently": both, always."""
    good, lost = letters(queue, 20), letters("questions.nobody", 1)

    with pytest.raises(Unroutable) as told:
        transport.publish([*good[:10], *lost, *good[10:]])

    assert told.value.ids == {lost[0].id}
    assert [d.letter for d in drain(transport, queue, 20)] == good
    with pytest.raises(Unroutable):
        transport.publish_wire("questions.nobody", [b"{}"])


def test_a_letter_of_a_megabyte_passes(transport: Transport, queue: str) -> None:
    posted = letters(queue, 3, scan="档" * 350_000)
    transport.publish(posted)

    assert [d.letter for d in drain(transport, queue, 3)] == posted


def test_letters_nobody_can_read_arrive_with_their_fault(transport: Transport, queue: str) -> None:
    good = letters(queue, 1)[0]
    newer = good.wire().replace(b'"version":1', b'"version":2')
    transport.publish_wire(queue, [b"\xff\x00 not json", newer, b"", good.wire()])

    got = drain(transport, queue, 4)

    assert [d.letter for d in got] == [None, None, None, good]
    assert [bool(d.fault) for d in got] == [True, True, True, False]
    assert got[1].fault == "version: literal_error"
    assert got[0].wire == b"\xff\x00 not json"


def test_what_was_buried_can_be_published_again(transport: Transport, queue: str) -> None:
    empty_the_dead(transport)
    posted = letters(queue, 2)
    transport.publish(posted)
    transport.bury(drain(transport, queue, 2), "tax office was away")
    dead = drain(transport, DEAD, 2)
    transport.publish_wire(dead[0].source, [d.wire for d in dead])
    transport.ack(dead)

    got = drain(transport, queue, 2)

    assert [(d.letter, d.attempt, d.fault) for d in got] == [(posted[0], 1, ""), (posted[1], 1, "")]
