"""A process the transport tests start and kill: it reads and holds letters, or publishes and tells what was confirmed."""

import os
import signal
import sys
import time
from datetime import UTC, datetime

from broker.letter import Letter
from broker.transports.transport import Unreachable
from tests.transports import transport_at


def hold(url: str, queue: str, count: int) -> None:
    """Takes this many letters, says so, and never acknowledges them."""
    transport = transport_at(url)
    held = 0
    while held < count:
        held += len(transport.receive(queue, count - held, 5))
    print("held", held, flush=True)
    time.sleep(600)


def die(url: str, queue: str, count: int) -> None:
    """One process after the other, so many in all, takes a letter and is killed with it in its hands."""
    parent = os.getpid()
    for _ in range(count):
        if not (child := os.fork()):
            transport = transport_at(url)
            while not transport.receive(queue, 1, 1):
                if os.getppid() != parent:  # it was killed, since the letter is buried
                    os._exit(0)
            os.kill(os.getpid(), signal.SIGKILL)
        os.waitpid(child, 0)


def post(url: str, queue: str, count: int) -> None:
    """Publishes batches of this size without end and prints each number once publish() has returned."""
    transport, number = transport_at(url), 0
    while True:
        batch = [Letter.post("question", queue, str(number + i), {"n": number + i}, datetime.now(UTC)) for i in range(count)]
        try:
            transport.publish(batch)
        except Unreachable:
            time.sleep(0.1)  # the same numbers again: what was stored of them comes twice
            continue
        number += count
        print(number, flush=True)


if __name__ == "__main__":
    {"hold": hold, "die": die, "post": post}[sys.argv[1]](sys.argv[2], sys.argv[3], int(sys.argv[4]))
