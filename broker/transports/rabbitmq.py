"""RabbitMQ through pika: pipelined confirms, a channel per queue, and all input and output on threads of its own."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from ssl import create_default_context
from typing import Any
from urllib.parse import urldefrag
from uuid import UUID, uuid4

from pika import BasicProperties, SelectConnection, SSLOptions, URLParameters
from pika.adapters.select_connection import IOLoop
from pika.exceptions import AMQPConnectionError, AMQPError

from broker.crypto.envelope import Envelope, Plain, encrypt_all
from broker.letter import Letter
from broker.transports.addresses import addresses_of
from broker.transports.arrivals import delivery_of
from broker.transports.connection import BrokerConnection
from broker.transports.consumer import Consumer
from broker.transports.publisher_confirms import PublisherConfirms
from broker.transports.queue_arguments import MINIMUM, arguments_of
from broker.transports.transport import ATTEMPTS, DEAD, Delivery, QueuesDiffer, TransportError, Unreachable, Unroutable
from storage.json import Json

PATIENCE = 10.0  # seconds for any answer, unless the url says `?blocked_connection_timeout=`
OPENING = 5.0  # seconds for a connection at most: then another node is tried
HEARTBEAT = 6  # seconds, unless the url says `?heartbeat=`: a node that is cut off is noticed after two of them
CUT_OFF = {"TCP_USER_TIMEOUT": 8000, "TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3}  # milliseconds; seconds
DIFFERS = 406  # PRECONDITION_FAILED of AMQP: the queue exists with other arguments
PLAIN = Plain()

Row = tuple[str, bytes, BasicProperties]


class Wire(SelectConnection):  # type: ignore[misc]  # pika carries no types
    """A connection that can hold its frames back and send them in one go: pika writes to the socket three times a letter."""

    held: list[bytes] | None = None

    def _adapter_emit_data(self, data: bytes) -> None:
        if self.held is None:
            super()._adapter_emit_data(data)
        else:
            self.held.append(data)

    def together(self, work: Callable[[], None]) -> None:
        """Sends everything that `work` sends at once."""
        self.held = []
        try:
            work()
        finally:
            held, self.held = self.held, None
            if held:
                super()._adapter_emit_data(b"".join(held))

    def cut(self) -> None:
        """Ends the connection without a word: a blocked broker would not answer a farewell."""
        if not self.is_closed:
            self._terminate_stream(AMQPConnectionError("cut"))


class RabbitTransport:
    """The batch interface of broker.transports.transport over two lines: one publishes, one reads, each opened when first needed.

    Several nodes of a cluster stand with commas between their urls; a line that is lost is opened anew at whichever answers.
    `#EXCHANGE` at the url's end: publish there instead of to the queues, for a unit that may write to that exchange alone.
    """

    def __init__(self, url: str, envelope: Envelope = PLAIN, authority: Path | None = None) -> None:
        """`authority`: who signed the certificate behind `amqps`, where the system does not know them."""
        self._authority = authority
        self._envelope = envelope
        plain, self._exchange = urldefrag(url)
        self._nodes = addresses_of(plain)
        self._patience = URLParameters(self._nodes.urls[0]).blocked_connection_timeout or PATIENCE
        self._lines: dict[str, BrokerConnection] = {}
        self._at: dict[str, str] = {}
        self._confirms = PublisherConfirms()
        self._publishing: Any = None
        self._consumers: dict[str, Consumer] = {}

    def _line(self, name: str) -> tuple[BrokerConnection, bool]:
        """The line of this name, and whether it is a new one."""
        line = self._lines.get(name)
        if line is not None and not line.lost:
            return line, False
        if line is not None:
            self._nodes.move_on(self._at[name])
        self._at[name], self._lines[name] = self._nodes.first_open(self._open)
        return self._lines[name], True

    def _open(self, url: str) -> BrokerConnection:
        return BrokerConnection(partial(self._wire, url), AMQPError, self._patience, min(OPENING, self._patience))

    def _wire(self, url: str, line: BrokerConnection) -> Wire:
        calls = {"on_open_callback": line.opened, "on_open_error_callback": line.lose, "on_close_callback": line.lose}
        wire = Wire(_parameters(url, min(OPENING, self._patience), self._authority), custom_ioloop=IOLoop(), **calls)
        wire.add_on_connection_blocked_callback(lambda _wire, _frame: wire.cut())
        return wire

    def declare(self, queues: Iterable[str]) -> None:
        """Makes these queues exist, and `dead`; a unit's account may not, and only sees whether they are there.

        Raises QueuesDiffer once all the others are there.
        """
        if differing := [queue for queue in [DEAD, *queues] if not self._declared(queue)]:
            raise QueuesDiffer(differing)

    def _declared(self, queue: str) -> bool:
        try:
            self._line("write")[0].on_channel(partial(_declare, queue, arguments_of(queue), bool(self._exchange)))
        except TransportError as error:
            if getattr(error.__cause__, "reply_code", 0) != DIFFERS:
                raise
            return False
        return True

    def publish(self, letters: Sequence[Letter]) -> None:
        """Sends all, then waits for all confirms; raises Unroutable naming those without a queue, or Unreachable."""
        sealed, faults = encrypt_all(self._envelope, letters)
        returned = self._send([(letter.to, wire, _properties(str(letter.id))) for letter, wire in sealed])
        if returned or faults:
            raise Unroutable([letter.id for letter in letters if str(letter.id) in returned], faults)

    def publish_wire(self, queue: str, wires: Sequence[bytes]) -> None:
        """Stores raw letters in one queue."""
        returned = self._send([(queue, wire, _properties(str(uuid4()))) for wire in wires])
        if returned:
            raise Unroutable(map(UUID, returned))

    def _send(self, rows: Sequence[Row]) -> set[str]:
        if not rows:
            return set()
        line, new = self._line("write")
        if new or self._publishing is None or not self._publishing.is_open:
            self._confirms = PublisherConfirms()
            self._publishing = line.on_channel(self._confirms.open)
        channel, confirms = self._publishing, self._confirms

        def work(batch: Future[set[str]]) -> None:
            confirms.begin(len(rows), batch)
            for queue, wire, properties in rows:
                channel.basic_publish(self._exchange, queue, wire, properties, mandatory=True)

        returned: set[str] = line.ask(work)
        return returned

    def receive(self, queue: str, at_most: int, wait: float) -> list[Delivery]:
        """What has arrived, up to so many; waits up to `wait` seconds for the first."""
        self._envelope.ready()
        consumer = self._consumers.get(queue)
        if consumer is None or consumer.void:
            consumer = self._consume(queue, at_most)
        taken = consumer.take(at_most, wait)
        if consumer.void and not taken:
            raise Unreachable("RabbitMQ: connection lost")
        return [delivery_of(self._envelope, queue, arrival, consumer) for arrival in taken]

    def _consume(self, queue: str, at_most: int) -> Consumer:
        line, _new = self._line("read")
        consumer = Consumer()
        line.ended.append(consumer.end)
        line.on_channel(partial(consumer.open, queue, max(MINIMUM, 2 * at_most)))
        self._consumers[queue] = consumer
        return consumer

    def _settle(self, deliveries: Sequence[Delivery], verb: str, **options: object) -> None:
        # A void handle is passed over: its letter comes again, and the inbox knows it.
        for consumer in {id(d.handle[0]): d.handle[0] for d in deliveries if not d.handle[0].void}.values():
            tags = [d.handle[1] for d in deliveries if d.handle[0] is consumer]
            self._lines["read"].tell(consumer.settle(tags, verb, **options))

    def ack(self, deliveries: Sequence[Delivery]) -> None:
        """These are done with; where the connection was lost meanwhile they come again."""
        self._settle(deliveries, "basic_ack")

    def give_back(self, deliveries: Sequence[Delivery]) -> None:
        """Back into their queue; buried after the last attempt."""
        spent = [d for d in deliveries if d.attempt >= ATTEMPTS and d.queue != DEAD]
        self.bury(spent, f"given back {ATTEMPTS} times")
        self._settle([d for d in deliveries if d not in spent], "basic_nack", requeue=True)

    def bury(self, deliveries: Sequence[Delivery], reason: str) -> None:
        """Stored in `dead` first, then acknowledged: rather twice than never."""
        headers = [{"x-reason": reason, "x-source": d.source or d.queue} for d in deliveries]
        returned = self._send([(DEAD, d.wire, _properties(str(uuid4()), h)) for d, h in zip(deliveries, headers, strict=True)])
        if returned:
            raise Unroutable(map(UUID, returned))
        self.ack(deliveries)

    def depth(self, queue: str) -> int:
        """How many letters wait in the queue, those sent ahead to readers not counted; 0 when there is no such queue."""
        try:
            return int(self._line("write")[0].on_channel(partial(_declare, queue, None, True)))
        except Unreachable:
            raise
        except TransportError:
            return 0

    def close(self) -> None:
        """Ends both connections; unacked letters return to their queues."""
        for line in self._lines.values():
            line.close()


def _parameters(url: str, opening: float, authority: Path | None) -> URLParameters:
    parameters = URLParameters(url)
    if authority is not None and url.startswith("amqps:"):
        parameters.ssl_options = SSLOptions(create_default_context(cafile=str(authority)))
    parameters.socket_timeout = parameters.stack_timeout = opening
    parameters.heartbeat = HEARTBEAT if parameters.heartbeat is None else parameters.heartbeat
    parameters.tcp_options = parameters.tcp_options or CUT_OFF
    return parameters


def _properties(name: str, headers: dict[str, str] | None = None) -> BasicProperties:
    return BasicProperties(delivery_mode=2, content_type="application/jose", message_id=name, headers=headers)


def _declare(queue: str, arguments: Json | None, passive: bool, channel: Any, future: Future[int]) -> None:
    def declared(frame: Any) -> None:
        future.set_result(frame.method.message_count)
        channel.close()

    channel.queue_declare(queue, passive=passive, durable=True, arguments=arguments, callback=declared)
