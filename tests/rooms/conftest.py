"""The county, for the tests of the rooms."""

import pytest

from storage.database import Database
from tests.rooms.county import County


@pytest.fixture
def county(database: Database) -> County:
    """The county on each kind of database; it stands in it already, copied like the tables."""
    return County(database)
