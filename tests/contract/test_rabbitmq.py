"""What only RabbitMQ can do to us: restarts, alarms, heartbeats, time limits, and confirms that never come."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pika
import pytest

from broker.transports.rabbitmq import RabbitTransport
from broker.transports.transport import Delivery, QueuesDiffer, Unreachable
from tests.contract.reading import abouts, drain, holder, letters, read_line
from tests.nodes import RabbitNode
from tests.parts import stop


@pytest.fixture
def transport(rabbit: RabbitNode) -> Iterator[RabbitTransport]:
    """A transport that loses patience after 2 seconds."""
    transport = RabbitTransport(f"{rabbit.url}?blocked_connection_timeout=2")
    yield transport
    transport.close()


@pytest.fixture
def queue(transport: RabbitTransport) -> str:
    """A fresh queue."""
    name = f"questions.{uuid4().hex[:8]}"
    transport.declare([name])
    return name


def patiently(transport: RabbitTransport, queue: str, count: int) -> list[Delivery]:
    """Reads and acks this many different letters while the broker may be away."""
    got: dict[str, Delivery] = {}
    end = time.monotonic() + 30
    while len(got) < count and time.monotonic() < end:
        try:
            batch = transport.receive(queue, 50, 0.5)
            transport.ack(batch)
        except Unreachable:
            time.sleep(0.1)
            continue
        got |= {d.letter.about: d for d in batch if d.letter}
    return list(got.values())


def test_queues_are_quorum_queues_that_limit_deliveries(rabbit: RabbitNode, queue: str) -> None:
    """BROKERS "RabbitMQ 3.10 quorum queues" refuse priorities and take a delivery limit and at-least-once dead lettering."""
    listed = {line.split("\t")[0]: line for line in rabbit.rabbitmqctl("list_queues", "name", "type", "arguments").splitlines()}

    assert "quorum" in listed[queue]
    assert "at-least-once" in listed[queue]
    assert "x-delivery-limit" in listed[queue]
    assert "priority" not in listed[queue]
    assert "quorum" in listed["dead"]
    assert "x-delivery-limit" not in listed["dead"]


def test_a_killed_broker_loses_nothing_that_was_confirmed(rabbit: RabbitNode, transport: RabbitTransport, queue: str) -> None:
    """BROKERS "reconnect", "connections dropped mid-run": kill -9 of the broker while one publishes and one reads."""
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            try:
                batch = transport.receive(queue, 50, 0.5)
                transport.ack(batch)
            except Unreachable:
                time.sleep(0.1)
                continue
            seen.update(map(int, abouts(batch)))

    rabbit.flush()
    with holder("post", rabbit.url, queue, 50) as process:
        reader = threading.Thread(target=read)
        reader.start()
        [read_line(process) for _ in range(10)]
        rabbit.restart()
        confirmed = [int(read_line(process)) for _ in range(10)][-1]
        process.kill()
        end = time.monotonic() + 20
        while not seen.issuperset(range(confirmed)) and time.monotonic() < end:
            time.sleep(0.05)
        stop.set()
        reader.join()

    assert seen.issuperset(range(confirmed))


def test_a_transport_comes_back_by_itself_and_old_handles_are_void(
    rabbit: RabbitNode, transport: RabbitTransport, queue: str
) -> None:
    """BROKERS "reconnect": pika never reconnects by itself. An ack for a letter of a lost connection is passed over."""
    transport.publish(letters(queue, 5))
    held = drain(transport, queue, 5)
    rabbit.flush()
    rabbit.kill()
    with pytest.raises(Unreachable):
        transport.publish(letters(queue, 1))
    with pytest.raises(Unreachable):
        transport.receive(queue, 5, 1)
    rabbit.start()
    transport.ack(held)
    again = patiently(transport, queue, 5)

    assert sorted(abouts(again)) == ["0", "1", "2", "3", "4"]
    transport.publish(letters(queue, 1))
    assert abouts(drain(transport, queue, 1)) == ["0"]


def test_dropped_connections_are_replaced_at_the_next_call(rabbit: RabbitNode, transport: RabbitTransport, queue: str) -> None:
    """BROKERS "reconnect": the first publish after the broker closed the connection failed, and the next one too."""
    transport.publish(letters(queue, 3))
    assert len(drain(transport, queue, 3)) == 3
    rabbit.rabbitmqctl("close_all_connections", "test")
    time.sleep(0.2)

    transport.publish(letters(queue, 3))

    assert len(drain(transport, queue, 6)) == 6


def test_busy_readers_and_idle_writers_keep_their_connections(rabbit: RabbitNode, queue: str) -> None:
    """BROKERS "heartbeats": busy for longer than two heartbeats, connection reset at the next call, letters redelivered."""
    transport = RabbitTransport(f"{rabbit.url}?heartbeat=1")
    transport.publish(letters(queue, 1))
    (got,) = drain(transport, queue, 1)
    time.sleep(3.5)
    transport.ack([got])
    transport.publish(letters(queue, 1))
    (second,) = drain(transport, queue, 1)
    transport.close()

    assert second.attempt == 1
    assert second.handle[0] is got.handle[0]  # the very same channel


def test_a_memory_alarm_raises_unreachable_and_passes(rabbit: RabbitNode, transport: RabbitTransport, queue: str) -> None:
    """BROKERS "memory or disk alarm": publishing waits for ever; reading must go on, it is what frees the memory."""
    transport.publish(letters(queue, 5))
    rabbit.rabbitmqctl("set_vm_memory_high_watermark", "0")
    try:
        start = time.monotonic()
        with pytest.raises(Unreachable):
            transport.publish(letters(queue, 1))
        assert time.monotonic() - start < 3
        with pytest.raises(Unreachable):
            transport.publish(letters(queue, 1))
        got = drain(transport, queue, 5)
        transport.ack(got)
        assert abouts(got) == ["0", "1", "2", "3", "4"]
    finally:
        rabbit.rabbitmqctl("set_vm_memory_high_watermark", "0.4")
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            transport.publish(letters(queue, 1))
            break
        except Unreachable:
            time.sleep(0.1)

    assert "0" in abouts(drain(transport, queue, 1))


def test_a_connection_whose_confirm_timed_out_is_thrown_away(rabbit: RabbitNode, transport: RabbitTransport, queue: str) -> None:
    """BROKERS "kombu confirm_publish": after a timeout the next publish was told the wrong message's confirm."""
    transport.publish(letters(queue, 1))
    assert rabbit.child
    stop(rabbit.child.pid)
    try:
        start = time.monotonic()
        with pytest.raises(Unreachable):
            transport.publish(letters(queue, 3))
        assert 1.5 < time.monotonic() - start < 4
        with pytest.raises(Unreachable):
            transport.publish(letters(queue, 3))
    finally:
        os.kill(rabbit.child.pid, signal.SIGCONT)
    posted = letters(queue, 7)
    transport.publish(posted)
    got = [d.letter for d in drain(transport, queue, 8)]
    got += [d.letter for d in drain(transport, queue, 6, seconds=1)]

    assert all(letter in got for letter in posted)


def test_letters_held_too_long_come_again(rabbit: RabbitNode, transport: RabbitTransport, queue: str) -> None:
    """BROKERS "unacked for 30 minutes: the channel is closed"; here for 1 second. The late ack is passed over."""
    limits = "application:set_env(rabbit, consumer_timeout, {}), application:set_env(rabbit, channel_tick_interval, {})."
    rabbit.rabbitmqctl("eval", limits.format(1000, 500))
    try:
        transport.publish(letters(queue, 2))
        held = drain(transport, queue, 2)
        time.sleep(3)
        transport.ack(held)
        again = drain(transport, queue, 2)
        transport.ack(again)
    finally:
        rabbit.rabbitmqctl("eval", limits.format(1800000, 60000))

    assert sorted(abouts(again)) == ["0", "1"]
    assert {d.attempt for d in again} == {2}


def test_a_queue_made_otherwise_is_named_and_the_others_go_on(rabbit: RabbitNode, transport: RabbitTransport) -> None:
    other, ours = f"questions.{uuid4().hex[:8]}", f"questions.{uuid4().hex[:8]}"
    connection = pika.BlockingConnection(pika.URLParameters(rabbit.url))
    connection.channel().queue_declare(other, durable=True)
    connection.close()

    with pytest.raises(QueuesDiffer, match=rf"^{other}: .*rabbitmqctl delete_queue") as told:
        transport.declare([other, ours])
    assert told.value.queues == [other]
    transport.publish(letters(ours, 1))
    assert abouts(transport.receive(ours, 1, 5)) == ["0"]
