"""The peer: pika alone on one quorum queue, publishing with confirms, consuming and acknowledging; no work at either end."""

import threading
import time
from typing import Any

from pika import BasicProperties, BlockingConnection, SelectConnection, URLParameters

QUEUE = "plain"
BODY = b"x" * 600
WINDOW = 500  # letters on their way to be confirmed
ACK_EACH = 100
PROPERTIES = BasicProperties(delivery_mode=2)
QUORUM = {"x-queue-type": "quorum"}


def one_by_one(url: str, count: int) -> float:
    """Letters a second, each confirmed, read and acknowledged before the next is sent."""
    connection = BlockingConnection(URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, arguments=QUORUM)
    channel.confirm_delivery()
    letters = channel.consume(QUEUE)
    began = time.monotonic()
    for _ in range(count):
        channel.basic_publish("", QUEUE, BODY, PROPERTIES, mandatory=True)
        method, _properties, _body = next(letters)
        channel.basic_ack(method.delivery_tag)
    took = time.monotonic() - began
    connection.close()
    return count / took


class Pipeline:
    """Publishes ahead of the confirms on one channel and reads on another, acknowledging a hundred at a time."""

    def __init__(self, url: str, count: int) -> None:
        self._count, self._sent, self._confirmed, self._read = count, 0, 0, 0
        calls = {"on_open_callback": self._opened, "on_close_callback": lambda wire, _error: wire.ioloop.stop()}
        self._wire = SelectConnection(URLParameters(url), **calls)

    def _opened(self, wire: Any) -> None:
        wire.channel(on_open_callback=self._writes)
        wire.channel(on_open_callback=self._reads)

    def _writes(self, channel: Any) -> None:
        channel.confirm_delivery(lambda frame: self._confirm(channel, frame), callback=lambda _frame: self._send(channel))

    def _reads(self, channel: Any) -> None:
        channel.basic_qos(prefetch_count=2 * ACK_EACH)
        channel.basic_consume(QUEUE, self._arrived)

    def _send(self, channel: Any) -> None:
        while self._sent < min(self._count, self._confirmed + WINDOW):
            self._sent += 1
            channel.basic_publish("", QUEUE, BODY, PROPERTIES, mandatory=True)

    def _confirm(self, channel: Any, frame: Any) -> None:
        self._confirmed = frame.method.delivery_tag if frame.method.multiple else self._confirmed + 1
        self._send(channel)

    def _arrived(self, channel: Any, method: Any, _properties: Any, _body: bytes) -> None:
        self._read += 1
        if self._read % ACK_EACH == 0 or self._read == self._count:
            channel.basic_ack(method.delivery_tag, multiple=True)
        if self._read == self._count:
            self._wire.close()

    def run(self) -> float:
        """Letters a second."""
        began = time.monotonic()
        thread = threading.Thread(target=self._wire.ioloop.start, daemon=True)
        thread.start()
        thread.join(120)
        assert self._read == self._count, f"{self._read} of {self._count} letters read"
        return self._count / (time.monotonic() - began)


def pipelined(url: str, count: int) -> float:
    """Letters a second when nobody waits for a single one."""
    return Pipeline(url, count).run()
