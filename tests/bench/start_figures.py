"""Start figures: how long a command and a department's agent take to start, beside a Python that does nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import pika

from tests.bench.aims import Finding, Report
from tests.bench.ground import Ground
from tests.bench.rounds import in_turns, spread
from tests.parts import HECHA, PATIENCE

QUEUE = "questions.police"


def measure_start(report: Report, ground: Ground, rounds: int) -> None:
    """The shortest of the rounds counts: whatever else the machine does only makes it longer."""
    measures: dict[str, Callable[[], float]] = {
        "bare": lambda: _took([sys.executable, "-c", "pass"]),
        "help": lambda: _took([str(HECHA), "--help"]),
        "respond": lambda: _ready(ground),
    }
    found = in_turns(rounds, measures)
    bare = f"python -c pass {min(found['bare']):.2f} s"
    report.find(Finding("hecha --help", min(found["help"]), "s", spread(found["help"], "s", 2), bare))
    report.find(Finding("respond ready", min(found["respond"]), "s", spread(found["respond"], "s", 2), bare))


def _took(command: list[str]) -> float:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.monotonic()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _ready(ground: Ground) -> float:
    """Seconds from its start until the agent reads its queue."""
    agent = next(part for part in ground.parts if "respond" in part.command)
    connection = pika.BlockingConnection(pika.URLParameters(ground.broker))
    channel = connection.channel()

    def readers() -> int:
        return int(channel.queue_declare(QUEUE, passive=True).method.consumer_count)

    agent.end()
    end = time.monotonic() + PATIENCE
    while readers():
        assert time.monotonic() < end, "the old agent still reads"
        time.sleep(0.02)
    began = time.monotonic()
    agent.start()
    while not readers():
        assert time.monotonic() < end, agent.tail()
        time.sleep(0.005)
    took = time.monotonic() - began
    connection.close()
    return took
