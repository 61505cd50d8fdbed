"""What only the embedded post office can do to us: leases, recycled process ids, idle watching, and its kombu side."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from kombu import Connection, Queue

from broker.transports.embedded import EmbeddedTransport
from broker.transports.lease_holders import LeaseHolder
from broker.transports.letter_file import LetterFile
from broker.transports.transport import ATTEMPTS, DEAD, Unroutable
from storage.sqlite.file_watch import SMALL
from tests.contract.reading import abouts, drain, holder, letters, read_line
from tests.phones import until


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where the letters lie."""
    return str(tmp_path / "broker.sqlite")


@pytest.fixture
def transport(path: str) -> Iterator[EmbeddedTransport]:
    """A transport with one queue, `q`."""
    transport = EmbeddedTransport(f"embedded://{path}")
    transport.declare(["q"])
    yield transport
    transport.close()


def test_a_reader_that_hangs_loses_its_letters_when_the_lease_is_over(path: str, transport: EmbeddedTransport) -> None:
    """BROKERS "leases; delete on ack": the second reader gets them, a late give-back of the first changes nothing."""
    transport.publish(letters("q", 3))
    hung, brisk = LetterFile(path, lease_seconds=0.3), LetterFile(path)
    held = hung.take("q", 3)
    assert brisk.take("q", 3) == []
    time.sleep(0.6)  # lease and the interval at which readers look

    again = brisk.take("q", 3)
    hung.release([taken.seq for taken in held])

    assert [taken.seq for taken in again] == [taken.seq for taken in held]
    assert {taken.attempt for taken in again} == {2}
    assert brisk.waiting("q") == 0
    hung.close()
    brisk.close()


def test_work_finished_after_the_lease_is_finished_all_the_same(path: str, transport: EmbeddedTransport) -> None:
    """Else two slow readers would take the same letters from each other for ever."""
    transport.publish(letters("q", 1))
    slow, brisk = LetterFile(path, lease_seconds=0.3), LetterFile(path)
    (held,) = slow.take("q", 1)
    assert brisk.take("q", 1) == []
    time.sleep(0.6)
    (again,) = brisk.take("q", 1)
    slow.done([held.seq])
    brisk.release([again.seq])

    assert transport.receive("q", 1, 0) == []
    slow.close()
    brisk.close()


def test_a_recycled_process_id_is_not_mistaken_for_its_predecessor() -> None:
    me = LeaseHolder.me()

    assert not me.surely_dead(me)
    assert replace(me, born="1").surely_dead(me)
    assert replace(me, boot="before the machine was started anew").surely_dead(me)
    assert not replace(me, namespace="another container", pid=1, born="1").surely_dead(me)
    assert not replace(me, pid=1, born="").surely_dead(replace(me, boot=""))


def test_a_child_that_nobody_waits_for_counts_as_dead() -> None:
    pid = os.fork()
    if not pid:
        os._exit(0)
    time.sleep(0.1)
    zombie = replace(LeaseHolder.me(), pid=pid, born="12345")
    gone = zombie.surely_dead(LeaseHolder.me())
    os.waitpid(pid, 0)

    assert gone


def test_waiting_costs_next_to_nothing(transport: EmbeddedTransport) -> None:
    """BROKERS: stock kombu `sqlalchemy` took 58 % of a core when idle."""
    transport.receive("q", 1, 0)
    before = time.process_time()
    transport.receive("q", 1, 1.0)

    assert time.process_time() - before < 0.1


def test_several_processes_write_one_file_while_another_reads(path: str, transport: EmbeddedTransport) -> None:
    """BROKERS "filesystem loses 2-3 of 2,000 to half-read files"."""
    url = f"embedded://{path}"
    transport.declare(["q2"])
    with holder("post", url, "q", 20) as one, holder("post", url, "q2", 20) as two:
        first, second = drain(transport, "q", 400), drain(transport, "q2", 400)
        told = int(read_line(one)), int(read_line(two))

    assert min(told) >= 20
    assert abouts(first[:400]) == abouts(second[:400]) == [str(i) for i in range(400)]


def test_a_letter_being_read_is_not_purged_and_order_survives_a_give_back(path: str, transport: EmbeddedTransport) -> None:
    transport.publish(letters("q", 4))
    held = transport.receive("q", 2, 0)
    with Connection(f"hecha+sqlite://{path}") as kombu:
        assert kombu.default_channel.queue_purge("q") == 2
    transport.publish(letters("q", 1))
    transport.give_back(held)

    assert abouts(transport.receive("q", 9, 0)) == ["0", "1", "0"]


def test_it_is_a_kombu_transport_like_any_other(path: str, transport: EmbeddedTransport) -> None:
    """BROKERS "kombu virtual transports": acks, requeues and rejects reach the file at once."""
    seen = []
    with Connection(f"hecha+sqlite://{path}") as kombu:
        queue, producer = Queue("plain"), kombu.Producer(serializer="json")
        for number in range(3):
            producer.publish({"n": number, "名": "欧阳"}, routing_key="plain", declare=[queue])

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
    assert [(d.source, d.fault) for d in transport.receive(DEAD, 9, 0)] == [("plain", "rejected")] * 2


def test_what_a_closed_kombu_connection_held_comes_again(path: str, transport: EmbeddedTransport) -> None:
    transport.publish(letters("q", 1))
    with Connection(f"hecha+sqlite://{path}") as kombu:
        assert kombu.default_channel.basic_get("q") is not None
        assert transport.receive("q", 1, 0) == []

    (again,) = transport.receive("q", 1, 1)

    assert again.attempt == 2


def test_a_reader_that_goes_on_asking_keeps_what_it_holds(path: str, transport: EmbeddedTransport) -> None:
    """An agent whose records were away held its questions for longer than a lease, and it was said that it died."""
    transport.declare(["other"])
    transport.publish(letters("q", 1))
    holding, other = LetterFile(path, lease_seconds=0.3), LetterFile(path)
    assert len(holding.take("q", 1)) == 1
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        holding.take("other", 1)
        LetterFile._looks.clear()
        assert other.take("q", 1) == []
        time.sleep(0.02)
    holding.close()
    other.close()


def test_it_is_said_of_dead_readers_alone_that_they_died(path: str, transport: EmbeddedTransport) -> None:
    transport.publish(letters("q", 1))
    for _ in range(ATTEMPTS):
        hung = LetterFile(path, lease_seconds=-1.0)
        assert len(hung.take("q", 1)) == 1
        LetterFile._looks.clear()
        transport.receive("other", 1, 0)
        hung.close()

    assert [one.fault for one in transport.receive(DEAD, 9, 0)] == ["not settled in time 5 times"]


def test_a_hundred_letters_ask_the_system_of_no_process(transport: EmbeddedTransport) -> None:
    """Each reader looked into /proc twice a second, and each letter made all of them look."""
    opened: list[str] = []
    counting = True
    sys.addaudithook(lambda event, given: opened.append(str(given[0])) if counting and event == "open" else None)
    other = EmbeddedTransport(transport._url)
    transport.receive("q", 1, 0)
    opened.clear()
    for _ in range(100):
        transport.publish(letters("q", 1))
        other.ack(drain(other, "q", 1))
    counting = False
    other.close()

    assert [path for path in opened if path.startswith("/proc")] == []


def test_a_letter_wakes_the_readers_of_its_queue_and_no_others(transport: EmbeddedTransport) -> None:
    """A fifth of a second after each letter all readers of all queues looked for one of theirs."""
    transport.declare([f"idle{number}" for number in range(8)])
    done, statements = threading.Event(), []
    readers = [EmbeddedTransport(transport._url) for _ in range(8)]

    def read(number: int) -> None:
        readers[number].receive(f"idle{number}", 1, 0.6)  # by now it knows that there is nothing
        store = readers[number]._channel.store
        store._db.set_trace_callback(lambda words: statements.append(words) if "reader" not in words else None)
        while not done.is_set():
            readers[number].receive(f"idle{number}", 1, 0.3)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    [thread.start() for thread in threads]
    time.sleep(1.0)  # all of them wait
    statements.clear()
    published, end = 0, time.monotonic() + 1.0
    while time.monotonic() < end:
        transport.publish(letters("q", 1))
        transport.ack(drain(transport, "q", 1))
        published += 1
    looks = len(statements)
    done.set()
    [thread.join() for thread in threads]
    [reader.close() for reader in readers]

    # What nobody rang for is looked at every two seconds, and where counting was in doubt; before, 8 at each letter.
    assert looks <= max(24, published // 8)


def test_letters_leave_no_long_log_behind(path: str, transport: EmbeddedTransport) -> None:
    transport.receive("q", 1, 0.1)  # from now on somebody looks out
    log = Path(f"{path}-wal")
    for _ in range(10):
        transport.publish(letters("q", 100, text="x" * 500))
        transport.ack(drain(transport, "q", 100))

    assert log.stat().st_size > SMALL
    until(lambda: log.stat().st_size <= SMALL)
    transport.close()
    until(lambda: not log.exists())


def test_plain_letters_of_kombu_go_in_batches(path: str, transport: EmbeddedTransport) -> None:
    """`Producer.batch()` of kombu 5.7: one commit at its end, and nothing when it fails."""
    with Connection(f"hecha+sqlite://{path}") as kombu:
        producer = kombu.Producer(serializer="json")
        assert producer.supports_batch_publish
        with producer.batch():
            for number in range(3):
                producer.publish({"n": number}, routing_key="q")
            assert transport.depth("q") == 0
        assert transport.depth("q") == 3
        with suppress(ValueError), producer.batch():
            producer.publish({"n": 4}, routing_key="q")
            raise ValueError
        with pytest.raises(Unroutable), producer.batch():
            producer.publish({"n": 5}, routing_key="nowhere")

    assert transport.depth("q") == 3
