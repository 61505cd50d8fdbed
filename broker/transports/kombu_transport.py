"""Letters over kombu: one batch interface for every broker that kombu reaches (the house's own SQLite file, Redis, AMQP)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag
from uuid import UUID, uuid4

from kombu.connection import Connection
from kombu.messaging import Producer

from broker.crypto.envelope import Envelope, Plain, encrypt_all
from broker.letter import Letter
from broker.transports.arrivals import delivery_of
from broker.transports.leased_channel import CONTENT
from broker.transports.transport import ATTEMPTS, DEAD, Delivery, QueuesDiffer, Unreachable, Unroutable
from storage.json import Json

AMQP = "kombu+"  # before an address of AMQP: py-amqp carries the letters, and not pika
EMBEDDED = "embedded://"
PLAIN = Plain()

Row = tuple[str, bytes, UUID]  # the queue, the letter, its name


class KombuTransport:
    """The batch interface of broker.transports.transport over one kombu connection, opened when first needed.

    The channels behind it are kombu's own classes with hooks for many letters at once (leased_channel.py, amqp_channel.py).
    `#EXCHANGE` at the end of an address of AMQP: publish there instead of to the queues.
    """

    def __init__(self, url: str, envelope: Envelope = PLAIN, authority: Path | None = None) -> None:
        """`authority`: who signed the broker's certificate, where the system does not know them."""
        self._envelope, self._authority = envelope, authority
        self._url, self._exchange = urldefrag(url) if url.startswith(AMQP) else (url, "")
        self._connection: Any = None
        self._channel: Any = None
        self._producer: Any = None

    @contextmanager
    def _line(self) -> Iterator[Any]:
        """The channel, opened if need be. One that fails is thrown away: what it held comes again."""
        try:
            yield self._channel or self._open()
        except self._errors() as error:
            self._hang_up()
            raise Unreachable(f"{self._url.partition(':')[0]}: {type(error).__name__}") from error

    def _errors(self) -> tuple[type[Exception], ...]:
        known = self._connection.connection_errors + self._connection.channel_errors if self._connection is not None else ()
        return (*known, OSError)

    def _open(self) -> Any:
        address, how = _address(self._url, self._authority)
        self._connection = Connection(address, **how)
        self._channel = self._connection.channel()
        self._producer = Producer(self._channel, auto_declare=False)
        return self._channel

    def _hang_up(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.collect(0.1)  # closes the socket and says nothing: nobody may be there to answer

    def declare(self, queues: Iterable[str]) -> None:
        """Makes these queues exist, and `dead`. Raises QueuesDiffer once all the others are there."""
        with self._line() as channel:
            if differing := channel.declare_many(queues, bool(self._exchange)):
                raise QueuesDiffer(differing)

    def publish(self, letters: Sequence[Letter]) -> None:
        """Returns when all are stored; raises Unroutable naming those without a queue, or Unreachable."""
        sealed, faults = encrypt_all(self._envelope, letters)
        lost: frozenset[UUID] = frozenset()
        try:
            self._send([(letter.to, wire, letter.id) for letter, wire in sealed])
        except Unroutable as error:
            lost = error.ids
        if lost or faults:
            raise Unroutable(lost, faults)

    def publish_wire(self, queue: str, wires: Sequence[bytes]) -> None:
        """Stores raw letters in one queue."""
        self._send([(queue, wire, uuid4()) for wire in wires])

    def _send(self, rows: Sequence[Row], headers: Json | None = None) -> None:
        if not rows:
            return
        with self._line() as channel:
            if channel.buries:  # a store of our own
                channel.put_many(rows)
                return
            with self._producer.batch(max_size=len(rows)):
                how = {"content_type": CONTENT, "content_encoding": "binary", "mandatory": True, "exchange": self._exchange}
                for queue, wire, name in rows:
                    self._producer.publish(wire, routing_key=queue, message_id=str(name), headers=headers, **how)

    def receive(self, queue: str, at_most: int, wait: float) -> list[Delivery]:
        """What has arrived, up to so many, oldest first; waits up to `wait` seconds for the first."""
        self._envelope.ready()
        with self._line() as channel:
            taken = channel.take_many(queue, at_most, wait)
        return [delivery_of(self._envelope, queue, arrival, channel) for arrival in taken]

    def _held(self, deliveries: Sequence[Delivery]) -> list[int]:
        # What another connection held, which is lost, comes again, and the inbox knows it.
        return [d.handle[1] for d in deliveries if d.handle[0] is self._channel]

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """These are done with; where the connection was lost meanwhile they come again."""
        if tags := self._held(deliveries):
            with self._line() as channel:
                channel.ack_many(tags)

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        """Back into their queue; buried after the last attempt."""
        spent = [d for d in deliveries if _is_spent(d)]
        self.bury(spent, f"given back {ATTEMPTS} times")
        if tags := self._held([d for d in deliveries if not _is_spent(d)]):
            with self._line() as channel:
                channel.release_many(tags)

    def bury(self, deliveries: Sequence[Delivery], reason: str) -> None:
        """Into the queue `dead`: moved there by a store of our own, else stored there first and then acknowledged."""
        if not deliveries:
            return
        with self._line() as channel:
            if channel.buries:
                channel.bury_many(self._held(deliveries), reason)
                return
        for source in {d.source or d.queue for d in deliveries}:
            wires = [d.wire for d in deliveries if (d.source or d.queue) == source]
            self._send([(DEAD, wire, uuid4()) for wire in wires], {"x-reason": reason, "x-source": source})
        self.ack(deliveries)

    def depth(self, queue: str) -> int:
        """How many letters wait in the queue, those being read not counted; 0 when there is no such queue."""
        with self._line() as channel:
            return int(channel.waiting(queue))

    def close(self) -> None:
        """Ends the connection; unacked letters return to their queues."""
        channel, connection = self._channel, self._connection
        self._channel = self._connection = None
        if connection is not None:
            connection.maybe_close_channel(channel)
            connection.release()


def _is_spent(delivery: Delivery) -> bool:
    return delivery.attempt >= ATTEMPTS and delivery.queue != DEAD


def _address(url: str, authority: Path | None) -> tuple[str, Json]:
    """kombu's form of an address of ours, and what else its connection is told."""
    if url.startswith(EMBEDDED):
        return f"hecha+sqlite://{url.removeprefix(EMBEDDED)}", {}
    if not url.startswith(AMQP):
        return f"hecha+{url}", {"transport_options": {"authority": authority}}
    how: Json = import_module("broker.transports.amqp_channel").how_to_connect(url.startswith(f"{AMQP}amqps:"), authority)
    return url.removeprefix(AMQP), how
