"""Which letters of a batch RabbitMQ has confirmed, refused or sent back for want of a queue."""

from concurrent.futures import Future
from typing import Any

from broker.transports.transport import Unreachable


class PublisherConfirms:
    """The books of one confirm channel; used on the thread of its connection only. One batch at a time."""

    def __init__(self) -> None:
        self._last = 0
        self._open: set[int] = set()
        self._refused = 0
        self._returned: set[str] = set()
        self._batch: Future[set[str]] | None = None

    def open(self, channel: Any, opened: Future[Any]) -> None:
        """Switches this channel to confirms; the future gets the channel."""

        def settled(frame: Any) -> None:
            self.settled(frame.method.delivery_tag, frame.method.multiple, frame.method.NAME == "Basic.Ack")

        channel.add_on_return_callback(lambda _channel, _method, properties, _body: self.returned(properties.message_id))
        channel.add_on_close_callback(lambda _channel, _error: self.end())
        channel.confirm_delivery(settled, callback=lambda _frame: opened.set_result(channel))

    def begin(self, count: int, batch: Future[set[str]]) -> None:
        """The next `count` publishes belong to this future; its result names those that no queue took."""
        self._open = set(range(self._last + 1, self._last + count + 1))
        self._last += count
        self._refused, self._returned, self._batch = 0, set(), batch

    def returned(self, name: str) -> None:
        """A mandatory letter found no queue; its confirm still comes."""
        self._returned.add(name)

    def settled(self, tag: int, multiple: bool, stored: bool) -> None:
        """A confirm or a refusal arrived, for one letter or for all up to it."""
        done = {t for t in self._open if t <= tag} if multiple else {tag} & self._open
        self._open -= done
        self._refused += 0 if stored else len(done)
        if not self._open and self._batch is not None and not self._batch.done():
            if self._refused:
                self._batch.set_exception(Unreachable(f"RabbitMQ refused {self._refused} letters"))
            else:
                self._batch.set_result(self._returned)

    def end(self) -> None:
        """The channel is gone; which of the open letters were stored nobody knows."""
        if self._batch is not None and not self._batch.done():
            self._batch.set_exception(Unreachable("RabbitMQ closed the channel"))
