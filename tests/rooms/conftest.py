"""The county, and the administrator's office in it, for the tests of the rooms."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.accounts import Account
from deploy.assembly import assemble
from deploy.operations.secret_keys import key_file, write_keys
from deploy.settings import Settings
from storage.database import Database
from tests.apps import app_of
from tests.rooms.county import County
from tests.rooms.office import Desk, Office
from tests.vaults import KEYS


@pytest.fixture
def county(database: Database) -> County:
    """The county on each kind of database; it stands in it already, copied like the tables."""
    return County(database)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On SQLite alone but for tests whose queries could differ: each opens a whole house."""
    if "office_address" in metafunc.fixturenames:
        kinds = ["sqlite", "postgresql"] if hasattr(metafunc.function, "on_both") else ["sqlite"]
        metafunc.parametrize("office_address", kinds, indirect=True)


@pytest.fixture
def office_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of the kind that is asked for, with the county in it."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_county"), tmp_path / "hecha.sqlite")
        yield f"sqlite:///{tmp_path / 'hecha.sqlite'}"
        return
    with request.getfixturevalue("postgres").database(request.getfixturevalue("postgres_county")) as url:
        yield url


@pytest.fixture
def office(office_address: str, tmp_path: Path) -> Iterator[Office]:
    """The county with an administrator of the data office, and the whole house's pages."""
    settings = Settings(home=tmp_path, database_url=office_address)
    write_keys(key_file(settings), KEYS, anew=True)  # the county that is copied was written with these
    assembly = assemble(settings)
    county = County(assembly.database)
    assembly.now = assembly.wall = lambda: county.now
    with county.database.write() as session:
        session.add(Account(username="admin", name="余娟", unit="data-office", roles=["admin"]))
    yield Office(assembly, county, app_of(assembly))
    assembly.database.close()


@pytest.fixture
def desk(office: Office) -> Desk:
    """The administrator's browser."""
    return office.client()
