"""What every test may ask for: both databases, both transports, and the nodes behind them."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest

from broker.transports.transport import Transport
from deploy.tables import all_tables
from storage.database import Database
from storage.engine import open_engine
from tests.engines import broker_of
from tests.nodes import PostgresNode, RabbitNode
from tests.passwords import hash_cheaply
from tests.redis_node import RedisNode
from tests.rooms.county import settle
from tests.scratch import write_into_memory
from tests.thrift import be_thrifty
from tests.transports import transport_at
from tests.vaults import VAULT

os.environ.setdefault("HECHA_SPOT_CHECK_RATE", "0")  # nothing is drawn by chance, in parts of their own neither
BROWSER, FAULTS = Path(__file__).parent / "browser", Path(__file__).parent / "faults"
# What drives browsers or kills processes depends on what else the machine does: it is tried once more, and the summary says so.
SECOND_CHANCE = (BROWSER, FAULTS, BROWSER.parent / "stories")
STORAGE = BROWSER.parent / "rooms" / "storage"
HOUSES = (("sqlite", "embedded"), ("postgresql", "rabbitmq"))  # what a house has: database and post office
Opener = Callable[[], Transport]


def pytest_configure(config: pytest.Config) -> None:
    """Lets the tests write into memory, and be cheap where a run of thousands pays for it."""
    hash_cheaply()
    be_thrifty()
    folder = write_into_memory()
    if folder:
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--both` runs on both databases, and over both post offices, what the everyday run does on one of them."""
    parser.addoption("--both", action="store_true", help="every test on both databases and over both post offices")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first, the browser's last, so that neither waits for one worker at the end; and who gets a second chance."""
    left = [] if config.getoption("--both") else [item for item in items if not _is_everyday(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    items.sort(key=lambda item: (not item.path.is_relative_to(FAULTS), item.path.is_relative_to(BROWSER)))
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in SECOND_CHANCE):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _is_everyday(item: pytest.Item) -> bool:
    """Whether the everyday run has this test with these parts.

    Where it is written for both databases, its name decides which of them it gets, always the same: so each file meets both.
    What is about the databases themselves runs on both. A house has SQLite with our own post office, or PostgreSQL with
    RabbitMQ; the contract suite knows the other pairs.
    """
    parts = getattr(item, "callspec", None)
    database = parts.params.get("database_url") if parts else None
    if database is None or item.path.is_relative_to(STORAGE) or "database_url" in _chosen(item):
        return True
    broker = parts.params.get("broker_url") if parts else None
    if broker is not None and "broker_url" not in _chosen(item):
        return (database, broker) in HOUSES
    kinds = [kind for kind, _ in HOUSES]
    return bool(database == kinds[crc32(f"{item.path.name}::{getattr(item, 'originalname', '')}".encode()) % 2])


def _chosen(item: pytest.Item) -> str:
    """The names of what a test itself says it runs with."""
    return " ".join(str(mark.args[0]) for mark in item.iter_markers("parametrize"))


@pytest.fixture(scope="module", autouse=True)
def no_loop_of_the_browsers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Playwright's loop goes on in this thread after the browser's tests, and others could not run one of their own.

    For a whole file, so that what its tests share is made without it too.
    """
    loop = None if request.path.is_relative_to(BROWSER) else asyncio._get_running_loop()
    if loop is not None:
        asyncio._set_running_loop(None)
    yield
    if loop is not None:
        asyncio._set_running_loop(loop)


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitNode]:
    """A RabbitMQ of this test process's own; a test that stops it starts it again."""
    node = RabbitNode(tls=True)
    try:
        yield node.start()
    finally:
        node.remove()


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisNode]:
    """A Redis of this test process's own; a test that stops it starts it again."""
    node = RedisNode()
    try:
        yield node.start()
    finally:
        node.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresNode]:
    """A PostgreSQL of this test process's own."""
    node = PostgresNode()
    try:
        yield node.start()
    finally:
        node.remove()


def _fill(url: str) -> None:
    engine = open_engine(url)
    all_tables().create_all(engine)
    engine.dispose()


def _settle(url: str) -> None:
    database = Database(url, VAULT)
    settle(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied: 20 times faster than making them for each test."""
    path = tmp_path_factory.mktemp("pattern") / "pattern.sqlite"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def sqlite_county(sqlite_pattern: Path) -> Path:
    """The same with the county in it."""
    path = sqlite_pattern.with_name("county.sqlite")
    shutil.copy(sqlite_pattern, path)
    _settle(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_pattern(postgres: PostgresNode) -> str:
    """The name of a database with all tables, to be copied."""
    _fill(postgres.fresh_database("pattern"))
    return "pattern"


@pytest.fixture(scope="session")
def postgres_county(postgres: PostgresNode, postgres_pattern: str) -> str:
    """The same with the county in it."""
    _settle(postgres.fresh_database("county", postgres_pattern))
    return "county"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with all tables, once for each kind; with the county in it where the test asks for that."""
    pattern = "county" if "county" in request.fixturenames else "pattern"
    if request.param == "sqlite":
        path = tmp_path / "hecha.sqlite"
        shutil.copy(request.getfixturevalue(f"sqlite_{pattern}"), path)
        yield f"sqlite:///{path}"
        return
    node: PostgresNode = request.getfixturevalue("postgres")
    with node.database(request.getfixturevalue(f"postgres_{pattern}")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database with all tables, once for each kind."""
    database = Database(database_url, VAULT)
    yield database
    database.close()


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of the post office, once for each of the two that most houses have; `tests/contract` knows all four."""
    return broker_of(request, request.param, tmp_path)


@pytest.fixture
def open_transport(broker_url: str) -> Iterator[Opener]:
    """Opens transports to the same post office; all are closed at the end."""
    opened: list[Transport] = []

    def opener() -> Transport:
        opened.append(transport_at(broker_url))
        return opened[-1]

    yield opener
    for transport in opened:
        transport.close()


@pytest.fixture
def transport(open_transport: Opener) -> Transport:
    """One transport."""
    return open_transport()


@pytest.fixture
def queue(transport: Transport) -> str:
    """A fresh queue."""
    name = f"questions.{os.getpid()}-{uuid4().hex[:8]}"
    transport.declare([name])
    return name
