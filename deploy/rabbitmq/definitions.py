"""RabbitMQ's definitions: queues, and for each unit an account that reads its own queues and writes through its own exchange.

`python -m deploy.rabbitmq.definitions > definitions.json` writes those of the units in the database of the settings.
No account has a password in them: `rabbitmqctl change_password UNIT` gives it one, and until then it cannot sign in.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any, Protocol

from broker.rabbitmq import DURABLE, MORTAL, UNITS
from broker.transport import DEAD
from cases import units
from deploy.database import Database
from deploy.settings import read_settings

VHOST = "hecha"
HOUSE = "hecha"  # the account of Hecha's own processes
NO_PASSWORD = {"password_hash": "", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}


class Asked(Protocol):
    """What counts of a unit here."""

    @property
    def code(self) -> str: ...
    @property
    def asks(self) -> bool: ...
    @property
    def answers(self) -> bool: ...


def definitions_of(known: Sequence[Asked]) -> dict[str, Any]:
    """Everything that RabbitMQ must know of these units, in the form that `rabbitmqctl import_definitions` reads."""
    with_systems = [unit for unit in known if unit.asks or unit.answers]
    return {
        "vhosts": [{"name": VHOST}],
        "users": [{"name": name, **NO_PASSWORD} for name in (HOUSE, *(unit.code for unit in with_systems))],
        "permissions": [_permission(HOUSE, ".*", ".*", ".*"), *map(_permission_of, with_systems)],
        "queues": [_queue(name) for name in (*units.queues(list(known)), DEAD)],  # type: ignore[arg-type]  # only these three are read
        "exchanges": [_exchange(unit.code) for unit in with_systems],
        "bindings": [_binding(unit.code, queue) for unit in with_systems for queue in written_by(unit)],
    }


def exchange_of(code: str) -> str:
    """The exchange through which a unit's own systems write; from elsewhere nothing comes with this name on it."""
    return f"{UNITS}{code}"


def written_by(unit: Asked) -> list[str]:
    """The queues into which a unit's own systems may write."""
    return [*(["findings", DEAD] if unit.answers else []), *(["requests"] if unit.asks else [])]


def _permission_of(unit: Asked) -> dict[str, str]:
    return _permission(unit.code, "^$", f"^{exchange_of(unit.code)}$".replace(".", "\\."), f"^(questions|outcomes)\\.{unit.code}$")


def _permission(user: str, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": user, "vhost": VHOST, "configure": configure, "write": write, "read": read}


def _queue(name: str) -> dict[str, Any]:
    arguments = DURABLE if name == DEAD else MORTAL
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": arguments}


def _exchange(code: str) -> dict[str, Any]:
    lasting = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": exchange_of(code), "vhost": VHOST, "type": "direct", **lasting}


def _binding(code: str, queue: str) -> dict[str, Any]:
    ends = {"source": exchange_of(code), "destination": queue, "destination_type": "queue", "routing_key": queue}
    return {**ends, "vhost": VHOST, "arguments": {}}


def text_of(known: Sequence[Asked]) -> str:
    """The definitions as a file."""
    return json.dumps(definitions_of(known), indent=1) + "\n"


if __name__ == "__main__":
    with Database(read_settings().database).read() as session:
        sys.stdout.write(text_of(list(units.all_units(session).values())))
