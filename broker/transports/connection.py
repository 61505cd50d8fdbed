"""A connection to a broker served by a thread of its own, so that heartbeats go on while the caller is busy."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from broker.transports.transport import TransportError, Unreachable

FAREWELL = 2.0  # seconds
Answer = TypeVar("Answer")  # what the broker is asked for: a channel, a count, the letters sent back


class BrokerConnection:
    """One connection and the thread that serves it, heartbeats included; once lost it is thrown away."""

    def __init__(
        self, open_wire: Callable[["BrokerConnection"], Any], errors: type[Exception], patience: float, opening: float
    ) -> None:
        """`open_wire` begins to connect and tells `opened` or `lose`; `errors` are what its library raises.

        `patience`: seconds for a confirm or any other answer; a blocked broker would let us wait for ever. `opening`: seconds
        for the connection itself.
        """
        self._lock = threading.Lock()
        self.lost = False
        self.ended: list[Callable[[], None]] = []
        self._errors, self._patience = errors, patience
        self._opened: Future[None] = Future()
        self._waiting: set[Future[Any]] = {self._opened}
        self.wire = open_wire(self)
        self._loop = self.wire.ioloop
        self._thread = threading.Thread(target=self._serve, name="rabbitmq", daemon=True)
        self._thread.start()
        self._answer(self._opened, opening)

    def _serve(self) -> None:
        try:
            self._loop.start()
        finally:
            self._fail(ConnectionError())
            self._loop.close()

    def opened(self, _wire: object) -> None:
        """Called by the library once the connection is open."""
        self._opened.set_result(None)

    def lose(self, _wire: object, error: BaseException) -> None:
        """The wire could not be opened, or it is gone."""
        self._fail(error)
        self._loop.stop()

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self.lost = True
            waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_exception(Unreachable(f"RabbitMQ: {type(error).__name__}"))
        for callback in self.ended:
            callback()

    def _answer(self, future: Future[Answer], patience: float) -> Answer:
        try:
            return future.result(patience)
        except TimeoutError:
            self.tell(self.wire.cut)  # the next publish on it would be told the confirm of this one
            raise Unreachable("RabbitMQ did not answer in time") from None
        finally:
            with self._lock:
                self._waiting.discard(future)

    def ask(self, work: Callable[[Future[Answer]], None]) -> Answer:
        """Runs `work` on the line's thread and waits until it, or what it set off, settles the future."""
        future: Future[Answer] = Future()
        with self._lock:
            if self.lost:
                raise Unreachable("RabbitMQ: connection lost")
            self._waiting.add(future)
        self.tell(lambda: self._try(work, future))
        return self._answer(future, self._patience)

    def _try(self, work: Callable[[Future[Answer]], None], future: Future[Answer]) -> None:
        try:
            work(future)
        except self._errors as error:
            if not future.done():
                future.set_exception(Unreachable(f"RabbitMQ: {type(error).__name__}"))

    def tell(self, work: Callable[[], None]) -> None:
        """Runs `work` on the line's thread, sending what it sends at once, and does not wait."""

        def safely() -> None:
            with suppress(self._errors):  # the channel or the connection is gone; whoever waits is told by `lose`
                self.wire.together(work)

        with suppress(ValueError, OSError, AttributeError):  # the loop is already closed
            self._loop.add_callback_threadsafe(safely)

    def on_channel(self, work: Callable[[Any, Future[Answer]], None]) -> Answer:
        """Runs `work` with a channel of its own; a channel the broker closes settles the future with TransportError."""

        def closed(future: Future[Answer], error: BaseException) -> None:
            if not future.done():
                refused = TransportError(f"RabbitMQ: {error}")
                refused.__cause__ = error
                future.set_exception(refused)

        def opened(channel: Any, future: Future[Answer]) -> None:
            channel.add_on_close_callback(lambda _channel, error: closed(future, error))
            self._try(lambda f: work(channel, f), future)

        return self.ask(lambda future: self.wire.channel(on_open_callback=lambda channel: opened(channel, future)))

    def close(self) -> None:
        """Says goodbye and waits for the thread; a broker that does not answer the farewell is not waited for long."""
        if not self.lost:
            self.tell(self.wire.close)
            self._thread.join(min(FAREWELL, self._patience))
        self.tell(self.wire.cut)
        self._thread.join(self._patience)
