"""Record stores for the responders' tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.sample.archives import Row
from tests.rooms.responders.stores import Store

Opener = Callable[..., Store]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Opener]:
    """Makes a department's store: `store("police", member=[...])`."""
    stores: list[Store] = []

    def make(unit: str, **rows: list[Row]) -> Store:
        stores.append(Store(tmp_path / f"{unit}{len(stores)}.sqlite", unit, rows))
        return stores[-1]

    yield make
    for opened in stores:
        opened.records.close()
