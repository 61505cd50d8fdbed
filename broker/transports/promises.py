"""What the broker in use promises of letters, in one line for the doctor; measured by tests/contract, table in docs/brokers.md."""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from broker.transports.transport import TransportError

WITHIN = "readers that are killed lose nothing; order kept; 5 attempts"
RABBIT = f"confirmed letters outlive every kill and, in a cluster, the loss of a minority of nodes; {WITHIN}"
SQLITE = f"confirmed letters outlive every kill and a power failure; {WITHIN}; for one machine"
REDIS = f"confirmed letters outlive every kill and a power failure; {WITHIN}"
EVERY_SECOND = (
    "a power failure, or a kill while the disk is slow, loses the last two seconds of confirmed letters: appendfsync always"
)
FORGETS = "it keeps letters in memory alone, and all that wait are lost when it ends: set appendonly yes and appendfsync always"
THROWS_AWAY = "it throws letters away when its memory is full: set maxmemory-policy noeviction"
HIDDEN = "whether it outlives a power failure it does not say (CONFIG is closed): appendonly yes and appendfsync always do"


class Promise(NamedTuple):
    """What may be relied on. `well`: letters are kept; `care`: they are, and yet somebody should look."""

    well: bool
    words: str
    care: bool = False


def name_of(url: str) -> str:
    """What carries the letters at this address."""
    names = {"embedded": "SQLite", "redis": "Redis", "kombu+": "RabbitMQ (py-amqp)"}
    return next((name for start, name in names.items() if url.startswith(start)), "RabbitMQ")


def promise_of(url: str, authority: Path | None = None) -> Promise:
    """The promise of the broker at this address; a Redis is asked how it is set up."""
    name = name_of(url)
    if name != "Redis":
        return Promise(True, f"{name}: {SQLITE if name == 'SQLite' else RABBIT}")
    letters = import_module("broker.transports.redis_letters").RedisLetters(url, authority)
    try:
        return _redis(letters.set_up())
    except TransportError:
        return Promise(False, "Redis: cannot be asked how it keeps letters: look at HECHA_BROKER_URL")
    finally:
        letters.close()


def _redis(said: dict[str, str]) -> Promise:
    if not said:
        return Promise(True, f"Redis: {HIDDEN}; {WITHIN}", care=True)
    if said.get("appendonly") != "yes":
        return Promise(False, f"Redis: {FORGETS}")
    if said.get("maxmemory-policy") != "noeviction" and said.get("maxmemory") != "0":
        return Promise(False, f"Redis: {THROWS_AWAY}")
    if said.get("appendfsync") != "always":
        return Promise(True, f"Redis: {EVERY_SECOND}; {WITHIN}", care=True)
    return Promise(True, f"Redis: {REDIS}")
