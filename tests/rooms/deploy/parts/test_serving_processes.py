"""`hecha serve` in several processes: one that is killed is replaced; all go together, whoever of them was told."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.parts import PATIENCE, Part, await_port, running
from tests.town import Town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    home = tmp_path_factory.mktemp("several")
    with closing(Town(home, f"sqlite:///{home / 'hecha.sqlite'}", f"embedded://{home / 'broker.sqlite'}").found()) as town:
        yield town


@pytest.fixture
def serve(town: Town) -> Iterator[Part]:
    settings = {**town.settings, "HECHA_SERVE_PROCESSES": "2"}
    part = Part(["serve"], settings, town.home)
    with running([part]):
        await_port(town.http, part)
        await_that(lambda: is_ready(town) and len(children(part.pid)) == 2, part)
        yield part
        part.end()  # the others with it: they would hold the address for a moment after a kill


def children(pid: int) -> list[int]:
    """The processes that serve."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_ready(town: Town) -> bool:
    connection = HTTPConnection(town.http, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def await_that(holds: Callable[[], bool], part: Part) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, part.tail()
        time.sleep(0.05)


def test_one_that_is_killed_is_replaced_and_the_other_serves_meanwhile(town: Town, serve: Part) -> None:
    first, second = children(serve.pid)
    os.kill(first, signal.SIGKILL)
    await_that(lambda: is_gone(first), serve)
    assert is_ready(town)
    await_that(lambda: len(children(serve.pid)) == 2 and first not in children(serve.pid), serve)
    assert second in children(serve.pid)
    assert "serving_process_killed" in serve.tail(100_000)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_go_when_the_first_is_told(serve: Part, how: signal.Signals) -> None:
    theirs = children(serve.pid)
    serve.end(how, PATIENCE)
    assert len(theirs) == 2
    assert all(map(is_gone, theirs))
    assert "Traceback" not in serve.tail(100_000)


def test_none_stays_when_the_first_is_killed(serve: Part) -> None:
    theirs = children(serve.pid)
    serve.kill()
    await_that(lambda: all(map(is_gone, theirs)), serve)


def test_none_serves_where_they_cannot_start(town: Town, tmp_path: Path) -> None:
    (days := tmp_path / "days.csv").write_text("day,working,source\nsoon,yes,x\n")
    part = Part(["serve"], {**town.settings, "HECHA_SERVE_PROCESSES": "2", "HECHA_HOLIDAYS": str(days)}, tmp_path)
    with running([part]):
        await_that(lambda: not part.alive(), part)
    assert "Wrong file of holidays" in part.tail()
