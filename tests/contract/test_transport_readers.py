"""Both transports with several readers and writers, in threads and in processes that are killed: nothing confirmed is lost."""

import threading
import time

from broker.letter import Letter
from broker.transports.transport import ATTEMPTS, DEAD, Transport
from tests.contract.reading import NOW, Opener, abouts, drain, empty_the_dead, holder, letters, read_line

LETTERS, MANY = 800, 2000


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


def test_two_readers_never_get_the_same_letter(open_transport: Opener, queue: str) -> None:
    """BROKERS "without prefetch one reader hoards": each of two threads with its own transport gets its part, none twice."""
    open_transport().publish(letters(queue, LETTERS))
    got: list[list[str]] = [[], []]
    readers = [open_transport(), open_transport()]
    both = threading.Barrier(2)
    for reader in readers:
        reader.receive(queue, 1, 0)

    def read(which: int) -> None:
        both.wait()
        while batch := readers[which].receive(queue, 20, 0.3):
            got[which] += abouts(batch)
            readers[which].ack(batch)
            time.sleep(0.001)

    threads = [threading.Thread(target=read, args=(i,)) for i in (0, 1)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    # What the first reads above took stays unacked with its reader, and comes when it closes.
    [reader.close() for reader in readers]
    rest = abouts(drain(open_transport(), queue, LETTERS - len(got[0]) - len(got[1])))

    assert sorted(map(int, got[0] + got[1] + rest)) == list(range(LETTERS))
    assert min(map(len, got)) > LETTERS / 20


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
    with holder("die", broker_url, queue, ATTEMPTS + 1):  # RabbitMQ's own limit counts returns, ours counts deliveries
        (dead,) = drain(transport, DEAD, 1, seconds=60)
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
    posted = letters(queue, MANY, text="x" * 500)
    start = time.monotonic()
    for i in range(0, MANY, 200):
        writer.publish(posted[i : i + 200])
    put = MANY / (time.monotonic() - start)
    start, got = time.monotonic(), 0
    while got < MANY:
        batch = reader.receive(queue, 200, 5)
        reader.ack(batch)
        got += len(batch)
    read = MANY / (time.monotonic() - start)
    print(f"put {put:.0f}/s, read {read:.0f}/s")

    assert put > 2500
    assert read > 2500
