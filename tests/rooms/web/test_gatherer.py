"""What has piled up is done together; each gets its own result or its own error."""

import asyncio
import threading
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import OperationalError

from web.gatherer import Gatherer


class Busy(Gatherer[int, int]):
    """Doubles numbers, one round at a time, each of which waits until it is let go; 13 breaks the whole round, 7 is refused."""

    def __init__(self, most: int = 200) -> None:
        self.rounds: list[list[int]] = []
        self.go, self.began = threading.Semaphore(0), threading.Semaphore(0)
        super().__init__(self.double, "busy", most)

    def double(self, numbers: Sequence[int]) -> list[int | Exception]:
        self.rounds.append(list(numbers))
        self.began.release()
        self.go.acquire()
        if 13 in numbers:
            raise ZeroDivisionError
        if 14 in numbers:
            raise OperationalError("", {}, Away())
        return [ValueError("seven") if n == 7 else 2 * n for n in numbers]


class Away(Exception):
    """What PostgreSQL's driver raises where it reaches no server."""

    sqlstate = None


def first_then(busy: Busy, numbers: Sequence[int]) -> list[int | BaseException]:
    """The results of 0 and of these, which come while 0 is under way."""

    async def ask() -> list[int | BaseException]:
        asked = [asyncio.ensure_future(busy.do(0))]
        await asyncio.to_thread(busy.began.acquire)
        asked += [asyncio.ensure_future(busy.do(n)) for n in numbers]
        await asyncio.sleep(0)  # all of them are waiting now
        for _ in range(2 * len(numbers) + 2):
            busy.go.release()
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(ask())


def test_what_comes_while_a_round_is_under_way_is_the_next_round():
    busy = Busy()
    assert first_then(busy, [1, 2, 3]) == [0, 2, 4, 6]
    assert busy.rounds == [[0], [1, 2, 3]]


def test_a_lone_one_waits_for_nobody():
    busy = Busy()
    busy.go.release()
    assert asyncio.run(busy.do(21)) == 42
    assert busy.rounds == [[21]]


def test_a_round_is_bounded():
    busy = Busy(most=2)
    assert first_then(busy, [1, 2, 3]) == [0, 2, 4, 6]
    assert busy.rounds == [[0], [1, 2], [3]]


def test_one_that_is_refused_is_told_alone():
    results = first_then(Busy(), [1, 7, 3])
    assert [results[0], results[1], results[3]] == [0, 2, 6]
    assert isinstance(results[2], ValueError)


def test_one_that_breaks_the_round_breaks_nobody_elses():
    busy = Busy()
    results = first_then(busy, [1, 13, 3])
    assert [results[0], results[1], results[3]] == [0, 2, 6]
    assert isinstance(results[2], ZeroDivisionError)
    assert busy.rounds == [[0], [1, 13, 3], [1], [13], [3]]


def test_in_an_outage_all_are_told_at_once():
    busy = Busy()
    results = first_then(busy, [1, 14, 3])
    assert results[0] == 0
    assert all(isinstance(one, OperationalError) for one in results[1:])
    assert busy.rounds == [[0], [1, 14, 3]]


def test_who_goes_away_is_left_out():
    busy = Busy()

    async def ask() -> int:
        first = asyncio.ensure_future(busy.do(0))
        await asyncio.to_thread(busy.began.acquire)
        gone, stays = asyncio.ensure_future(busy.do(1)), asyncio.ensure_future(busy.do(2))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        busy.go.release(2)
        await first
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(ask()) == 4
    assert busy.rounds == [[0], [2]]


def test_two_loops_may_share_one():
    busy = Busy()
    busy.go.release(100)
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(asyncio.run(busy.do(n)))) for n in range(1, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [2, 4, 6, 8, 10]
