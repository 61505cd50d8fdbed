"""The counter of the bank, for the tests of commitments."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.operations.seal_keys import CityKeys
from requesters.commitments.routers import COMMITMENTS
from requesters.receipts import verify_pages
from storage.database import Database
from tests.rooms.requesters.commitments.counter import Counter, stock
from tests.routes import open_doors
from web.templates import PageRenderer

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning


@pytest.fixture
def counter(database: Database, tmp_path: Path) -> Counter:
    doors = open_doors(database, NOW, [*COMMITMENTS, verify_pages.router])
    doors.app.state.context = replace(doors.app.state.context, seals=CityKeys(tmp_path / "seals", database), page=PageRenderer())
    stock(doors)
    return Counter(doors)
