"""Migrations: brings a database to this version, on SQLite and PostgreSQL alike."""

import time
from collections.abc import Mapping

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from deploy.operations.index_building import build_beside
from deploy.schema_version import FOLDER, current_revision
from storage.database import Database

LOCK = 4824017  # any number, the same for all: only one process migrates at a time
LOCK_SECONDS = 2  # so long we wait for a table that others are using,
PAUSE, TRIES = 1.0, 60  # and then try again after this many seconds, so often


def config_for(connection: Connection | None = None) -> Config:
    """Alembic's settings, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate_database(database: Database) -> str:
    """Applies what is missing; several processes may start at once, and others may be at work. Returns the revision."""
    for _ in range(TRIES):
        try:
            return _migrate(database)
        except OperationalError as error:
            if not isinstance(error.orig, psycopg.errors.LockNotAvailable):
                raise
            time.sleep(PAUSE)  # whoever queued behind us gets through meanwhile
    return _migrate(database)


def _migrate(database: Database) -> str:
    for revision, indexes in _large_ones(database).items():
        _upgrade(database, f"{revision}-1")
        build_beside(database, indexes)
        _upgrade(database, revision)
    return _upgrade(database, "head")


def _upgrade(database: Database, to: str) -> str:
    with database.engine.connect() as connection:
        if not database.sqlite:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
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


def head_revision() -> str:
    """The revision this version needs."""
    return ScriptDirectory.from_config(config_for()).get_current_head() or ""
