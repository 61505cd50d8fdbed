"""Gatherer: what arrives while a round of work is under way is done together by the next one; nothing is waited for."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

from storage.database_outages import is_outage

MOST = 200  # done in one round: what comes behind them waits for the next
T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Sequence[R | Exception]]


class Gatherer(Generic[T, R]):
    """Hands pieces of work to one thread, as many at once as have piled up.

    `work` gets them in the order in which they came and gives back for each its result, or the error for whoever brought it. What
    it raises itself undoes a whole round: then each is done alone, so that nobody suffers for another's; in an outage of the
    database, which would be the same for each, all are told.
    """

    def __init__(self, work: Work[T, R], name: str, most: int = MOST) -> None:
        self._work, self._most, self._lock = work, most, Lock()
        self._waiting: list[tuple[T, Future[R]]] = []
        self._busy = False
        self._thread = ThreadPoolExecutor(1, name)

    async def do(self, one: T) -> R:
        """What became of this piece of work; raises what it was refused for."""
        return await asyncio.wrap_future(self.put(one))

    def put(self, one: T) -> Future[R]:
        """The same for those who wait in a thread of their own."""
        future: Future[R] = Future()
        with self._lock:
            self._waiting.append((one, future))
            idle, self._busy = not self._busy, True
        if idle:
            self._thread.submit(self._run)
        return future

    def _run(self) -> None:
        while batch := self._next():
            wanted = [(one, future) for one, future in batch if future.set_running_or_notify_cancel()]
            self._do(wanted)

    def _next(self) -> list[tuple[T, Future[R]]]:
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            self._busy = bool(batch)
        return batch

    def _do(self, batch: list[tuple[T, Future[R]]]) -> None:
        if not batch:
            return
        try:
            results = self._work([one for one, _ in batch])
            if len(results) != len(batch):
                raise ValueError("a result for each is needed")  # told like all that goes wrong
        except BaseException as error:  # noqa: BLE001  # whatever it is, somebody waits for it, and others come
            if len(batch) == 1 or is_outage(error):
                _tell(batch, [error] * len(batch))
                return
            for pair in batch:
                self._do([pair])
            return
        _tell(batch, results)


def _tell(batch: Sequence[tuple[T, Future[R]]], results: Sequence[R | BaseException]) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if isinstance(result, BaseException):
            future.set_exception(result)
        else:
            future.set_result(result)
