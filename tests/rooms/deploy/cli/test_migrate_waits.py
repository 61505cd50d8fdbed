"""`hecha migrate` beside somebody who migrates or restores: after two seconds it says for whom it waits, and then goes on."""

import threading
from collections.abc import Iterator

import psycopg
import pytest

from deploy import migrate
from deploy.migrate import BUILDING, LOCK, build_beside, head_revision, migrate_database
from storage.database import Database
from tests.nodes import PostgresNode
from tests.phones import until
from tests.vaults import VAULT


@pytest.fixture
def database(postgres: PostgresNode) -> Iterator[Database]:
    """An empty database."""
    with postgres.database() as url:
        database = Database(url, VAULT)
        yield database
        database.close()


def test_it_is_silent_for_two_seconds() -> None:
    assert migrate.TELL_AFTER == 2.0


@pytest.mark.parametrize("lock", [LOCK, BUILDING])
def test_who_waits_says_for_whom(database: Database, monkeypatch: pytest.MonkeyPatch, lock: int) -> None:
    monkeypatch.setattr(migrate, "TELL_AFTER", 0.3)
    told = list[str]()
    work = (lambda: migrate_database(database, told.append)) if lock == LOCK else (lambda: build_beside(database, {}, told.append))
    with psycopg.connect(database.url.replace("+psycopg", "")) as other:
        other.execute(f"SELECT pg_advisory_lock({lock})")  # type: ignore[arg-type]  # a number of ours
        waiting = threading.Thread(target=work)
        waiting.start()
        until(lambda: told)
        assert f"PostgreSQL process {other.info.backend_pid} of user" in told[0]
        assert waiting.is_alive()
    waiting.join(60)

    assert not waiting.is_alive()
    assert len(told) == 1
    assert lock == BUILDING or migrate_database(database) == head_revision()
