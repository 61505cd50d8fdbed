"""The four ways letters can travel, and the address of each for a test: three of them over kombu, one over pika."""

from pathlib import Path

import pytest

from tests.nodes import RabbitNode
from tests.redis_node import RedisNode

ENGINES = ["embedded", "redis", "rabbitmq", "rabbitmq-kombu"]


def broker_of(request: pytest.FixtureRequest, engine: str, folder: Path) -> str:
    """The address of the post office of this kind, whose node is started if need be."""
    if engine == "embedded":
        return f"embedded://{folder / 'broker.sqlite'}"
    node: RedisNode | RabbitNode = request.getfixturevalue("redis" if engine == "redis" else "rabbit")
    return f"kombu+{node.url}" if engine == "rabbitmq-kombu" else node.url
