"""A house of the first schema, with cases in every state, goes on under this one."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, insert, select, text

from cases.case import Case
from cases.lifecycle import State
from cases.moves import Refusal
from cases.question import Outcome
from deploy.migrate import config_for, migrate_database
from storage.database import Database
from tests.nodes import PostgresNode
from tests.rooms.county import ASKER, CLERK, MACHINE, NO, SECOND, YES, County
from tests.vaults import VAULT

FIRST = [state for state in State if state != State.RETRACTED]  # what there was then


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of the first schema, with nothing in it."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'old.sqlite'}", VAULT)
    else:
        node: PostgresNode = request.getfixturevalue("postgres")
        database = Database(node.fresh_database(f"u{uuid4().hex[:12]}"), VAULT)
    with database.engine.connect() as connection:
        command.upgrade(config_for(connection), "0001")
        connection.commit()
    yield database
    database.close()


@pytest.fixture
def donor(sqlite_county: Path, tmp_path: Path) -> Iterator[County]:
    """A house of today, whose rows are put into the old one as far as that has columns for them."""
    shutil.copy(sqlite_county, tmp_path / "donor.sqlite")
    database = Database(f"sqlite:///{tmp_path / 'donor.sqlite'}", VAULT)
    yield County(database)
    database.close()


def copy_rows(source: Database, target: Database) -> None:
    theirs, ours = MetaData(), MetaData()
    theirs.reflect(source.engine)
    ours.reflect(target.engine)
    with source.engine.connect() as reading, target.engine.begin() as writing:
        for table in ours.sorted_tables:
            rows = reading.execute(select(theirs.tables[table.name])).mappings() if table.name in theirs.tables else []
            kept = [{name: value for name, value in row.items() if name in table.columns} for row in rows]
            if kept and table.name != "alembic_version":
                writing.execute(insert(table), [_typed(table, row) for row in kept])
            for name in (name for name in ("id", "seq") if kept and not target.sqlite and name in table.columns):
                if isinstance(kept[0][name], int):  # a key that the database counts
                    _count_on(writing, table.name, name)


def _count_on(writing: Connection, table: str, column: str) -> None:
    counter, last = f"pg_get_serial_sequence('{table}', '{column}')", f"(SELECT max({column}) FROM {table})"
    counts = writing.execute(text(f"SELECT {counter}")).scalar()
    if counts:
        writing.execute(text(f"SELECT setval({counter}, {last})"))


def _typed(table: Any, row: dict[str, Any]) -> dict[str, Any]:
    """SQLite gives numbers where PostgreSQL wants true and false."""
    return {n: bool(v) if table.columns[n].type.python_type is bool and v is not None else v for n, v in row.items()}


def test_cases_of_the_first_schema_live_on(donor: County, old: Database) -> None:
    numbers = {state: donor.asked_into(state)[0] for state in FIRST}
    copy_rows(donor.database, old)
    migrate_database(old)
    county = County(old, donor.now)

    assert {state: county.case(number).state for state, number in numbers.items()} == {state: state.value for state in FIRST}
    answered = county.case(numbers[State.ANSWERED])
    assert (answered.first_answered_at, answered.first_source, answered.first_holder) == (answered.answered_at, "record", "police")
    assert answered.subjects["person"].name == "吴一"
    assert isinstance(county.move(numbers[State.ASKED], "find", MACHINE, finding=NO), Case)
    assert isinstance(county.move(numbers[State.AT_DESK], "answer", CLERK), Case)
    assert isinstance(county.move(numbers[State.WITHDRAWN], "withdraw", ASKER), object)
    amended = county.move(numbers[State.CLOSED], "amend", CLERK, reason="x")
    assert isinstance(amended, Case)
    assert (amended.unseen, amended.outcome) == (True, Outcome.NO_RECORD)
    county.later(days=1)
    county.tick()


def test_who_told_a_yes_before_does_not_turn_it_alone_now(donor: County, old: Database) -> None:
    by_machine, by_clerk, put_right = (donor.asked_into(State.ANSWERED)[0], donor.asked_into(State.AT_DESK)[0], donor.ask()[0])
    donor.move(by_clerk, "answer", CLERK)
    donor.move(put_right, "find", MACHINE, finding={**YES, "outcome": "no_record"})
    donor.move(put_right, "amend", SECOND, finding=YES)
    with old.engine.connect() as connection:
        command.upgrade(config_for(connection), "0007")
        connection.commit()
    copy_rows(donor.database, old)
    migrate_database(old)
    county = County(old, donor.now)

    told = [(county.case(number).last_told, county.case(number).told_by) for number in (by_machine, by_clerk, put_right)]
    assert told == [("confirmed", "police"), ("confirmed", "clerk"), ("confirmed", "second")]
    county.move(by_clerk, "dispute", ASKER)
    refused = county.move(by_clerk, "answer", CLERK, finding=NO)
    assert isinstance(refused, Refusal)
    assert refused.code == "same_person"
