"""RabbitMQ consumer: the letters prefetched for one reader, and the delivery tags not acknowledged yet."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any, NamedTuple


class Arrival(NamedTuple):
    """One letter as it came over the channel."""

    tag: int
    headers: dict[str, Any]
    wire: bytes
    exchange: str = ""
    again: bool = False  # the broker says that it handed it out before


class Consumer:
    """Filled by the connection's thread, emptied by the reader's. Void once its channel is gone: what it held comes again."""

    def __init__(self) -> None:
        self._channel: Any = None
        self.void = False
        self._arrived: deque[Arrival] = deque()
        self._open: set[int] = set()
        self._changed = threading.Condition()

    def open(self, queue: str, prefetch: int, channel: Any, opened: Future[Any]) -> None:
        """Starts reading the queue on this channel, at most `prefetch` letters ahead of the acknowledgements."""

        def arrived(_channel: Any, method: Any, properties: Any, body: bytes) -> None:
            self.arrive(Arrival(method.delivery_tag, properties.headers or {}, body, method.exchange, method.redelivered))

        def limited(_frame: object) -> None:
            channel.basic_consume(queue, arrived, callback=lambda _frame: opened.set_result(None))

        self._channel = channel
        channel.add_on_close_callback(lambda _channel, _error: self.end())
        channel.basic_qos(prefetch_count=prefetch, callback=limited)

    def arrive(self, arrival: Arrival) -> None:
        """Called by the library for each letter that arrives."""
        with self._changed:
            self._arrived.append(arrival)
            if len(self._arrived) == 1:
                self._changed.notify()

    def end(self) -> None:
        """The channel is gone; nothing it handed out can be acknowledged any more."""
        with self._changed:
            self.void = True
            self._arrived.clear()
            self._changed.notify_all()

    def take(self, at_most: int, wait: float) -> list[Arrival]:
        """Up to so many letters; waits for the first only."""
        with self._changed:
            self._changed.wait_for(lambda: self._arrived or self.void, wait)
            taken = [self._arrived.popleft() for _ in range(min(at_most, len(self._arrived)))]
        self._open.update(arrival.tag for arrival in taken)
        return taken

    def settle(self, tags: Iterable[int], verb: str, **options: object) -> Callable[[], None]:
        """What to say on the channel so that these are done with; to be called on the connection's thread."""
        upto, single = self._done(tags)

        def say() -> None:
            speak = getattr(self._channel, verb)
            if upto:
                speak(upto, multiple=True, **options)
            for tag in single:
                speak(tag, **options)

        return say

    def _done(self, tags: Iterable[int]) -> tuple[int, list[int]]:
        """The highest tag up to which all are done with (0 for none), and the others one by one."""
        done = self._open.intersection(tags)
        self._open -= done
        oldest = min(self._open, default=max(done, default=0) + 1)
        upto = max((tag for tag in done if tag < oldest), default=0)
        return upto, sorted(tag for tag in done if tag > upto)
