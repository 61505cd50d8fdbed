"""`python -m tests.bench.bare COMMAND`: a `hecha` command that signs and seals nothing. For measuring only: no setting does this.

Letters travel as they are, the vault gives back what it was given, and marks of the trail's chain are blank; everything else is as
it is, columns, queries and checks included. The difference to the product is what cryptography costs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from broker.crypto.envelope import Plain
from deploy.agent import unit_keys
from deploy.cli.app import app
from deploy.operations import letter_keys
from deploy.settings import Settings
from storage.database import Database
from storage.vault import HEAD_BYTES, Vault

HEAD = b"\x01" + bytes(HEAD_BYTES - 1)


def of_house(settings: Settings, database: Database, now: Callable[[], datetime]) -> Plain:
    """In place of the house's envelope."""
    return Plain()


def of_unit(path: Path, unit: str, now: Callable[[], datetime]) -> Plain:
    """In place of a unit's envelope."""
    return Plain()


@contextmanager
def bare() -> Iterator[None]:
    """Within, nothing is signed or sealed."""
    with (
        patch.object(letter_keys, "house_envelope", of_house),
        patch.object(unit_keys, "unit_envelope", of_unit),
        patch.object(Vault, "seal", lambda _self, plain, _bound: HEAD + plain),
        patch.object(Vault, "open", lambda _self, sealed, _bound: sealed[HEAD_BYTES:]),
        patch.object(Vault, "mac", lambda _self, _data, _purpose: bytes(32)),
    ):
        yield


if __name__ == "__main__":
    with bare():
        app()
