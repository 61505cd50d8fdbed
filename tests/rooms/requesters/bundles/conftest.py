"""The bank and its house, for the tests of bundles."""

from collections.abc import Iterator

import pytest

from requesters.bundles import bundle_sheets_api, bundles_api
from storage.database import Database
from tests.broadcasters import running_hub
from tests.rooms.requesters.bundles.bank import NOW, Bank
from tests.routes import open_doors


@pytest.fixture
def bank(database: Database) -> Iterator[Bank]:
    with running_hub(database) as broadcaster:
        bank = Bank(open_doors(database, NOW, [bundles_api.router, bundle_sheets_api.router], broadcaster))
        bank.grant("death", "kinship", "identity_change")
        yield bank
