"""What the transport tests post, read and kill."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from broker.letter import Letter
from broker.transports.transport import DEAD, Delivery, Transport

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
