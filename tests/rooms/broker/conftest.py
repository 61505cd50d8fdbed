"""The post office's tests write down what their letters did."""

import pytest

from storage.database import Database
from tests.rooms.broker.clerk import OWN


@pytest.fixture
def database(database: Database) -> Database:
    """The house's, with the clerk's table in it."""
    OWN.create_all(database.engine)
    return database
