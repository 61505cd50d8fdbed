"""The sample city once on RabbitMQ and PostgreSQL with every part a process, and once on files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from tests.nodes import PostgresNode, RabbitNode
from tests.parts import Part, await_port, running
from tests.town import Town


@dataclass(frozen=True)
class Works:
    """A running town: two agents of the police unit, and one of every other part."""

    town: Town
    parts: Sequence[Part]
    rabbit: RabbitNode
    postgres: PostgresNode


@pytest.fixture(scope="module")
def works(rabbit: RabbitNode, postgres: PostgresNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """Everything runs and has answered its first questions."""
    # What other tests of this process left in the queue `dead` would be counted here.
    rabbit.rabbitmqctl("add_vhost", "town")
    rabbit.rabbitmqctl("set_permissions", "-p", "town", "guest", ".*", ".*", ".*")
    broker = f"{rabbit.url.removesuffix('%2F')}town"
    town = Town(tmp_path_factory.mktemp("town"), postgres.fresh_database("town"), broker).found()
    rabbit.flush()
    commands = [["serve"], ["relay"], ["work"], ["clock"], *[["respond", "--unit", "police"]] * 2]
    parts = [town.part(*command) for command in commands]
    with running(parts):
        await_port(town.http, parts[0])
        yield Works(town, parts, rabbit, postgres)
    town.close()
