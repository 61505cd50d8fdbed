"""Somebody who asks at a steady pace whatever happens, and the count at the end."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx2
from sqlalchemy.exc import SQLAlchemyError

from tests.parts import Part
from tests.town import Tally, Town, questions

PATIENCE = 60.0  # seconds in which the last question must be answered once everything runs again
CHUNK = 25
LOOK_AGAIN = 4.5  # a long poll looks by itself every five seconds; the broadcaster should have waked it long before

Send = Callable[[Sequence[dict[str, Any]], Sequence[str]], object]


def by_http(town: Town) -> Send:
    """Asks as another system does: one by one through the API, each with a key of its own."""
    bearer = {"Authorization": f"Bearer {town.key()}"}

    def send(asked: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
        with httpx2.Client(base_url=f"http://{town.http}", headers=bearer, timeout=20) as client:
            for plain, key in zip(asked, keys, strict=True):
                client.post("/api/v1/cases", json=plain, headers={"Idempotency-Key": key}).raise_for_status()

    return send


def answered_at_once(town: Town) -> None:
    """A question through the API is answered, and its asker told, without anybody having to look again."""
    with httpx2.Client(base_url=f"http://{town.http}", headers={"Authorization": f"Bearer {town.key()}"}, timeout=40) as client:
        asked = client.post("/api/v1/cases", json=questions(1)[0]).raise_for_status()
        began = time.monotonic()
        case = client.get(asked.headers["Location"], params={"wait": 30}).raise_for_status().json()
        took = time.monotonic() - began
    assert case["state"] == "answered", f"{case['state']} after {took:.1f} s"
    assert took < LOOK_AGAIN, f"told after {took:.1f} s only: the broadcaster is deaf"


class Asker:
    """Asks so many questions over so many seconds, each until it is accepted; a question sent again keeps its key."""

    def __init__(self, send: Send, count: int, seconds: float) -> None:
        self.refused = 0
        self.count = count
        self._send, self._seconds = send, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="asker", daemon=True)

    def start(self) -> None:
        """Begins to ask."""
        self._thread.start()

    def _run(self) -> None:
        asked, keys = questions(self.count), [uuid4().hex for _ in range(self.count)]
        for start in range(0, self.count, CHUNK):
            until_accepted = slice(start, start + CHUNK)
            while not self._accepted(asked[until_accepted], keys[until_accepted]) and not self._stop.is_set():
                self._stop.wait(0.1)
            self._stop.wait(self._seconds * CHUNK / self.count)

    def _accepted(self, asked: Sequence[dict[str, Any]], keys: Sequence[str]) -> bool:
        try:
            self._send(asked, keys)
        except (SQLAlchemyError, httpx2.HTTPError):
            self.refused += 1
            return False
        return True

    def end(self) -> None:
        """Waits until all are asked, but not for ever."""
        self._thread.join(PATIENCE)
        self._stop.set()
        self._thread.join(20)


@contextmanager
def asking(town: Town, parts: Sequence[Part], *askers: Asker) -> Iterator[None]:
    """Asks in the background while the block makes trouble; then all must be answered, each once, and the asker told of each."""
    before, count = _calm(town), sum(asker.count for asker in askers)
    try:
        for asker in askers:
            asker.start()
        yield
    finally:
        for asker in askers:
            asker.end()
    wanted = Tally(cases=count, answered=count, answers=count, twice=0, told=count, waiting=0, dead=0)
    seen = _settled(town, before, wanted)
    if seen == wanted:
        time.sleep(0.5)  # what comes twice comes now
        seen = town.tally().since(before)
    sent_again = sum(asker.refused for asker in askers)
    assert seen == wanted, f"{count} asked, {sent_again} chunks sent again\nwanted {wanted}\nseen   {seen}\n{logs(parts)}"


def _calm(town: Town) -> Tally:
    """The tally once every answer of before has been told: a last one would be counted among those to come."""
    end = time.monotonic() + PATIENCE
    while (seen := town.tally()).told < seen.answered or seen.waiting:
        assert time.monotonic() < end, f"what was asked before is not settled: {seen}"
        time.sleep(0.2)
    return seen


def _settled(town: Town, before: Tally, wanted: Tally) -> Tally:
    end = time.monotonic() + PATIENCE
    while (seen := town.tally().since(before)) != wanted and time.monotonic() < end:
        time.sleep(0.2)
    return seen


def logs(parts: Sequence[Part]) -> str:
    """What each part last said, and whether it lives."""
    return "\n".join(f"--- {part.name} {'lives' if part.alive() else 'is gone'}\n{part.tail()}" for part in parts)
