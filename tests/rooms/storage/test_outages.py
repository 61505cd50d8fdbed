"""What is the database's own trouble, and what is the fault of those who ask it."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError

from broker.inbox import rehearse
from storage.database import Database
from storage.database_outages import is_outage
from storage.database_troubles import told_by
from tests.nodes import PostgresNode
from tests.rooms.county import MONDAY

SPOIL = {"sqlite": "PRAGMA query_only = on", "postgresql": "SET SESSION default_transaction_read_only = on"}


def failed(url: str, statement: str) -> DBAPIError:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except DBAPIError as error:
        return error
    finally:
        engine.dispose()
    raise AssertionError


def test_a_server_that_is_away_is_an_outage() -> None:
    assert is_outage(failed("postgresql+psycopg://hecha@127.0.0.1:1/none", "SELECT 1"))


def test_a_server_that_ends_the_connection_is_an_outage_and_a_wrong_statement_is_none(postgres: PostgresNode) -> None:
    assert is_outage(failed(postgres.url, "SELECT pg_terminate_backend(pg_backend_pid())"))
    assert not is_outage(failed(postgres.url, "SELECT FROM WHERE"))
    assert not is_outage(failed(postgres.url, "SELECT 1 / 0"))


OUTAGES = [
    "DiskFull", "TooManyConnections", "OutOfMemory", "DeadlockDetected", "LockNotAvailable", "AdminShutdown", "QueryCanceled",
    "DatabaseDropped", "IdleSessionTimeout", "InsufficientPrivilege", "InvalidPassword", "InvalidAuthorizationSpecification",
    "UndefinedTable", "UndefinedColumn", "InvalidSchemaName", "FeatureNotSupported", "DataCorrupted", "IndexCorrupted", "IoError",
]  # fmt: skip
LETTERS = ["UniqueViolation", "NotNullViolation", "NumericValueOutOfRange", "StringDataRightTruncation", "UntranslatableCharacter"]


@pytest.mark.parametrize("name", OUTAGES)
def test_what_no_letter_can_bring_about_is_an_outage(name: str) -> None:
    assert is_outage(DBAPIError("", {}, getattr(psycopg.errors, name)()))


@pytest.mark.parametrize("name", LETTERS)
def test_what_a_letter_can_bring_about_is_none(name: str) -> None:
    assert not is_outage(DBAPIError("", {}, getattr(psycopg.errors, name)()))


def test_rights_that_were_taken_away_and_a_table_that_is_not_there_are_outages(postgres: PostgresNode) -> None:
    postgres.run("CREATE ROLE powerless LOGIN")
    try:
        url = make_url(postgres.url).set(username="powerless").render_as_string(hide_password=False)
        assert is_outage(failed(url, "SELECT * FROM pg_authid"))
        assert is_outage(failed(url, "SELECT * FROM no_such_table"))
    finally:
        postgres.run("DROP ROLE powerless")


def test_what_takes_nothing_is_an_outage_and_the_next_connection_is_a_new_one(database: Database) -> None:
    """PostgreSQL after a switch-over and a SQLite file that was read-only: the pool went on handing out what cannot write."""
    with database.write() as session:
        session.connection().exec_driver_sql(SPOIL[database.engine.dialect.name])
    with pytest.raises(DBAPIError) as failing, database.write() as session:
        rehearse(session, MONDAY)
    with database.write() as session:
        rehearse(session, MONDAY)

    assert is_outage(failing.value)
    assert told_by(failing.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_an_outage(database: Database) -> None:
    with database.engine.connect() as connection:
        full = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        connection.exec_driver_sql(f"PRAGMA max_page_count = {full}")
        connection.rollback()
        with pytest.raises(DBAPIError) as failing:
            connection.exec_driver_sql("CREATE TABLE more AS SELECT randomblob(1000000) AS much")

    assert is_outage(failing.value)
    assert "is full" in told_by(failing.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_that_is_gone_is_not_written_any_more_and_another_in_its_place_is(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        rehearse(session, MONDAY)
    kept = database.engine.url.database or ""
    Path(kept).rename(tmp_path / "away")
    with pytest.raises(DBAPIError, match="lacks tables"), database.write() as session:
        rehearse(session, MONDAY)
    (tmp_path / "away").replace(kept)
    with database.write() as session:
        rehearse(session, MONDAY)


def test_work_on_a_connection_that_was_just_lost_is_an_outage_too(postgres: PostgresNode) -> None:
    engine = create_engine(postgres.url)
    with engine.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        with pytest.raises(PendingRollbackError) as failing:
            connection.execute(text("SELECT 1"))
    engine.dispose()

    assert is_outage(failing.value)


def test_a_busy_sqlite_file_and_a_missing_table_are_outages_and_a_wrong_statement_is_none() -> None:
    busy = sqlite3.OperationalError()
    busy.sqlite_errorname = "SQLITE_BUSY"

    assert is_outage(OperationalError("", {}, busy))
    assert is_outage(failed("sqlite://", "SELECT * FROM missing"))
    assert not is_outage(failed("sqlite://", "SELECT FROM WHERE"))
