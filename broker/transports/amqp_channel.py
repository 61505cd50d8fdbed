"""kombu's AMQP channel (py-amqp) with hooks for many letters at once: confirms in one wait, what found no queue, prefetch."""

import time
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from kombu.transport import pyamqp

from broker.transports.consumer import Arrival
from broker.transports.queue_arguments import MINIMUM, arguments_of
from broker.transports.transport import DEAD, Unreachable, Unroutable
from storage.json import Json

MISSING, DIFFERS = 404, 406  # NOT_FOUND and PRECONDITION_FAILED of AMQP: no such queue; it exists with other arguments
REFUSED = pyamqp.Transport.channel_errors
PATIENCE = 10.0  # seconds for the confirms of a batch, and for any other answer


class ConfirmedBatch:
    """What kombu's `Producer.batch()` gathers: sent letter by letter, and waited for once (kombu 5.7)."""

    def __init__(self, channel: "BatchChannel") -> None:
        self.channel = channel
        self._open: set[int] = set()
        self._refused = 0
        self._returned: list[str] = []
        channel.listen(self)

    def publish(self, message: Any, exchange: str = "", routing_key: str = "", **_options: object) -> None:
        """Sends one prepared message; whether it is safe is known after the flush."""
        message.properties["delivery_mode"] = 2
        self._open.add(self.channel.next_tag())
        self.channel.basic_publish(message, exchange=exchange, routing_key=routing_key, mandatory=True, timeout=PATIENCE)

    def settled(self, tag: int, multiple: bool, stored: bool) -> None:
        """A confirm or a refusal arrived, for one letter or for all up to it."""
        done = {one for one in self._open if one <= tag} if multiple else {tag} & self._open
        self._open -= done
        self._refused += 0 if stored else len(done)

    def returned(self, message: Any) -> None:
        """A mandatory letter found no queue; its confirm still comes."""
        self._returned.append(message.properties.get("message_id") or "")

    def flush(self) -> None:
        """Waits for all confirms; raises Unroutable or Unreachable."""
        until = time.monotonic() + PATIENCE
        while self._open:
            self.channel.hear(until - time.monotonic())
        returned, self._returned = self._returned, []
        if self._refused:
            raise Unreachable(f"RabbitMQ refused {self._refused} letters")
        if returned:
            raise Unroutable(UUID(name) if name else uuid4() for name in returned)

    def discard(self) -> None:
        """What was sent cannot be called back; nobody waits for it."""
        self._open = set()

    def close(self) -> None:
        """Nothing is held."""


class BatchChannel(pyamqp.Channel):
    """A channel with confirms, on which every queue has a consumer of its own."""

    buries = False

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._last = 0
        self._confirming = False
        self._arrived: dict[str, deque[Arrival]] = defaultdict(deque)
        self._reading: set[str] = set()
        self._unsettled: set[int] = set()
        self._batch: ConfirmedBatch | None = None

    def listen(self, batch: ConfirmedBatch) -> None:
        """Confirms and returns are told to this batch from now on; the first one switches them on."""
        self._batch = batch
        if not self._confirming:
            self.events["basic_ack"].add(lambda tag, multiple: self._settled(tag, multiple, True))
            self.events["basic_nack"].add(lambda tag, multiple: self._settled(tag, multiple, False))
            self.events["basic_return"].add(self._returned)
            self.confirm_select()
            self._confirming = True

    def _settled(self, tag: int, multiple: bool, stored: bool) -> None:
        if self._batch is not None:
            self._batch.settled(tag, multiple, stored)

    def _returned(self, _error: object, _exchange: str, _queue: str, message: Any) -> None:
        if self._batch is not None:
            self._batch.returned(message)

    def next_tag(self) -> int:
        """The number by which the broker will confirm what is published next."""
        self._last += 1
        return self._last

    def hear(self, seconds: float) -> None:
        """Waits for what the broker says next; one that stays silent raises a timeout, and the connection is given up."""
        if self.connection is None:
            raise ConnectionError
        self.connection.drain_events(timeout=max(seconds, 0.001))

    def create_publish_batch(self, max_size: int) -> ConfirmedBatch:
        """kombu's hook for `Producer.batch()`."""
        return ConfirmedBatch(self)

    def declare_many(self, queues: Iterable[str], known_only: bool = False) -> list[str]:
        """Makes these queues exist, and `dead`; gives back those that exist with other arguments."""
        return [queue for queue in [DEAD, *queues] if not self._declared(queue, known_only)]

    def _declared(self, queue: str, known_only: bool) -> bool:
        try:  # a channel of its own: the broker closes the one on which it refuses
            with self.connection.channel() as aside:
                aside.queue_declare(queue, known_only, durable=True, auto_delete=False, arguments=arguments_of(queue))
        except REFUSED as error:
            if error.code != DIFFERS:
                raise
            return False
        return True

    def take_many(self, queue: str, at_most: int, wait: float) -> list[Arrival]:
        """Up to so many letters; waits up to `wait` seconds for the first, and for no other."""
        if queue not in self._reading:
            self._consume(queue, max(MINIMUM, 2 * at_most))
        arrived, until = self._arrived[queue], time.monotonic() + wait
        try:
            while not arrived:
                self.hear(until - time.monotonic())
            while len(arrived) < at_most:
                self.hear(0)
        except TimeoutError:
            pass
        return [arrived.popleft() for _ in range(min(at_most, len(arrived)))]

    def _consume(self, queue: str, prefetch: int) -> None:
        def arrive(message: Any) -> None:
            tag, info = message.delivery_tag, message.delivery_info
            headers = message.properties.get("application_headers") or {}
            self._unsettled.add(tag)
            self._arrived[queue].append(Arrival(tag, headers, message.body, info["exchange"], info["redelivered"]))

        self.auto_decode = False  # bytes stay what they are
        self.basic_qos(0, prefetch, False)
        self.basic_consume(queue, callback=arrive)
        self._reading.add(queue)

    def ack_many(self, tags: Sequence[int]) -> None:
        """These are done with: one word for all up to the oldest that is not, one each for the others."""
        self._unsettled.difference_update(tags)
        oldest = min(self._unsettled, default=max(tags) + 1)
        if upto := max((tag for tag in tags if tag < oldest), default=0):
            self.basic_ack(upto, multiple=True)
        for tag in sorted(tag for tag in tags if tag > upto):
            self.basic_ack(tag)

    def release_many(self, tags: Sequence[int]) -> None:
        """Back into their queues."""
        self._unsettled.difference_update(tags)
        for tag in tags:
            self.basic_reject(tag, requeue=True)

    def waiting(self, queue: str) -> int:
        """How many wait in the queue; 0 where there is none."""
        try:
            with self.connection.channel() as aside:
                return int(aside.queue_declare(queue, passive=True).message_count)
        except REFUSED as error:
            if error.code != MISSING:
                raise
            return 0


class BatchConnection(pyamqp.Connection):
    """A connection whose channels are of the kind above."""

    Channel = BatchChannel


class BatchTransport(pyamqp.Transport):
    """kombu's transport over py-amqp with them."""

    Connection = BatchConnection
    implements = pyamqp.Transport.implements.extend(batch_publish=True)


def how_to_connect(tls: bool, authority: Path | None) -> Json:
    """What kombu's connection is told beside the address."""
    ssl = ({"ca_certs": str(authority)} if authority else True) if tls else False
    options = {"read_timeout": None, "write_timeout": PATIENCE, "on_blocked": _blocked}
    return {"transport": f"{__name__}:{BatchTransport.__name__}", "ssl": ssl, "transport_options": options}


def _blocked(_reason: str) -> None:
    raise TimeoutError("blocked")  # memory or disk alarm: it would let us wait for ever
