"""Both transports keep the same promises: what goes in comes out, once and in order, and nothing confirmed is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from broker.letter import Letter
from broker.transport import ATTEMPTS, DEAD, Delivery, Transport, Unroutable

Opener = Callable[[], Transport]
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def letters(queue: str, count: int, **body: Any) -> list[Letter]:
    """Letters numbered in their `about`."""
    return [Letter.post("question", queue, str(i), {"n": i, **body}, NOW) for i in range(count)]


def drain(transport: Transport, queue: str, count: int, seconds: float = 10) -> list[Delivery]:
    """This many deliveries, or what came within the time."""
    got: list[Delivery] = []
    end = time.monotonic() + seconds
    while len(got) < count and time.monotonic() < end:
        got += transport.receive(queue, count - len(got), 0.5)
    return got


def abouts(deliveries: list[Delivery]) -> list[str]:
    """The numbers written on them."""
    return [d.letter.about for d in deliveries if d.letter]


def empty_the_dead(transport: Transport) -> None:
    """The dead queue is shared by all tests of one broker."""
    while got := transport.receive(DEAD, 100, 0.2):
        transport.ack(got)


@contextmanager
def holder(what: str, url: str, queue: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """Another process, killed with -9 at the end at the latest."""
    command = [sys.executable, "-m", "tests.contract.holder", what, url, queue, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        try:
            yield process
        finally:
            process.kill()


def read_line(process: subprocess.Popen[str]) -> str:
    """The next line the process prints."""
    assert process.stdout
    return process.stdout.readline().strip()


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


def test_a_lone_letter_wakes_a_waiting_reader_at_once(open_transport: Opener, queue: str) -> None:
    """BROKERS "kombu embedded polling": the default of one second gave a median of 600-850 ms."""
    reader, took = open_transport(), []
    reader.receive(queue, 10, 0)

    def read() -> None:
        for _ in range(5):
            (got,) = reader.receive(queue, 10, 5)
            took.append(time.monotonic() - float(got.letter.body["sent"]) if got.letter else 9.0)
            reader.ack([got])

    thread = threading.Thread(target=read)
    thread.start()
    writer = open_transport()
    for _ in range(5):
        time.sleep(0.2)
        writer.publish(letters(queue, 1, sent=time.monotonic()))
    thread.join()

    assert sorted(took)[2] < 0.1


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


def test_two_readers_never_get_the_same_letter(open_transport: Opener, queue: str) -> None:
    """BROKERS "without prefetch one reader hoards": each of two threads with its own transport gets its part, none twice."""
    open_transport().publish(letters(queue, 2000))
    got: list[list[str]] = [[], []]
    readers = [open_transport(), open_transport()]
    both = threading.Barrier(2)
    for reader in readers:
        reader.receive(queue, 1, 0)

    def read(which: int) -> None:
        both.wait()
        while batch := readers[which].receive(queue, 20, 1):
            got[which] += abouts(batch)
            readers[which].ack(batch)
            time.sleep(0.001)

    threads = [threading.Thread(target=read, args=(i,)) for i in (0, 1)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    # What the first reads above took stays unacked with its reader, and comes when it closes.
    [reader.close() for reader in readers]
    rest = abouts(drain(open_transport(), queue, 2000 - len(got[0]) - len(got[1])))

    assert sorted(map(int, got[0] + got[1] + rest)) == list(range(2000))
    assert min(map(len, got)) > 100


def test_threads_with_a_transport_each_lose_nothing(open_transport: Opener, queue: str) -> None:
    """BROKERS "pika threads": four threads on one BlockingConnection, 3 of 2,000 arrived."""
    writers = [open_transport() for _ in range(4)]

    def write(which: int) -> None:
        for i in range(0, 500, 50):
            writers[which].publish([Letter.post("question", queue, f"{which}-{n}", {}, NOW) for n in range(i, i + 50)])

    threads = [threading.Thread(target=write, args=(i,)) for i in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    got = abouts(drain(open_transport(), queue, 2000))

    assert sorted(got) == sorted(f"{which}-{n}" for which in range(4) for n in range(500))


def test_what_a_killed_reader_held_comes_again_at_once(broker_url: str, open_transport: Opener, queue: str) -> None:
    """BROKERS "kombu filesystem, sqlalchemy": kill -9 of a reader holding 20 letters, and the 20 were gone."""
    transport = open_transport()
    transport.publish(letters(queue, 20))
    with holder("hold", broker_url, queue, 20) as process:
        assert read_line(process) == "held 20"
        assert transport.receive(queue, 20, 0.2) == []
        process.kill()
        killed = time.monotonic()
        got = drain(transport, queue, 20)

    assert sorted(map(int, abouts(got))) == list(range(20))
    assert {d.attempt for d in got} == {2}
    assert time.monotonic() - killed < 3


def test_a_letter_that_kills_its_readers_is_buried(broker_url: str, open_transport: Opener, queue: str) -> None:
    """BROKERS "kombu virtual transports have no dead letters": readers that die count as attempts, so it ends somewhere."""
    transport = open_transport()
    empty_the_dead(transport)
    transport.publish(letters(queue, 1))
    for _ in range(ATTEMPTS + 1):  # RabbitMQ's own limit counts returns, ours counts deliveries
        with holder("hold", broker_url, queue, 1) as process:
            line = threading.Thread(target=read_line, args=(process,), daemon=True)
            line.start()
            line.join(2)
            if line.is_alive():
                process.kill()
                line.join()
                break
    (dead,) = drain(transport, DEAD, 1)
    transport.ack([dead])

    assert abouts([dead]) == ["0"]
    assert dead.source == queue
    assert dead.fault


def test_what_a_killed_publisher_was_told_is_stored_stays_stored(broker_url: str, open_transport: Opener, queue: str) -> None:
    """BROKERS "filesystem loses 2-3 of 2,000": kill -9 in the middle of a batch loses nothing that was confirmed."""
    with holder("post", broker_url, queue, 100) as process:
        confirmed = [int(read_line(process)) for _ in range(20)][-1]
        process.kill()
    transport = open_transport()
    got = [int(about) for about in abouts(drain(transport, queue, confirmed))]

    assert got == list(range(confirmed))


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


def test_publishing_from_a_reader_does_not_nest(transport: Transport, queue: str) -> None:
    """BROKERS "kombu callbacks that publish on their own connection" ran nested 130 deep until RecursionError."""
    answers = f"{queue}-answers"
    transport.declare([answers])
    transport.publish(letters(queue, 400))
    done = 0
    while done < 400:
        batch = transport.receive(queue, 50, 5)
        transport.publish([Letter.post("finding", answers, d.letter.about, {}, NOW) for d in batch if d.letter])
        transport.ack(batch)
        done += len(batch)

    assert abouts(drain(transport, answers, 400)) == [str(i) for i in range(400)]


def test_one_transport_reads_two_queues(transport: Transport, queue: str) -> None:
    """BROKERS "pika channels": one channel cannot consume two queues with the blocking generator; we take one for each."""
    other = f"{queue}-other"
    transport.declare([other])
    transport.publish(letters(queue, 5) + letters(other, 5))

    assert abouts(drain(transport, other, 5)) == abouts(drain(transport, queue, 5)) == ["0", "1", "2", "3", "4"]


def test_batches_are_quick(open_transport: Opener, queue: str) -> None:
    """BROKERS "Producer.batch() does nothing", one fsync a letter: batches at our own interface, 2,500 letters a second."""
    writer, reader = open_transport(), open_transport()
    posted = letters(queue, 5000, text="x" * 500)
    start = time.monotonic()
    for i in range(0, 5000, 200):
        writer.publish(posted[i : i + 200])
    put = 5000 / (time.monotonic() - start)
    start, got = time.monotonic(), 0
    while got < 5000:
        batch = reader.receive(queue, 200, 5)
        reader.ack(batch)
        got += len(batch)
    read = 5000 / (time.monotonic() - start)
    print(f"put {put:.0f}/s, read {read:.0f}/s")

    assert put > 2500
    assert read > 2500
