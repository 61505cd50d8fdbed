"""PostgreSQL behind pgbouncer in transaction mode: each transaction may come upon another connection of the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from broker import outbox
from broker.inbox import rehearse
from broker.relay import relay_once
from broker.worker import Worker
from deploy.cli.app import app
from deploy.migrate import migrate_database
from deploy.schema_version import is_current
from storage.database import Database
from tests.nodes import PostgresNode
from tests.pooler import PoolerNode
from tests.rooms.broker.clerk import OWN, effects, letters, now, running, until
from tests.rooms.broker.clerk import write_down as keep
from tests.rooms.county import MONDAY
from tests.transports import transport_at
from tests.vaults import VAULT


@pytest.fixture(scope="module")
def pooler(postgres: PostgresNode) -> Iterator[PoolerNode]:
    """A pooler that is strict about startup parameters, as Debian's is."""
    node = PoolerNode(postgres)
    try:
        yield node.start()
    finally:
        node.remove()


@pytest.fixture
def server_url(postgres: PostgresNode) -> Iterator[str]:
    """The server's own address of an empty database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def database(pooler: PoolerNode, server_url: str) -> Iterator[Database]:
    """A database of this version, through the pooler."""
    database = Database(pooler.url_of(server_url), VAULT, server_url)
    migrate_database(database)
    OWN.create_all(database.engine)
    yield database
    database.close()


def test_statements_that_come_often_and_settings_do_not_depend_on_the_connection(database: Database) -> None:
    """After five times psycopg prepares a statement on the server, where another client has one of the same name already."""
    clients = [database, *(Database(database.url, VAULT, database.direct) for _ in range(2))]
    counted = [work(client) for _ in range(12) for client in clients]
    for client in clients[1:]:
        client.close()

    assert is_current(database)
    assert counted == [0] * 36
    with database.snapshot() as session:
        assert session.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"


def work(database: Database) -> int:
    """A write and a look, with statements that are always the same; without a rollback, which makes psycopg forget."""
    with database.write() as session:
        rehearse(session, MONDAY)
    with database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM inbox WHERE queue <> :queue"), {"queue": "x"}).scalar_one())


def test_letters_go_through_and_a_change_is_heard_at_once(database: Database, tmp_path: Path) -> None:
    post, queue = f"embedded://{tmp_path / 'broker.sqlite'}", "questions.pooled"
    signal = database.signal("outbox")
    while signal.wait(0.5):  # what was written before it listened
        pass
    transport = transport_at(post)
    transport.declare([queue])
    worker = Worker(queue, keep, database, lambda: transport_at(post), now)
    with database.write() as session:
        outbox.post(session, letters(queue, 60))
    assert signal.wait(20), "LISTEN was lost at the pooler"
    with running(worker.run):
        relay_once(database, transport, MONDAY)
        until(lambda: worker.handled == 60)
    signal.close()
    transport.close()

    assert sorted(map(int, effects(database))) == list(range(60))


def test_a_pooler_that_went_and_came_back_is_an_outage_in_between(database: Database, pooler: PoolerNode) -> None:
    pooler.stop()
    with pytest.raises(OperationalError, match=r"nobody listens|broke off"), database.write() as session:
        rehearse(session, MONDAY)
    pooler.start()
    with database.write() as session:
        rehearse(session, MONDAY)


@pytest.mark.parametrize("lax", [False, True])
def test_the_doctor_refuses_a_pooler_without_the_servers_own_address(
    postgres: PostgresNode, server_url: str, tmp_path: Path, lax: bool
) -> None:
    node = PoolerNode(postgres, lax)
    try:
        url = node.start().url_of(server_url)
        settings = {"HECHA_DATABASE_URL": url, "HECHA_HOME": str(tmp_path)}
        refused = CliRunner().invoke(app, ["doctor"], env=settings).output
        both = CliRunner().invoke(app, ["doctor"], env={**settings, "HECHA_DATABASE_DIRECT_URL": url}).output
        well = CliRunner().invoke(app, ["doctor"], env={**settings, "HECHA_DATABASE_DIRECT_URL": server_url}).output
    finally:
        node.remove()

    assert [("HECHA_DATABASE_DIRECT_URL" in words, "behind a pooler" in words) for words in (refused, both, well)] == [
        (True, False),
        (True, False),
        (False, True),
    ]
