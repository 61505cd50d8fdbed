"""What is the database's own trouble, and what is the fault of those who ask it."""

import sqlite3

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.database_outages import is_outage
from tests.nodes import PostgresNode


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
    assert not is_outage(failed(postgres.url, "SELECT nonsense"))
    assert not is_outage(failed(postgres.url, "SELECT 1 / 0"))


@pytest.mark.parametrize("fault", [psycopg.errors.DiskFull, psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable])
def test_a_full_disk_or_a_lock_is_an_outage(fault: type[psycopg.OperationalError]) -> None:
    assert is_outage(OperationalError("", {}, fault()))


def test_a_busy_sqlite_file_is_an_outage_and_a_missing_table_is_none(tmp_path: object) -> None:
    busy = sqlite3.OperationalError()
    busy.sqlite_errorname = "SQLITE_BUSY"

    assert is_outage(OperationalError("", {}, busy))
    assert not is_outage(failed("sqlite://", "SELECT * FROM nothing"))
