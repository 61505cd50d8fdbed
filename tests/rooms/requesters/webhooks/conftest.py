"""A bank whose own system listens."""

from collections.abc import Iterator

import pytest

from access.units import Unit
from access.webhooks.webhook_keys import set_webhook
from storage.database import Database
from tests.rooms.requesters.webhooks.own_system import NOW, System


@pytest.fixture
def system() -> Iterator[System]:
    system = System()
    yield system
    system.server.shutdown()
    system.server.server_close()


@pytest.fixture
def secret(database: Database, system: System) -> str:
    with database.write() as session:
        session.add_all(Unit(code=code, name_zh=code, name_en=code, asks=True) for code in ("bank", "court"))
        session.flush()
        return set_webhook(session, "bank", system.url, NOW)
