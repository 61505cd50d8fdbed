"""What a page weighs on the wire: it is opened on old computers, over lines that many share."""

import http.client
import time

import pytest
from sqlmodel import col, select

from cases.case import Case
from cases.lifecycle import AT_DESK
from tests.browser.conftest import Home, Visit

FIRST_LOAD, LIVE = 150_000, 15_000  # bytes
CASES = 30  # more than one screen of the desk


@pytest.mark.parametrize(
    ("username", "address"),
    [("bank1", "/ask"), ("bank1", "/ask/kinship"), ("bank1", "/cases"), ("police1", "/desk"), ("keeper", "/roster"),
     ("supervisor", "/board"), ("supervisor", "/wall"), ("supervisor", "/month"), ("admin", "/admin")],
)  # fmt: skip
def test_a_first_load_is_light(visit: Visit, username: str, address: str) -> None:
    """Page, styles, scripts and pictures together, as they travel, with nothing in the browser's cupboard."""
    page = visit(username)
    loaded: list[int] = []
    page.on("requestfinished", lambda request: loaded.append(sum(request.sizes()[name] for name in SIZES)))
    page.goto(address)
    page.wait_for_load_state("load")
    page.wait_for_timeout(300)
    assert len(loaded) > 5
    assert sum(loaded) < FIRST_LOAD, sum(loaded)


def _await_desk(home: Home, numbers: set[str]) -> None:
    """Until the machine has handed all of them over: before that an update is too light to tell anything."""
    end = time.monotonic() + 60
    there = select(Case.number).where(col(Case.number).in_(numbers), Case.state == AT_DESK)
    while time.monotonic() < end:
        with home.assembly.database.read() as session:
            if set(session.exec(there)) == numbers:
                return
        time.sleep(0.1)
    raise AssertionError("the cases did not reach the desk")


SIZES = ("responseBodySize", "responseHeadersSize")


def test_a_live_update_of_the_desk_is_lighter_still(home: Home) -> None:
    """The whole event, as the server sends it, with more cases than one screen shows."""
    numbers = [home.ask("community", f"weight-{n}") for n in range(CASES)]
    _await_desk(home, set(numbers))
    line = http.client.HTTPConnection(home.url.removeprefix("http://"), timeout=20)
    line.request("GET", "/desk/live?pile=new", headers={"Cookie": f"hecha={home.token('police1')}; lang=zh"})
    stream, event = line.getresponse(), b""
    while not event.endswith(b"\n\n"):
        event += stream.read1(65536)
    line.close()
    assert event.startswith(b"event: piece")
    assert 1_000 < len(event) < LIVE, len(event)
