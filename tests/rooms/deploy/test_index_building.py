"""Indexes of full tables are built while others write, and one that was cut short is built anew."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from deploy.migrate import config_for, head_revision, migrate_database
from storage.database import Database
from tests.nodes import PostgresNode
from tests.vaults import VAULT

SCRIPTS = ScriptDirectory.from_config(config_for())
LARGE = [script for script in SCRIPTS.walk_revisions() if hasattr(script.module, "BESIDE")]
VALID = """SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE i.indisvalid AND c.relname = ANY(%s)"""
INSERT = "INSERT INTO named (key, number) VALUES (%s, %s)"


@pytest.fixture
def older(postgres: PostgresNode) -> Iterator[Database]:
    """A database of the version before the last migration that indexes a table which may be full."""
    with postgres.database() as url:
        database = Database(url, VAULT)
        with database.engine.connect() as connection:
            command.upgrade(config_for(connection), str(LARGE[0].down_revision))
            connection.commit()
        yield database
        database.close()


def _connected(database: Database, **settings: str) -> psycopg.Connection[tuple[str]]:
    return psycopg.connect(database.url.replace("+psycopg", ""), **settings)  # type: ignore[arg-type]


def _valid(database: Database) -> set[str]:
    with _connected(database) as connection:
        return {name for (name,) in connection.execute(VALID, (list(LARGE[0].module.BESIDE),))}


def test_others_write_while_an_index_is_built(older: Database) -> None:
    """Building waits for a transaction that is open, and nobody waits for the building."""
    slow = _connected(older)
    slow.execute(INSERT, ("a", "1"))
    migrating = threading.Thread(target=migrate_database, args=(older,))
    migrating.start()
    with _connected(older, options="-c lock_timeout=10s") as watching:
        while not watching.execute("SELECT 1 FROM pg_stat_progress_create_index").fetchone():
            watching.rollback()
        watching.execute(INSERT, ("b", uuid4().hex))
        watching.commit()
        assert migrating.is_alive()
    slow.commit()
    slow.close()
    migrating.join(60)

    assert _valid(older) == set(LARGE[0].module.BESIDE)


def test_an_index_that_was_cut_short_is_built_anew(older: Database) -> None:
    name, on = next(iter(LARGE[0].module.BESIDE.items()))
    with _connected(older) as connection:
        connection.execute(f"CREATE INDEX {name} ON {on}".encode())
        connection.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass", (name,))

    migrate_database(older)

    assert _valid(older) == set(LARGE[0].module.BESIDE)


def test_several_migrate_at_once(older: Database) -> None:
    others = [Database(older.url, VAULT) for _ in range(3)]
    threads = [threading.Thread(target=migrate_database, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for other in others:
        other.close()

    assert _valid(older) == set(LARGE[0].module.BESIDE)
    assert migrate_database(older) == head_revision()
