"""A connection on which something failed in the middle of a pipeline is sound for whoever has it next (PostgreSQL)."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.database import Database
from storage.postgresql import pipeline
from storage.postgresql.pipeline import ask_together, queue
from storage.postgresql.round_trip import Statement
from tests.nodes import PostgresNode

FAILS = Statement("SELECT 1 / $1::int", [0])
TWO = [Statement("SELECT $1::int", [1]), Statement("SELECT $1::text", ["二"])]


@pytest.fixture
def database(postgres: PostgresNode) -> Iterator[Database]:
    with postgres.database() as address, closing(Database(address)) as opened:
        yield opened


def fail(database: Database, *statements: Statement) -> None:
    """Queues these and commits, which must fail."""

    def write() -> None:
        with database.write() as session:
            for statement in statements:
                queue(session.connection(), statement)

    with pytest.raises(DBAPIError):
        write()


def works(session: Session) -> bool:
    return ask_together(session.connection(), TWO) == [[(1,)], [("二",)]]


@pytest.mark.parametrize("behind", [Statement("SELECT $1::text", ["a\0"]), Statement("SELECT $1", [object()]), FAILS])
def test_what_fails_twice_over_leaves_nothing_behind(database: Database, behind: Statement) -> None:
    for _ in range(3):
        fail(database, Statement("SELECT no_such_function($1)", [1]), behind)
        with database.write() as session:
            assert works(session)
        with database.read() as session:
            assert works(session)


def test_what_somebody_took_away_that_was_prepared_is_prepared_anew(database: Database) -> None:
    with database.write() as session:
        assert works(session)
        first = session.execute(
            text("SELECT name FROM pg_prepared_statements WHERE name LIKE 'h%' ORDER BY name LIMIT 1")
        ).scalar_one()
        session.execute(text(f"DEALLOCATE {first}"))
    with pytest.raises(DBAPIError), database.write() as session:
        works(session)
    for _ in range(3):
        with database.write() as session:
            assert works(session)


@pytest.mark.parametrize("by_key", [False, True])
def test_plans_are_made_anew_whatever_a_transaction_begins_with(
    database: Database, by_key: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "PLANS_HOLD", -1.0)
    for _ in range(3):
        with database.write(by_key=by_key) as session:
            assert works(session)
        with database.read(by_key=by_key) as session:
            assert works(session)

    with database.snapshot() as session:
        rows = session.connection().execution_options(stream_results=True).execute(text("SELECT generate_series(1, 25)"))
        assert len(rows.all()) == 25
        assert session.execute(text("SELECT current_setting('transaction_isolation')")).scalar_one() == "repeatable read"
