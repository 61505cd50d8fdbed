"""The embedded broker: a kombu virtual transport over one SQLite file, for houses without RabbitMQ."""

import json
import time
from collections.abc import Iterable, Sequence
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.connection import Connection
from kombu.transport import TRANSPORT_ALIASES, virtual

from broker.crypto.envelope import Envelope, Plain, contents, encrypt_all
from broker.letter import Letter
from broker.transports.letter_file import LetterFile, Taken
from broker.transports.transport import DEAD, Delivery, Unroutable
from storage.json import Json

SCHEME = "embedded://"
TRANSPORT_ALIASES["hecha"] = "broker.transports.embedded:LeasedTransport"  # kombu finds us by the first half of `hecha+sqlite://`
PLAIN = Plain()
BARE: dict[str, Any] = {"content-type": "application/json", "content-encoding": "utf-8", "headers": {}, "properties": {}}


class LeasedQoS(virtual.QoS):
    """Acks delete and rejects release at once; kombu's own keeps both in memory and loses them with the process."""

    def ack(self, delivery_tag: str) -> None:
        """The letter is done with."""
        self.channel.file.done([int(delivery_tag)])
        super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Back into its queue, or into the dead queue."""
        if requeue:
            self.channel.file.release([int(delivery_tag)])
        else:
            self.channel.file.bury([int(delivery_tag)], "rejected")
        super().ack(delivery_tag)

    def restore_unacked_once(self, stderr: object = None) -> None:
        """Nothing to restore by hand: closing the file frees what it held."""
        self._on_collect.cancel()


class LeasedChannel(virtual.Channel):
    """One connection to the letter file."""

    QoS = LeasedQoS
    body_encoding = "utf-8"  # bodies lie in the file as they are

    def __init__(self, connection: Any, **options: object) -> None:
        super().__init__(connection, **options)
        self.file = LetterFile(connection.client.hostname.removeprefix("sqlite://"))

    def _put(self, queue: str, message: Json, **_options: object) -> None:
        body = message.pop("body")
        wire = body if isinstance(body, bytes) else body.encode()
        if self.file.put([(queue, wire, json.dumps(message))]):
            raise Unroutable([uuid4()])

    def _get(self, queue: str, timeout: float | None = None) -> Json:
        for taken in self.file.take(queue, 1):
            message: dict[str, Any] = BARE | json.loads(taken.envelope) | {"body": taken.wire}
            message["properties"] = dict(message["properties"])
            message["properties"]["delivery_tag"] = str(taken.seq)
            message["properties"].setdefault("delivery_info", {"exchange": "", "routing_key": queue})
            return message
        raise Empty

    def _size(self, queue: str) -> int:
        return self.file.waiting(queue)

    def _purge(self, queue: str) -> int:
        return self.file.purge(queue)

    def _delete(self, queue: str, *_args: object, **_options: object) -> None:
        self.file.purge(queue, drop=True)

    def _new_queue(self, queue: str, **_options: object) -> None:
        self.file.declare([queue])

    def _has_queue(self, queue: str, **_options: object) -> bool:
        return queue in self.file.queues()

    def close(self) -> None:
        """Unacked letters return to their queues."""
        if not self.closed:
            super().close()
            self.file.close()


class LeasedTransport(virtual.Transport):
    """For kombu: `Connection("hecha+sqlite:///absolute/path")`."""

    Channel = LeasedChannel
    driver_type = "sqlite"
    driver_name = "hecha"
    can_parse_url = True
    polling_interval = 0.01  # kombu's default of a second made the median 600 ms


class EmbeddedTransport:
    """The batch interface of broker.transports.transport over the leased channel; the url is `embedded:///absolute/path`."""

    def __init__(self, url: str, envelope: Envelope = PLAIN) -> None:
        self._envelope = envelope
        self._connection = Connection(f"hecha+sqlite://{url.removeprefix(SCHEME)}")
        self._channel = self._connection.channel()
        self._file: LetterFile = self._channel.file

    def declare(self, queues: Iterable[str]) -> None:
        """Makes these queues exist, and `dead`."""
        self._file.declare([*queues, DEAD])

    def publish(self, letters: Sequence[Letter]) -> None:
        """Stores all letters in one commit; raises Unroutable naming those without a queue."""
        sealed, faults = encrypt_all(self._envelope, letters)
        lost = self._file.put([(letter.to, wire, "{}") for letter, wire in sealed]) if sealed else []
        if lost or faults:
            raise Unroutable([sealed[i][0].id for i in lost], faults)

    def publish_wire(self, queue: str, wires: Sequence[bytes]) -> None:
        """Stores raw letters in one queue."""
        lost = self._file.put([(queue, wire, "{}") for wire in wires]) if wires else []
        if lost:
            raise Unroutable(uuid4() for _ in lost)

    def receive(self, queue: str, at_most: int, wait: float) -> list[Delivery]:
        """Up to so many letters, oldest first; waits up to `wait` seconds for the first."""
        self._envelope.ready()
        until = time.monotonic() + wait
        while not (taken := self._file.take(queue, at_most)) and time.monotonic() < until:
            self._file.watch(queue, until)
        return [self._delivery(queue, letter) for letter in taken]

    def _delivery(self, queue: str, taken: Taken) -> Delivery:
        letter, fault, sender, mark, body = contents(self._envelope, queue, taken.wire, taken.reason)
        return Delivery(queue, taken.wire, letter, taken.attempt, fault, taken.source, taken.seq, sender, mark, body)

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """Deletes the letters in one commit."""
        if deliveries:
            self._file.done([delivery.handle for delivery in deliveries])

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        """Back into the queue, at their old place; buried after the last attempt."""
        if deliveries:
            self._file.release([delivery.handle for delivery in deliveries])

    def bury(self, deliveries: Sequence[Delivery], reason: str) -> None:
        """Into the queue `dead`."""
        if deliveries:
            self._file.bury([delivery.handle for delivery in deliveries], reason)

    def depth(self, queue: str) -> int:
        """How many letters wait in the queue."""
        return self._file.waiting(queue)

    def close(self) -> None:
        """Unacked letters return to their queues."""
        self._channel.close()
        self._connection.release()
