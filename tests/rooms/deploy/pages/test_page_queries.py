"""What a page asks of the database does not grow with the rows it shows."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from storage.database import Database
from tests.apps import app_of
from tests.bench.crowd import Crowd, fill
from tests.bench.pages import PAGES
from tests.rooms.county import counted, never_remembered
from tests.town import Town

FEW, MANY = Crowd(30, 20), Crowd(200, 140)
MOST = 34  # statements for any page while nothing is remembered; the board has 33


def _town(home: Path, url: str) -> Town:
    return Town(home, url, f"embedded://{home / 'broker.sqlite'}")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def towns(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Town]]:
    """A house with few cases and one with many."""
    folder, few, many = tmp_path_factory.mktemp("towns"), "few", "many"
    node = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    (folder / few).mkdir()
    _town(folder / few, node.fresh_database(few) if node else f"sqlite:///{folder / few / 'hecha.sqlite'}").found().close()
    shutil.copytree(folder / few, folder / many)
    urls = (
        {few: node.url_of(few), many: node.fresh_database(many, few)}
        if node
        else {name: f"sqlite:///{folder / name / 'hecha.sqlite'}" for name in (few, many)}
    )
    found = [_town(folder / name, url) for name, url in urls.items()]
    for town, crowd in zip(found, (FEW, MANY), strict=True):
        fill(town, crowd)
    yield found
    for town in found:
        town.close()


def _asked(town: Town, username: str, address: str) -> tuple[list[str], int]:
    """The statements behind a page, the second time it is looked at, and how many rows it shows."""
    database: Database = town.house.database
    with database.write() as session:
        token = open_session(session, session.get_one(Account, username), datetime.now(UTC)).token
    browser = TestClient(app_of(town.house), cookies={"hecha": token, "lang": "zh"}, headers={"accept": "text/html"})
    browser.get(address)
    with never_remembered(), counted(database) as statements:
        page = browser.get(address)
    assert page.status_code == 200, page.text[:500]
    return statements, page.text.count("<tr")


@pytest.mark.parametrize(("username", "address"), [(name, address) for name, all_of in PAGES.items() for address in all_of])
def test_a_page_asks_no_more_when_it_shows_more(towns: list[Town], username: str, address: str) -> None:
    """The same statements with 30 cases as with 200: not one more for a row."""
    few, many = (_asked(town, username, address) for town in towns)
    assert len(many[0]) <= len(few[0]), f"{few[1]} rows: {len(few[0])} statements, {many[1]} rows: {many[0]}"
    assert len(many[0]) <= MOST, many[0]


def test_lists_do_show_more(towns: list[Town]) -> None:
    """Else the test above would prove nothing."""
    shown = [_asked(town, "police1", "/desk?pile=new")[1] for town in towns]
    assert shown[1] > 2 * shown[0]
