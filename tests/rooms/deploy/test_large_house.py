"""In a house with many cases nothing that is done every day reads a whole table (PostgreSQL)."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psycopg
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from access.accounts import Account
from access.sessions import open_session
from access.units import all_units
from cases.case import Case
from cases.case_search import Among, find_among
from cases.trail.trail_verification import verify_case
from deploy.operations.retention import Keeper
from requesters.own_cases.case_lookup import find_cases
from responders.desk.desk_lookup import find_held
from responders.desk.desk_piles import Desk
from tests.apps import app_of
from tests.bench.copies import LEFT, Copies
from tests.bench.crowd import Crowd, fill
from tests.bench.growth import sign
from tests.bench.pages import PAGES
from tests.nodes import PostgresNode
from tests.town import Town, questions

REAL, COPIES = Crowd(600, 40), 20_000
# Lists that are empty or short in such a house, so that their end is looked for.
RARE = {"bank1": ("/cases?whose=unit&state=answered", "/cases?whose=unit&item=birth", "/cases?state=returned", "/cases?state=held")}
READ = "SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE relname = ANY(%s)"
BACKENDS = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


class Large:
    """A house with many cases, and what its tables were read from end to end."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._watch = psycopg.connect(town.house.database.url.replace("+psycopg", ""), autocommit=True)
        Copies(self._watch).add(COPIES)
        self._watch.execute("VACUUM ANALYZE")

    def close(self) -> None:
        """Ends watching."""
        self._watch.close()

    def read_whole(self, what: Callable[[], object]) -> dict[str, int]:
        """The tables that this reads from end to end the second time that it is done, and how many rows of them."""
        what()
        return self.read_once(what)

    def read_once(self, what: Callable[[], object]) -> dict[str, int]:
        """The same for what is done only once."""
        before = self._read()
        what()
        after = self._read()
        return {table: count - before[table] for table, count in after.items() if count > before[table]}

    def _read(self) -> dict[str, int]:
        # Connections tell what they read when they end.
        self.town.house.database.close()
        end = time.monotonic() + 30
        while (left := self._watch.execute(BACKENDS).fetchone()) and left[0]:
            assert time.monotonic() < end, f"{left[0]} connections are still open"
        return dict(self._watch.execute(READ, (list(LEFT),)).fetchall())


@pytest.fixture(scope="module")
def large(postgres: PostgresNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    """The sample city's house with 20,000 cases."""
    home: Path = tmp_path_factory.mktemp("large")
    with postgres.database() as url:
        town = Town(home, url, f"embedded://{home / 'broker.sqlite'}").found()
        fill(town, REAL)
        sign(town)
        large = Large(town)
        yield large
        large.close()
        town.close()


def _number(town: Town) -> str:
    with town.house.database.read() as session:
        own = select(Case.number).where(Case.asked_by == "bank1", Case.state == "closed", col(Case.number).startswith("HC"))
        return str(session.exec(own.order_by(col(Case.asked_at).desc()).limit(1)).one())


def _look(browser: TestClient, address: str) -> None:
    page = browser.get(address)
    assert page.status_code == 200, page.text[:300]


def _find(session: Session, find: Callable[[], object]) -> None:
    find()
    session.close()  # the connection goes back, and tells what it read when it ends


@pytest.mark.parametrize("username", PAGES)
def test_no_page_reads_a_whole_table(large: Large, username: str) -> None:
    number, database = _number(large.town), large.town.house.database
    with database.write() as session:
        token = open_session(session, session.get_one(Account, username), datetime.now(UTC)).token
    browser = TestClient(app_of(large.town.house), cookies={"hecha": token, "lang": "zh"}, headers={"accept": "text/html"})
    one = {"bank1": f"/cases/{number}", "police1": f"/desk/{number}", "supervisor": f"/board/{number}"}
    addresses = [*PAGES[username], *RARE.get(username, ()), *([one[username]] if username in one else [])]

    read = {address: large.read_whole(partial(_look, browser, address)) for address in addresses}

    assert {address: tables for address, tables in read.items() if tables} == {}


def test_no_search_reads_a_whole_table(large: Large) -> None:
    number, today = _number(large.town), datetime.now(UTC).date()
    read = {}
    for words in (questions(1)[0]["subjects"]["person"]["id_number"], "GD-0001", number[:11], number):
        with large.town.house.database.read() as session:
            units = all_units(session)
            of_unit, of_holder = partial(find_cases, session, "bank-binjiang"), partial(find_held, session, Desk("police"), units)
            rooms = {"own": of_unit, "desk": of_holder, "board": partial(find_among, session, Among(select(Case), units, 25))}
            for room, find in rooms.items():
                read[f"{room} {len(words)}"] = large.read_whole(partial(_find, session, partial(find, words, today)))

    assert {what: tables for what, tables in read.items() if tables} == {}


def test_nothing_of_a_case_s_life_reads_a_whole_table(large: Large) -> None:
    town, asked = large.town, iter(questions(500))
    keeper, number = Keeper(town.house.database, town.house.rulebook), _number(town)

    def old(months: int, which: str) -> None:
        with town.house.database.write() as session:
            some = f"SELECT number FROM cases WHERE number LIKE 'HC%' AND {which} ORDER BY number LIMIT 20"
            session.connection().exec_driver_sql(
                f"UPDATE cases SET closed_at = now() - interval '{months} months' WHERE number IN ({some.replace('%', '%%')})"
            )

    def keep() -> None:
        keeper.keep(datetime.now(UTC))

    def verify() -> None:
        with town.house.database.read() as session:
            verify_case(session, number)

    read = {
        "one": large.read_whole(lambda: town.ask([next(asked)])),
        "many": large.read_whole(lambda: town.ask([next(asked) for _ in range(50)])),
        "verifying": large.read_whole(verify),
        "nothing is due": large.read_whole(keep),
    }
    old(7, "closed_at IS NOT NULL AND blocked_at IS NULL")
    read["blocking"] = large.read_once(keep)
    old(50, "blocked_at IS NOT NULL AND deleted_at IS NULL")
    read["deleting"] = large.read_once(keep)

    assert {what: tables for what, tables in read.items() if tables} == {}
