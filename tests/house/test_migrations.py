"""The migrations make exactly the tables of the rooms, on both databases."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect
from sqlmodel import SQLModel

from deploy.migrate import config_for, migrate_database
from deploy.schema_version import is_current
from deploy.tables import WITH_TABLES, all_tables
from storage.database import Database
from tests.house.copies import copy_rooms, plant
from tests.house.rooms import module_of, trees
from tests.nodes import PostgresNode
from tests.vaults import VAULT

PLANTED = """
from storage.encrypted_columns import EncryptedBytes, EncryptedJson, EncryptedText


class Planted(SQLModel, table=True):
    code: str = Field(primary_key=True, max_length=8)
    words: str = Field(sa_type=EncryptedText)
    found: dict[str, str] | None = Field(sa_type=EncryptedJson(none_as_null=True))
    file: bytes = Field(sa_type=EncryptedBytes)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it, once for each kind."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite'}", VAULT)
    else:
        node: PostgresNode = request.getfixturevalue("postgres")
        database = Database(node.fresh_database(f"m{uuid4().hex[:12]}"), VAULT)
    yield database
    database.close()


def tables_of_the_rooms() -> MetaData:
    """The metadata without the tables that tests of the same process made for themselves."""
    ours, every = MetaData(), all_tables()
    for mapper in SQLModel._sa_registry.mappers:
        if mapper.class_.__module__ in WITH_TABLES:
            every.tables[mapper.local_table.name].to_metadata(ours)  # type: ignore[attr-defined]  # a table, not a selectable
    return ours


def test_migrating_from_nothing_gives_exactly_the_tables_of_the_rooms(empty: Database) -> None:
    migrate_database(empty)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables_of_the_rooms()) == []
        assert set(inspect(connection).get_table_names()) == {*tables_of_the_rooms().tables, "alembic_version"}


def test_migrating_again_changes_nothing(empty: Database) -> None:
    first = migrate_database(empty)

    assert migrate_database(empty) == first
    assert is_current(empty)


def test_the_migrations_are_one_row_numbered_in_order() -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(config_for()).walk_revisions()]

    assert revisions == [f"{n:04d}" for n in range(len(revisions), 0, -1)]


def test_every_file_with_a_table_is_known_to_the_migrations() -> None:
    with_tables = {module_of(name) for name, tree in trees("table") if any(_is_table(node) for node in ast.walk(tree))}

    assert with_tables == set(WITH_TABLES)


def _is_table(node: ast.AST) -> bool:
    words = node.keywords if isinstance(node, ast.ClassDef) else []
    return any(word.arg == "table" and ast.unparse(word.value) == "True" for word in words)


def test_a_new_table_gets_a_migration_with_sqlalchemys_own_types(tmp_path: Path) -> None:
    copy_rooms(tmp_path)
    plant(tmp_path / "access/units.py", PLANTED)

    subprocess.run([sys.executable, "-m", "deploy.new_migration", "a planted table"], cwd=tmp_path, check=True, timeout=60)

    written = next((tmp_path / "deploy/migrations/versions").glob("*_a_planted_table.py")).read_text()
    assert """sa.Column('code', sa.String(length=8), nullable=False)""" in written
    assert [kind for kind in ("sa.Text()", "sa.JSON()", "sa.LargeBinary()") if kind not in written] == []
    assert "sqlmodel" not in written
    assert "storage" not in written
