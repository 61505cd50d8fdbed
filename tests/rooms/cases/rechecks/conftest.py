"""The county in which people have committed, on each kind of database."""

import pytest

from tests.rooms.committed import Committed
from tests.rooms.county import County


@pytest.fixture
def committed(county: County) -> Committed:
    return Committed.settle(county)
