"""The database for the contacts room."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import contacts.roster  # noqa: F401  # its tables
from deploy.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'hecha.db'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()
