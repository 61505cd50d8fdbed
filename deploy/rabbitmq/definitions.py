"""RabbitMQ's definitions: queues, and an account for each unit with its own queues and exchange.

`hecha provision-broker` gives them to a broker with passwords. `python -m deploy.rabbitmq.definitions UNIT ... > definitions.json`
writes them without any, for the units named: such an account cannot sign in until `rabbitmqctl change_password UNIT` gives it a
password, and importing a file that names it takes the password away again.
"""

import base64
import hashlib
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from access import units
from broker.transports.arrivals import UNITS
from broker.transports.queue_arguments import arguments_of
from broker.transports.transport import DEAD
from deploy.operations.open_database import open_database
from deploy.settings import read_settings
from storage.json import Json

VHOST = "hecha"
HOUSE_ACCOUNT = "hecha"  # may do everything in its vhost; a unit cannot be called so where this is used
TAG = "hecha-unit"  # on the accounts that follow the list of units
NO_WRITERS: Collection[str] = ()


class DeclaredUnit(Protocol):
    """What counts of a unit here."""

    @property
    def code(self) -> str: ...
    @property
    def asks(self) -> bool: ...
    @property
    def holds(self) -> bool: ...


def definitions_of(known: Sequence[DeclaredUnit], accounts: Mapping[str, str], writers: Collection[str] = NO_WRITERS) -> Json:
    """Everything that RabbitMQ must know of these units, as `rabbitmqctl import_definitions` reads it.

    `accounts`: the hash of the password (see password_hash) of each unit that gets an account; empty: it cannot sign in.
    `writers`: the units that ask by letter and read `replies.UNIT`.
    """
    with_systems = [unit for unit in known if unit.asks or unit.holds]
    new = [unit for unit in with_systems if unit.code in accounts]
    queues = units.queues(list(known), writers)  # type: ignore[arg-type]  # only these three are read
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(unit.code, accounts[unit.code]) for unit in new],
        "permissions": [_permission_of(unit, unit.code in writers) for unit in new],
        "queues": [_queue(name) for name in (*queues, DEAD)],
        "exchanges": [_exchange(unit.code) for unit in with_systems],
        "bindings": [_binding(unit.code, queue) for unit in with_systems for queue in written_by(unit)],
    }


def exchange_of(code: str) -> str:
    """The exchange through which a unit's own systems write; from elsewhere nothing comes with this name on it."""
    return f"{UNITS}{code}"


def written_by(unit: DeclaredUnit) -> list[str]:
    """The queues into which a unit's own systems may write."""
    return [*(["findings", DEAD] if unit.holds else []), *(["requests"] if unit.asks else [])]


def password_hash(password: str) -> str:
    """As RabbitMQ keeps it: a salt of four bytes, then SHA-256 of salt and password, in base64."""
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def house_account(hashed: str) -> Json:
    """The house's own account, as definitions of a user and its permission."""
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    permission = {"user": HOUSE_ACCOUNT, "vhost": VHOST, **everything}
    return {"users": [{**_user(HOUSE_ACCOUNT, hashed), "tags": []}], "permissions": [permission]}


def _user(name: str, hashed: str) -> Json:
    return {"name": name, "password_hash": hashed, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": [TAG]}


def _permission_of(unit: DeclaredUnit, writes: bool) -> dict[str, str]:
    queues = [*(["questions"] if unit.holds else []), *(["replies"] if writes else [])]
    read = f"^({'|'.join(queues)})\\.{unit.code}$" if queues else "^$"
    write = f"^{exchange_of(unit.code)}$".replace(".", "\\.")
    return {"user": unit.code, "vhost": VHOST, "configure": "^$", "write": write, "read": read}


def _queue(name: str) -> Json:
    arguments = arguments_of(name)
    return {"name": name, "vhost": VHOST, "durable": True, "auto_delete": False, "arguments": arguments}


def _exchange(code: str) -> Json:
    lasting = {"durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": exchange_of(code), "vhost": VHOST, "type": "direct", **lasting}


def _binding(code: str, queue: str) -> Json:
    ends = {"source": exchange_of(code), "destination": queue, "destination_type": "queue", "routing_key": queue}
    return {**ends, "vhost": VHOST, "arguments": {}}


def text_of(known: Sequence[DeclaredUnit], accounts: Collection[str]) -> str:
    """The definitions as a file."""
    return json.dumps(definitions_of(known, dict.fromkeys(accounts, "")), indent=1) + "\n"


if __name__ == "__main__":
    with open_database(read_settings()).read() as session:
        sys.stdout.write(text_of(list(units.all_units(session).values()), sys.argv[1:]))
