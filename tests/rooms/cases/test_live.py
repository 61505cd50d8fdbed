"""Live pieces: sent when they change, kept quiet when they do not."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from cases.house import House
from cases.live import ROUNDS, live


class Bells:
    """A watch whose ears hear at once."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    @contextmanager
    def ear(self, keys: Iterable[str]) -> Iterator["Bells"]:
        self.keys = list(keys)
        yield self

    async def listen(self, seconds: float) -> set[str]:
        return set(self.keys)


def _sent(pieces: list[str]) -> tuple[list[str], Bells]:
    bells = Bells()
    told = iter(pieces)
    house = House(cast(Any, None), cast(Any, None), cast(Any, None), cast(Any, bells), cast(Any, None), cast(Any, None), "")

    async def read() -> list[str]:
        stream = live(house, ["case:1"], lambda: next(told, pieces[-1]))
        return [str(part) async for part in stream.body_iterator]

    return asyncio.run(read()), bells


def test_a_piece_is_sent_once_for_each_change_and_the_stream_ends_by_itself() -> None:
    sent, bells = _sent(["<p>a</p>", "<p>a</p>", "<p>b</p>\n<p>c</p>"])
    assert bells.keys == ["case:1"]
    assert len(sent) == ROUNDS
    events = [part for part in sent if part.startswith("event: piece\n")]
    assert events == ["event: piece\ndata: <p>a</p>\n\n", "event: piece\ndata: <p>b</p>\ndata: <p>c</p>\n\n"]
    assert all(part.startswith(":") for part in sent if part not in events)
