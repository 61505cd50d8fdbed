"""The broadcaster: every change is heard, once, by those it concerns, whatever the number of ears."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from cases.trail import trail
from cases.trail.trail_line import TrailLine
from tests.broadcasters import running_hub
from tests.rooms.broker.clerk import until
from tests.rooms.county import ASKER, CLERK, MACHINE, County, counted
from web.broadcaster import ChangeBroadcaster

PATIENCE = 20.0


@pytest.fixture
def broadcaster(county: County) -> Iterator[ChangeBroadcaster]:
    with running_hub(county.database) as broadcaster:
        yield broadcaster


def listening(broadcaster: ChangeBroadcaster, keys: list[str], act: Callable[[Any], Awaitable[Any]]) -> Any:
    """Opens an ear and does something with it, in a loop of its own."""

    async def run() -> Any:
        with broadcaster.listener(keys) as ear:
            return await act(ear)

    return asyncio.run(run())


async def heard(ear: Any, *wanted: str) -> set[str]:
    """What comes until these keys are among it; what had happened before the ear opened may come first."""
    end, keys = time.monotonic() + PATIENCE, set[str]()
    while not keys.issuperset(wanted) and time.monotonic() < end:
        keys |= await ear.listen(1.0)
    return keys


async def quiet(ear: Any) -> None:
    """Waits until nothing more comes."""
    while await ear.listen(0.5):
        pass


@pytest.mark.parametrize("key", ["case:{number}", "unit:bank", "unit:police", "all"])
def test_a_change_is_heard_by_those_it_concerns_once(county: County, broadcaster: ChangeBroadcaster, key: str):
    (number,) = county.ask()
    name = key.format(number=number)

    async def act(ear: Any) -> tuple[set[str], set[str]]:
        await quiet(ear)
        await asyncio.to_thread(county.move, number, "hand_over", MACHINE)
        return await heard(ear, name), await ear.listen(0.6)

    assert listening(broadcaster, [name], act) == ({name}, set())
    assert broadcaster.listeners == 0


@pytest.mark.parametrize("key", ["case:20200101-AAAAAAAA", "unit:court"])
def test_what_concerns_others_is_not_heard(county: County, broadcaster: ChangeBroadcaster, key: str):
    (number,) = county.ask()

    async def act(ear: Any) -> set[str]:
        await asyncio.to_thread(county.move, number, "hand_over", MACHINE)
        heard: set[str] = await ear.listen(0.8)
        return heard

    assert listening(broadcaster, [key], act) == set()


def test_nothing_is_missed_between_looking_and_listening(county: County, broadcaster: ChangeBroadcaster):
    """Open the ear first, look second: a change in between is heard although nobody was listening at that moment."""
    (number,) = county.ask()

    async def act(ear: Any) -> set[str]:
        await quiet(ear)
        await asyncio.to_thread(county.move, number, "hand_over", MACHINE)
        await asyncio.to_thread(until, lambda: ear._heard, PATIENCE)
        kept: set[str] = await ear.listen(1.0)
        return kept

    assert listening(broadcaster, [f"case:{number}"], act) == {f"case:{number}"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer: there the numbers come in order
def test_a_line_committed_late_is_not_missed(county: County, broadcaster: ChangeBroadcaster):
    """Lines are numbered before they are committed: the one with the lower number may appear after the higher one."""
    first, second = county.ask(2)

    async def act(ear: Any) -> set[str]:
        await quiet(ear)

        def cross() -> None:
            line = TrailLine(county.now, "look", "person", "clerk")
            before = set(broadcaster._seen)
            with county.database.write() as early:
                trail.write(early, [line._replace(number=first)])
                early.flush()
                with county.database.write() as late:
                    trail.write(late, [line._replace(number=second)])
                until(lambda: broadcaster._seen - before, PATIENCE)  # the later line is known by then

        await asyncio.to_thread(cross)
        return await heard(ear, f"case:{first}", f"case:{second}")

    assert listening(broadcaster, [f"case:{first}", f"case:{second}"], act) == {f"case:{first}", f"case:{second}"}


def test_200_listeners_cost_no_more_queries_than_one(county: County, broadcaster: ChangeBroadcaster):
    """The cost of a change is the broadcaster's own look, not one for each page that is open."""

    def cost(ears: int) -> int:
        (number,) = county.ask()
        key = f"case:{number}"

        async def run() -> int:
            opened = [broadcaster.listener([key]) for _ in range(ears)]
            listeners = [one.__enter__() for one in opened]
            for listener in listeners[:1]:
                await quiet(listener)
            assert broadcaster.listeners == ears
            await asyncio.to_thread(county.move, number, "hand_over", MACHINE)
            with counted(county.database) as statements:
                await asyncio.to_thread(county.move, number, "take", CLERK)
                keys = await asyncio.gather(*(heard(one, key) for one in listeners))
                await quiet(listeners[0])
            assert keys == [{key}] * ears
            for one in opened:
                one.__exit__(None, None, None)
            return len([statement for statement in statements if "FROM trail" in statement])

        return asyncio.run(run())

    one, many = cost(1), cost(200)

    assert 1 <= one <= 3
    assert 1 <= many <= 3


def test_a_database_that_is_away_for_a_moment_costs_no_change(
    county: County, broadcaster: ChangeBroadcaster, monkeypatch: pytest.MonkeyPatch
):
    """The bell rang while nothing could be read; it will not ring again for the same change, so the look is made up for."""
    (number,) = county.ask()
    look, failures = broadcaster._look, []

    def fails() -> None:
        if len(failures) < 2:
            failures.append(1)
            raise OperationalError("x", {}, Exception())
        look()

    async def act(ear: Any) -> set[str]:
        await quiet(ear)
        monkeypatch.setattr(broadcaster, "_look", fails)  # a database away for exactly two looks
        await asyncio.to_thread(county.move, number, "withdraw", ASKER)
        return await heard(ear, f"case:{number}")

    assert listening(broadcaster, [f"case:{number}"], act) == {f"case:{number}"}
    assert len(failures) == 2


def test_a_listener_whose_loop_is_gone_makes_nobody_deaf(county: County, broadcaster: ChangeBroadcaster):
    (number,) = county.ask()
    key = f"case:{number}"
    loop = asyncio.new_event_loop()

    async def open_and_forget() -> Any:
        forgotten = broadcaster.listener([key])
        forgotten.__enter__()
        return forgotten

    forgotten = loop.run_until_complete(open_and_forget())
    loop.close()

    async def act(ear: Any) -> set[str]:
        await quiet(ear)
        await asyncio.to_thread(county.move, number, "hand_over", MACHINE)
        return await heard(ear, key)

    assert listening(broadcaster, [key], act) == {key}
    forgotten.__exit__(None, None, None)
    assert broadcaster.listeners == 0


def test_an_ear_hears_nothing_in_time_and_says_so(county: County, broadcaster: ChangeBroadcaster):
    start = time.monotonic()

    assert listening(broadcaster, ["case:x"], lambda ear: ear.listen(0.2)) == set()
    assert time.monotonic() - start < PATIENCE


def test_whoever_waits_is_let_go_when_the_server_goes(broadcaster: ChangeBroadcaster):
    """A long poll answers with what there is, instead of being cut off by the end of a rolling restart."""

    async def act(ear: Any) -> tuple[bool, float]:
        began = time.monotonic()
        threading.Timer(0.2, broadcaster.let_go).start()
        while not ear.ended:
            await ear.listen(PATIENCE)
        return ear.ended, time.monotonic() - began

    ended, took = listening(broadcaster, ["case:none"], act)

    assert ended
    assert took < PATIENCE / 2
    assert listening(broadcaster, ["case:none"], lambda ear: asyncio.sleep(0, ear.ended)), "nor does anybody begin to wait"
