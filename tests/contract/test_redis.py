"""What only a Redis can do to us: kills and restarts of the server, lost connections, and settings by which it forgets."""

import signal
import threading
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from kombu import Connection, Queue
from redis import Redis

from broker.transports.kombu_transport import KombuTransport
from broker.transports.promises import promise_of
from broker.transports.redis_letters import RedisLetters
from broker.transports.transport import ATTEMPTS, DEAD, Delivery, Unreachable, Unroutable
from tests.contract.reading import abouts, drain, empty_the_dead, holder, letters, read_line
from tests.parts import stop
from tests.redis_node import RedisNode


@pytest.fixture
def transport(redis: RedisNode) -> Iterator[KombuTransport]:
    transport = KombuTransport(redis.url)
    yield transport
    transport.close()


@pytest.fixture
def queue(transport: KombuTransport) -> str:
    """A fresh queue."""
    name = f"questions.{uuid4().hex[:8]}"
    transport.declare([name])
    return name


def patiently(transport: KombuTransport, queue: str, seconds: float = 0.5) -> list[Delivery]:
    """What arrives while the server may be away."""
    try:
        batch = transport.receive(queue, 50, seconds)
        transport.ack(batch)
    except Unreachable:
        time.sleep(0.05)
        return []
    return batch


def test_a_killed_server_loses_nothing_that_was_confirmed(redis: RedisNode, transport: KombuTransport, queue: str) -> None:
    """kill -9 of the server while one publishes and one reads: it writes into its file before it answers."""
    seen: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.update(map(int, abouts(patiently(transport, queue))))

    with holder("post", redis.url, queue, 50) as process:
        reader = threading.Thread(target=read)
        reader.start()
        [read_line(process) for _ in range(10)]
        redis.restart()
        confirmed = [int(read_line(process)) for _ in range(10)][-1]
        process.kill()
        end = time.monotonic() + 20
        while not seen.issuperset(range(confirmed)) and time.monotonic() < end:
            time.sleep(0.05)
        done.set()
        reader.join()

    assert seen.issuperset(range(confirmed))


def test_what_was_held_when_the_server_died_comes_again_and_late_acks_count(
    redis: RedisNode, transport: KombuTransport, queue: str
) -> None:
    transport.publish(letters(queue, 4))
    held = drain(transport, queue, 4)
    redis.restart()
    with pytest.raises(Unreachable):  # the connection of before is gone
        transport.receive(queue, 4, 0)
    transport.ack(held[:2])  # done before anybody else was given them

    again = drain(transport, queue, 2)

    assert abouts(again) == ["2", "3"]
    assert {d.attempt for d in again} == {2}
    transport.ack(again)


def test_a_reader_whose_machine_is_cut_off_loses_its_letters_when_the_lease_is_over(redis: RedisNode, queue: str) -> None:
    """A process that stands still keeps its connection: nobody is told. A second after its lease another gets the letters."""
    hung, brisk = RedisLetters(redis.url, lease_seconds=1), RedisLetters(redis.url)
    hung.declare([queue])
    hung.put([(queue, b"{}", "{}")])
    (held,) = hung.take(queue, 1)
    end = time.monotonic() + 10
    while not (again := brisk.take(queue, 1)) and time.monotonic() < end:
        time.sleep(0.05)
    hung.release([held.seq])  # too late: it holds it no more

    assert [(taken.seq, taken.attempt) for taken in again] == [(held.seq, 2)]
    assert brisk.waiting(queue) == 0
    hung.done([held.seq])  # and work that is done is done

    brisk.release([held.seq])

    assert brisk.waiting(queue) == 0
    hung.close()
    brisk.close()


def test_a_stopped_server_is_given_up_and_waited_for(redis: RedisNode, transport: KombuTransport, queue: str) -> None:
    transport.publish(letters(queue, 1))
    redis.kill()
    for call in (
        lambda: transport.publish(letters(queue, 1)),
        lambda: transport.receive(queue, 1, 1),
        lambda: transport.depth(queue),
    ):
        with pytest.raises(Unreachable):
            call()
    redis.start()

    assert abouts(drain(transport, queue, 1)) == ["0"]


def test_waiting_takes_no_letter_and_costs_next_to_nothing(redis: RedisNode, transport: KombuTransport, queue: str) -> None:
    """kombu's own transport waits by BRPOP, which takes: a reader killed then has it taken with it."""
    waiting = [holder("hold", redis.url, queue, 1) for _ in range(3)]
    processes = [one.__enter__() for one in waiting]
    other = KombuTransport(redis.url)
    before = time.process_time()
    other.receive(queue, 1, 1.0)
    idle = time.process_time() - before
    for process in processes:
        process.send_signal(signal.SIGSTOP)
        stop(process.pid)
    transport.publish(letters(queue, 5))

    assert sorted(abouts(drain(other, queue, 5))) == ["0", "1", "2", "3", "4"]
    assert idle < 0.1
    for one in waiting:
        one.__exit__(None, None, None)
    other.close()


def test_it_is_a_kombu_transport_like_any_other(redis: RedisNode, transport: KombuTransport) -> None:
    """kombu's own producers and consumers: publish, batch, ack, requeue, reject."""
    empty_the_dead(transport)
    name, seen = f"plain-{uuid4().hex[:8]}", []
    with Connection(f"hecha+{redis.url}") as kombu:
        queue, producer = Queue(name), kombu.Producer(serializer="json")
        queue(kombu.default_channel).declare()
        with producer.batch():
            for number in range(3):
                producer.publish({"n": number, "名": "欧阳"}, routing_key=name)

        def read(body: dict, message: object) -> None:
            seen.append(body)
            {0: message.ack, 1: message.requeue, 2: message.reject}[min(len(seen) - 1, 2)]()

        with kombu.Consumer(queue, callbacks=[read]):
            for _ in range(4):
                kombu.drain_events(timeout=2)
        with pytest.raises(Unroutable):
            producer.publish({}, routing_key="nowhere")

    assert [body["n"] for body in seen] == [0, 1, 1, 2]
    assert seen[0]["名"] == "欧阳"
    dead = transport.receive(DEAD, 9, 0)
    transport.ack(dead)
    assert [(d.source, d.fault) for d in dead] == [(name, "rejected")] * 2


def test_readers_that_stop_count_as_attempts(redis: RedisNode, transport: KombuTransport, queue: str) -> None:
    empty_the_dead(transport)
    transport.publish(letters(queue, 1))
    for _ in range(ATTEMPTS):
        reader = KombuTransport(redis.url)
        assert len(drain(reader, queue, 1)) == 1
        reader.close()

    (dead,) = drain(transport, DEAD, 1)
    transport.ack([dead])

    assert (dead.source, dead.fault) == (queue, "not settled 5 times before its reader stopped")


@pytest.mark.parametrize(
    ("name", "value", "well", "words"),
    [
        ("appendfsync", "always", True, "outlive every kill and a power failure"),
        ("appendfsync", "everysec", True, "two seconds"),
        ("appendonly", "no", False, "in memory alone"),
    ],
)
def test_the_doctor_says_what_a_redis_promises(redis: RedisNode, name: str, value: str, well: bool, words: str) -> None:
    server = Redis.from_url(redis.url)
    usual = {"appendfsync": "always", "appendonly": "yes"}
    try:
        server.config_set(name, value)
        found = promise_of(redis.url)
    finally:
        server.config_set(name, usual[name])
        server.close()

    assert found.well == well
    assert words in found.words
    assert redis.password not in found.words


def test_the_doctor_says_that_a_redis_is_away_or_forgets_when_it_is_full(redis: RedisNode) -> None:
    server = Redis.from_url(redis.url)
    server.config_set("maxmemory-policy", "allkeys-lru")
    server.config_set("maxmemory", 512 * 1024 * 1024)
    full = promise_of(redis.url)
    server.config_set("maxmemory", 0)
    server.config_set("maxmemory-policy", "noeviction")
    server.close()
    redis.kill()
    away = promise_of(redis.url)
    redis.start()

    assert (full.well, "noeviction" in full.words) == (False, True)
    assert (away.well, "HECHA_BROKER_URL" in away.words) == (False, True)
