"""What the broker in use promises of letters, in one line for the doctor; measured by tests/contract, table in docs/brokers.md."""

from importlib import import_module

from broker.transports.transport import TransportError
from deploy.operations.finding import Finding
from deploy.settings import Settings

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


def name_of(settings: Settings) -> str:
    """What carries the letters."""
    names = {"embedded": "SQLite", "redis": "Redis", "kombu+": "RabbitMQ (py-amqp)"}
    return next((name for start, name in names.items() if settings.broker.startswith(start)), "RabbitMQ")


def look_at_promises(settings: Settings) -> Finding:
    """The promise of the broker of these settings; a Redis is asked how it is set up."""
    name = name_of(settings)
    if name != "Redis":
        return Finding(True, f"{name}: {SQLITE if name == 'SQLite' else RABBIT}")
    letters = import_module("broker.transports.redis_letters").RedisLetters(settings.broker, settings.broker_ca)
    try:
        return _redis(letters.set_up())
    except TransportError:
        return Finding(False, "Redis: cannot be asked how it keeps letters: look at HECHA_BROKER_URL")
    finally:
        letters.close()


def _redis(said: dict[str, str]) -> Finding:
    if not said:
        return Finding(True, f"Redis: {HIDDEN}; {WITHIN}", care=True)
    if said.get("appendonly") != "yes":
        return Finding(False, f"Redis: {FORGETS}")
    if said.get("maxmemory-policy") != "noeviction" and said.get("maxmemory") != "0":
        return Finding(False, f"Redis: {THROWS_AWAY}")
    if said.get("appendfsync") != "always":
        return Finding(True, f"Redis: {EVERY_SECOND}; {WITHIN}", care=True)
    return Finding(True, f"Redis: {REDIS}")
