"""The sample city, built once for all tests of it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sample.city.archives import write_archives
from sample.city.city import City, build
from sample.city.stories import Story, stories


@pytest.fixture(scope="session")
def city() -> City:
    """The city as everybody gets it."""
    return build()


@pytest.fixture(scope="session")
def archives(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the departments' record stores."""
    folder = tmp_path_factory.mktemp("archives")
    write_archives(city, folder)
    return folder


@pytest.fixture(scope="session")
def told(city: City) -> dict[str, Story]:
    """The stories by name."""
    return stories(city)


@pytest.fixture
def police(archives: Path) -> Iterator[sqlite3.Connection]:
    """The police's records, opened."""
    records = sqlite3.connect(archives / "police.sqlite")
    yield records
    records.close()
