"""Index building: indexes of tables that may be full are built while everybody goes on writing (PostgreSQL)."""

import time
from collections.abc import Mapping

from sqlalchemy import Connection, text

from storage.database import Database, open_engine

LOCK = 4824018  # only one process builds at a time; not the migrations' own, which is waited for inside a transaction
PAUSE = 0.5
HALF_BUILT = text(
    "SELECT NOT i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE c.oid = to_regclass(:name)"
)


def build_beside(database: Database, indexes: Mapping[str, str]) -> None:
    """Builds those of these indexes (name: what stands behind ON) that are not there; one whose building was cut short, anew.

    Building waits for every transaction that began before it. So whoever waits for us holds none, but asks again and again.
    """
    engine = open_engine(database.direct or database.url)  # a pooler would give each statement to another connection
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.execute(text(f"SELECT pg_try_advisory_lock({LOCK})")).scalar_one():
                time.sleep(PAUSE)
            for name, on in indexes.items():
                _build(connection, name, on)
    finally:
        engine.dispose()  # the lock goes with the connection


def _build(connection: Connection, name: str, on: str) -> None:
    if connection.execute(HALF_BUILT, {"name": name}).scalar():
        connection.execute(text(f"DROP INDEX CONCURRENTLY {name}"))
    connection.execute(text(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on}"))
