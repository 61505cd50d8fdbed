"""kombu's virtual transport over a store of letters (SQLite file, Redis): leased, in batches, and no kill loses any."""

import json
import time
from collections.abc import Iterable, Sequence
from importlib import import_module
from queue import Empty
from typing import Any
from uuid import UUID, uuid4

from kombu.transport import TRANSPORT_ALIASES, virtual

from broker.transports.consumer import Arrival
from broker.transports.letter_store import LetterStore, Taken
from broker.transports.transport import DEAD, Unroutable
from storage.json import Json

TRANSPORT_ALIASES["hecha"] = "broker.transports.leased_channel:LeasedTransport"  # the first half of `hecha+sqlite://`
CONTENT = "application/jose"
BARE = "{}"  # the envelope of a letter of ours: all that kombu would write on it is what stands here
NEVER: Json = {}  # headers of a letter that was never handed out nor buried before
OURS: Json = {"content-type": CONTENT, "content-encoding": "binary"}


def open_store(address: str, options: Json) -> LetterStore:
    """The store behind the second half of kombu's address; it is loaded by whoever uses it."""
    if address.startswith("sqlite://"):
        file: LetterStore = import_module("broker.transports.letter_file").LetterFile(address.removeprefix("sqlite://"))
        return file
    redis: LetterStore = import_module("broker.transports.redis_letters").RedisLetters(address, options.get("authority"))
    return redis


class PublishBatch:
    """What kombu's `Producer.batch()` gathers and then stores in one go (kombu 5.7)."""

    def __init__(self, channel: "LeasedChannel", max_size: int) -> None:
        self.channel, self._max_size = channel, max_size
        self._rows: list[tuple[str, bytes, str]] = []
        self._names: list[str] = []

    def publish(self, message: Json, exchange: str = "", routing_key: str = "", **_options: object) -> None:
        """Puts one prepared message beside the others. Letters go to queues; there are no exchanges here."""
        body = message["body"]
        properties = message["properties"]
        self._names.append(properties.get("message_id") or "")
        self._rows.append((routing_key, body if isinstance(body, bytes) else body.encode(), envelope_of(message)))
        if len(self._rows) >= self._max_size:
            self.flush()

    def flush(self) -> None:
        """Stores what was gathered; raises Unroutable naming those without a queue, once the others are safe."""
        rows, names = self._rows, self._names
        self.discard()
        if rows and (lost := self.channel.store.put(rows)):
            raise Unroutable(UUID(names[i]) if names[i] else uuid4() for i in lost)

    def discard(self) -> None:
        """Forgets what was gathered and not stored."""
        self._rows, self._names = [], []

    def close(self) -> None:
        """Nothing is held."""


def envelope_of(message: Json) -> str:
    """What must be kept of a message beside its body."""
    if message.get("content-type") == CONTENT and not message["headers"]:
        return BARE
    return json.dumps({name: value for name, value in message.items() if name != "body"})


class LeasedQoS(virtual.QoS):
    """Acks delete and rejects release at once; kombu's own keeps both in memory and loses them with the process."""

    def ack(self, delivery_tag: str) -> None:
        """The letter is done with."""
        self.channel.store.done([int(delivery_tag)])
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Back into its queue, or into the dead queue."""
        if requeue:
            self.channel.store.release([int(delivery_tag)])
        else:
            self.channel.store.bury([int(delivery_tag)], "rejected")
        super().ack(delivery_tag)

    def restore_unacked_once(self, stderr: object = None) -> None:
        """Nothing to restore by hand: closing the store frees what it held."""
        self._on_collect.cancel()


class LeasedChannel(virtual.Channel):
    """One reader's and writer's way to the store. Beside what kombu asks of a channel it puts, takes and settles many at once."""

    QoS = LeasedQoS
    buries = True  # by moving a letter, not by publishing it anew
    body_encoding = "utf-8"  # bodies lie in the store as they are

    def __init__(self, connection: Any, **options: object) -> None:
        super().__init__(connection, **options)
        self.store = open_store(connection.client.hostname, connection.client.transport_options)

    def create_publish_batch(self, max_size: int) -> PublishBatch:
        """kombu's hook for `Producer.batch()`."""
        return PublishBatch(self, max_size)

    def declare_many(self, queues: Iterable[str], _known_only: bool = False) -> list[str]:
        """Makes these queues exist, and `dead`; none can differ from what it should be."""
        self.store.declare([*queues, DEAD])
        return []

    def put_many(self, rows: Sequence[tuple[str, bytes, UUID]]) -> None:
        """Stores (queue, body, name) rows at once, without a message of kombu for each: that took as long as storing them.

        Raises Unroutable naming those without a queue, once the others are safe.
        """
        if lost := self.store.put([(queue, body, BARE) for queue, body, _name in rows]):
            raise Unroutable(rows[i][2] for i in lost)

    def take_many(self, queue: str, at_most: int, wait: float) -> list[Arrival]:
        """Up to so many letters, oldest first; waits up to `wait` seconds for the first."""
        until = time.monotonic() + wait
        while not (taken := self.store.take(queue, at_most)) and time.monotonic() < until:
            self.store.watch(queue, until)
        return [
            Arrival(letter.seq, NEVER if letter.attempt == 1 and not letter.reason else _headers(letter), letter.wire)
            for letter in taken
        ]

    def ack_many(self, tags: Sequence[int]) -> None:
        """These are done with."""
        self.store.done(tags)

    def release_many(self, tags: Sequence[int]) -> None:
        """Back to their old place, or buried after the last attempt."""
        self.store.release(tags)

    def bury_many(self, tags: Sequence[int], reason: str) -> None:
        """Into the dead queue."""
        self.store.bury(tags, reason)

    def waiting(self, queue: str) -> int:
        """How many wait in the queue."""
        return self.store.waiting(queue)

    def _put(self, queue: str, message: Json, **_options: object) -> None:
        body = message["body"]
        if self.store.put([(queue, body if isinstance(body, bytes) else body.encode(), envelope_of(message))]):
            raise Unroutable([uuid4()])

    def _get(self, queue: str, timeout: float | None = None) -> Json:
        for taken in self.store.take(queue, 1):
            return _payload(queue, taken)
        raise Empty

    def _size(self, queue: str) -> int:
        return self.store.waiting(queue)

    def _purge(self, queue: str) -> int:
        return self.store.purge(queue)

    def _delete(self, queue: str, *_args: object, **_options: object) -> None:
        self.store.purge(queue, drop=True)

    def _new_queue(self, queue: str, **_options: object) -> None:
        self.store.declare([queue])

    def _has_queue(self, queue: str, **_options: object) -> bool:
        return queue in self.store.queues()

    def close(self) -> None:
        """Unacked letters return to their queues."""
        if not self.closed:
            super().close()
            self.store.close()


class LeasedTransport(virtual.Transport):
    """For kombu: `Connection("hecha+sqlite:///absolute/path")` or `Connection("hecha+redis://:PASSWORD@HOST:PORT/0")`."""

    Channel = LeasedChannel
    driver_type = "leased"
    driver_name = "hecha"
    can_parse_url = True
    polling_interval = 0.01  # kombu's default of a second made the median 600 ms
    implements = virtual.Transport.implements.extend(batch_publish=True)


def _payload(queue: str, taken: Taken) -> Json:
    """kombu's form of a letter."""
    own = {} if taken.envelope == BARE else json.loads(taken.envelope)
    message: Json = {**OURS, "body": taken.wire, "headers": {}, "properties": {}, **own}
    message["headers"] |= _headers(taken)
    properties = message["properties"]
    properties["delivery_tag"] = taken.seq
    properties["delivery_info"] = properties.get("delivery_info") or {"exchange": "", "routing_key": queue}
    return message


def _headers(taken: Taken) -> Json:
    """How often a letter was handed out and why it was buried, in RabbitMQ's words."""
    counted = {"x-delivery-count": taken.attempt - 1}
    return {**counted, "x-reason": taken.reason, "x-source": taken.source} if taken.reason else counted
