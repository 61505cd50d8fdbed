"""Live pieces: sent when they change, kept quiet when they do not, and made once for all who share them."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from web.context import Context
from web.live import Piece, Shared, live

READERS = 50


class Bells:
    """A watch whose ears hear at once."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    @contextmanager
    def listener(self, keys: Iterable[str]) -> Iterator["Bells"]:
        self.keys = list(keys)
        yield self

    ended = False

    async def listen(self, seconds: float) -> set[str]:
        return set(self.keys)


def _house(bells: Bells) -> Context:
    return Context(cast(Any, None), cast(Any, None), cast(Any, None), cast(Any, bells), cast(Any, None), cast(Any, None), "")


async def _parts(house: Context, count: int, piece: Callable[[], str | Piece], shared: Shared | None = None) -> list[str]:
    stream = live(house, ["case:1"], piece, shared).body_iterator
    parts = [str(await anext(aiter(stream))) for _ in range(count)]
    await cast(Any, stream).aclose()
    return parts


def test_a_piece_is_sent_once_for_each_change() -> None:
    bells, pieces = Bells(), iter(["<p>a</p>", "<p>a</p>", "<p>b</p>\n<p>c</p>"])
    sent = asyncio.run(_parts(_house(bells), 3, lambda: next(pieces)))
    assert bells.keys == ["case:1"]
    assert sent == ["event: piece\ndata: <p>a</p>\n\n", ": still here\n\n", "event: piece\ndata: <p>b</p>\ndata: <p>c</p>\n\n"]


def test_readers_of_the_same_piece_cost_one_rendering_and_have_their_own_part() -> None:
    """Fifty readers, each with a count of their own: one rendering, fifty small parts."""
    made: list[int] = []

    def piece() -> Piece:
        made.append(1)
        return Piece("<p>all</p>", {n: f"<b>{n}</b>" for n in range(READERS)})

    async def read() -> list[list[str]]:
        house = _house(Bells())
        mine = [Shared(("desk", "police"), lambda facts, n=n: facts[n]) for n in range(READERS)]  # type: ignore[misc]  # mypy cannot infer it
        return await asyncio.gather(*(_parts(house, 2, piece, one) for one in mine))

    sent = asyncio.run(read())
    assert sent == [["event: piece\ndata: <p>all</p>\n\n", f"event: own\ndata: <b>{n}</b>\n\n"] for n in range(READERS)]
    assert len(made) == 1


def test_who_asks_while_a_piece_is_made_gets_one_made_afterwards() -> None:
    """The one under way may have looked before the change that this reader was woken for."""

    async def read() -> list[int]:
        house, started = _house(Bells()), list[int]()

        def make() -> int:
            started.append(len(started))
            return started[-1]

        first = asyncio.create_task(house.renderings.get("x", make))
        while not started:
            await asyncio.sleep(0)
        late = asyncio.create_task(house.renderings.get("x", make))
        return [await first, await late]

    assert asyncio.run(read()) == [0, 1]


def test_a_rendering_that_fails_fails_for_its_readers_alone() -> None:
    async def read() -> str:
        house = _house(Bells())
        told = [house.renderings.get("x", lambda: 1 // 0) for _ in range(2)]
        assert {type(one) for one in await asyncio.gather(*told, return_exceptions=True)} == {ZeroDivisionError}
        return str(await house.renderings.get("x", lambda: "well"))

    assert asyncio.run(read()) == "well"
