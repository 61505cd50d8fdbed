"""The counter, for the tests of certificates."""

import pytest

from storage.database import Database
from tests.rooms.requesters.certificates.counter import Counter, counter


@pytest.fixture
def bank(database: Database) -> Counter:
    """The bank's counter on each kind of database."""
    return counter(database)
