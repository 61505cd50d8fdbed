"""A Redis that is full (maxmemory, noeviction): it takes nothing new, and what it holds is read and settled all the same."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from redis import Redis

from broker.transports.kombu_transport import KombuTransport
from broker.transports.transport import DEAD, Unreachable
from tests.contract.reading import abouts, drain, empty_the_dead, letters
from tests.redis_node import RedisNode


@pytest.fixture
def transport(redis: RedisNode) -> Iterator[KombuTransport]:
    transport = KombuTransport(redis.url)
    yield transport
    transport.close()


@pytest.fixture
def queue(transport: KombuTransport) -> str:
    """Six letters in a fresh queue."""
    name = f"questions.{uuid4().hex[:8]}"
    transport.declare([name])
    transport.publish(letters(name, 6))
    return name


@pytest.fixture
def full(redis: RedisNode, queue: str) -> Iterator[str]:
    """The same queue once there is no room for more."""
    empty_the_dead(KombuTransport(redis.url))
    with Redis.from_url(redis.url) as server:
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", "1")
        yield queue
        server.config_set("maxmemory", "0")


def test_what_is_in_it_is_read_and_settled(transport: KombuTransport, full: str) -> None:
    with pytest.raises(Unreachable, match="OutOfMemory"):
        transport.publish(letters(full, 1))
    batch = drain(transport, full, 6)
    transport.ack(batch[:4])
    transport.give_back(batch[4:5])
    transport.bury(batch[5:], "unread")
    again = drain(transport, full, 1)
    transport.ack(again)

    assert abouts(batch) == [str(n) for n in range(6)]
    assert abouts(again) == ["4"]
    assert transport.depth(full) == 0
    assert transport.depth(DEAD) >= 1


def test_a_part_that_starts_now_reads_and_what_a_dead_reader_held_comes_again(
    redis: RedisNode, transport: KombuTransport, full: str
) -> None:
    drain(transport, full, 6)
    with Redis.from_url(redis.url) as server:
        server.client_kill_filter(_type="normal", skipme=True)  # every reader's connection is gone
    newcomer = KombuTransport(redis.url)
    newcomer.declare([full, DEAD])
    batch = drain(newcomer, full, 6)
    newcomer.ack(batch)
    newcomer.close()

    assert abouts(batch) == [str(n) for n in range(6)]
