"""RabbitMQ's definitions: queues, and for each unit an account that reads its own queues and writes through its own exchange.

`python -m deploy.rabbitmq.definitions UNIT ... > definitions.json` writes those of the units in the database of the settings,
with new accounts for the units named. An account has no password and cannot sign in until `rabbitmqctl change_password UNIT`
gives it one; importing a file that names it takes the password away again.
"""

import json
import sys
from collections.abc import Collection, Sequence
from typing import Any, Protocol

from broker.rabbitmq import DURABLE, MORTAL, UNITS
from broker.transport import DEAD
from cases import units
from deploy.database import Database
from deploy.settings import read_settings

VHOST = "hecha"
NO_PASSWORD = {"password_hash": "", "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": []}


class Asked(Protocol):
    """What counts of a unit here."""

    @property
    def code(self) -> str: ...
    @property
    def asks(self) -> bool: ...
    @property
    def answers(self) -> bool: ...


def definitions_of(known: Sequence[Asked], accounts: Collection[str]) -> dict[str, Any]:
    """Everything that RabbitMQ must know of these units, and accounts for some, as `rabbitmqctl import_definitions` reads it."""
    with_systems = [unit for unit in known if unit.asks or unit.answers]
    new = [unit for unit in with_systems if unit.code in accounts]
    return {
        "vhosts": [{"name": VHOST}],
        "users": [{"name": unit.code, **NO_PASSWORD} for unit in new],
        "permissions": [_permission_of(unit) for unit in new],
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
    own = {"write": f"^{exchange_of(unit.code)}$".replace(".", "\\."), "read": f"^(questions|outcomes)\\.{unit.code}$"}
    return {"user": unit.code, "vhost": VHOST, "configure": "^$", **own}


def _queue(name: str) -> dict[str, Any]:
    arguments = DURABLE if name == DEAD else MORTAL
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": arguments}


def _exchange(code: str) -> dict[str, Any]:
    lasting = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": exchange_of(code), "vhost": VHOST, "type": "direct", **lasting}


def _binding(code: str, queue: str) -> dict[str, Any]:
    ends = {"source": exchange_of(code), "destination": queue, "destination_type": "queue", "routing_key": queue}
    return {**ends, "vhost": VHOST, "arguments": {}}


def text_of(known: Sequence[Asked], accounts: Collection[str]) -> str:
    """The definitions as a file."""
    return json.dumps(definitions_of(known, accounts), indent=1) + "\n"


if __name__ == "__main__":
    with Database(read_settings().database).read() as session:
        sys.stdout.write(text_of(list(units.all_units(session).values()), sys.argv[1:]))
