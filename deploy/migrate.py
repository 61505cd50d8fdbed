"""Migrations: brings a database to this version; indexes of tables that may be full are built while others write (PostgreSQL)."""

import time
from collections.abc import Callable, Mapping

import psycopg
import structlog
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from deploy.schema_version import FOLDER, current_revision
from storage.database import Database
from storage.engine import open_engine
from storage.postgresql.pipeline import BEGIN_OPTION

LOCK = 4824017  # any number, the same for all: only one process migrates at a time
LOCK_SECONDS = 2  # so long we wait for a table that others are using,
BUILDING = LOCK + 1  # only one process builds indexes at a time; not the lock above, which is waited for inside a transaction
HALF_BUILT = text(
    "SELECT NOT i.indisvalid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE c.oid = to_regclass(:name)"
)
HOLDER = text(
    "SELECT a.pid, 'of user', a.usename, 'at', coalesce(host(a.client_addr), 'the server itself') FROM pg_locks l "
    "JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.objid::bigint = :lock LIMIT 1"
)
TELL_AFTER, STEP = 2.0, 0.1  # seconds of waiting in silence, and between two looks
WAITS = "Somebody else migrates or restores this database: PostgreSQL process {holder}. Waiting until that is done."
IN_USE = (
    "A table that is to be changed is in use by a long transaction (a backup?). It is tried again every second for some minutes."
)
Tell = Callable[[str], None]
log = structlog.get_logger()
PAUSE, TRIES = 1.0, 60  # and then try again after this many seconds, so often


def config_for(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _log(words: str) -> None:
    log.warning("migration_waits", what=words)


def migrate_database(database: Database, tell: Tell = _log) -> str:
    """Applies what is missing; several processes may start at once, and others may be at work. Returns the revision.

    `tell` gets a sentence where it has to wait for others.
    """
    for turn in range(TRIES):
        try:
            return _migrate(database, tell)
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            if not turn:
                tell(IN_USE)
            time.sleep(PAUSE)  # whoever queued behind us gets through meanwhile
    return _migrate(database, tell)


def _migrate(database: Database, tell: Tell) -> str:
    for revision, indexes in _large_ones(database).items():
        _upgrade(database, f"{revision}-1", tell)
        build_beside(database, indexes, tell)
        _upgrade(database, revision, tell)
    return _upgrade(database, "head", tell)


def take_turn(connection: Connection, tell: Tell = _log, lock: int = LOCK, kind: str = "_xact") -> None:
    """Waits until nobody else holds this lock of the whole database; after two seconds it tells who does."""
    begun, told = time.monotonic(), False
    while not connection.execute(text(f"SELECT pg_try_advisory{kind}_lock({lock})")).scalar_one():
        if not told and time.monotonic() - begun >= TELL_AFTER:
            told = True
            holder = connection.execute(HOLDER, {"lock": lock}).first()
            tell(WAITS.format(holder=" ".join(map(str, holder)) if holder else "another"))
        time.sleep(STEP)


def _upgrade(database: Database, to: str, tell: Tell) -> str:
    with database.engine.connect() as connection:
        if not database.sqlite:
            take_turn(connection, tell)
            # A table is changed under a lock that everybody queues behind; one long transaction would stop the whole house.
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        command.upgrade(config_for(connection), to)
        connection.commit()
        return current_revision(connection)


def _large_ones(database: Database) -> dict[str, Mapping[str, str]]:
    """The migrations to come, the next one first, that index a table which may be full: revision, and its BESIDE."""
    if database.sqlite:
        return {}  # nobody else writes while SQLite builds an index, however it is asked
    with database.engine.connect() as connection:
        here = current_revision(connection)
    scripts = ScriptDirectory.from_config(config_for())
    known = {script.revision for script in scripts.walk_revisions()}
    if here not in known:  # a new database, whose tables are empty, or one of a newer version
        return {}
    coming = [script for script in scripts.iterate_revisions("head", here) if script.revision != here]
    return {script.revision: script.module.BESIDE for script in reversed(coming) if hasattr(script.module, "BESIDE")}


def build_beside(database: Database, indexes: Mapping[str, str], tell: Tell = _log) -> None:
    """Builds those of these indexes (name: what stands behind ON) that are not there; one whose building was cut short, anew.

    Building waits for every transaction that began before it. So whoever waits for us holds none, but asks again and again.
    """
    engine = open_engine(database.direct or database.url)  # a pooler would give each statement to another connection
    try:
        with engine.connect().execution_options(**{BEGIN_OPTION: ""}) as connection:
            take_turn(connection, tell, BUILDING, kind="")
            for name, on in indexes.items():
                _build(connection, name, on)
    finally:
        engine.dispose()  # the lock goes with the connection


def _build(connection: Connection, name: str, on: str) -> None:
    if connection.execute(HALF_BUILT, {"name": name}).scalar():
        connection.execute(text(f"DROP INDEX CONCURRENTLY {name}"))
    connection.execute(text(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {on}"))


def head_revision() -> str:
    """The revision this version needs."""
    return ScriptDirectory.from_config(config_for()).get_current_head() or ""
