"""A switch-over to a streaming standby while people ask: the database takes nothing for a while, and then is another server."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from broker.letter import Letter
from tests.faults.asking import Asker, answered_at_once, asking, by_http
from tests.nodes import PostgresNode, StandbyNode
from tests.parts import Part, await_port, running
from tests.town import Town, questions

PATIENCE = 60.0  # seconds
PAGE = {"Accept": "text/html", "Cookie": "hecha=made-up"}


@pytest.fixture
def primary() -> Iterator[PostgresNode]:
    """A server whose commits wait for its standby: what was accepted must be on both."""
    node = PostgresNode()
    try:
        yield node.start()
    finally:
        node.remove()


@pytest.fixture
def standby(primary: PostgresNode) -> Iterator[StandbyNode]:
    """Its standby, which follows it."""
    node = StandbyNode(primary)
    try:
        yield node.start()
    finally:
        node.remove()


def until_answered(town: Town) -> None:
    """Returns once the first question is answered: the others are on their way."""
    end = time.monotonic() + PATIENCE
    while not town.tally().answered:
        assert time.monotonic() < end, "nothing is answered"
        time.sleep(0.05)


def deliver(town: Town, count: int) -> None:
    """So many letters for one of the house's own readers, none of which changes anything."""
    post = town.house.transport()
    post.publish([Letter(to="alerts", kind="alert", about="", posted_at=town.house.now(), body={}) for _ in range(count)])
    post.close()


def until_logged(house: Part, word: str) -> None:
    """Returns once the house has written this into its log."""
    end = time.monotonic() + PATIENCE
    while word not in house.log.read_text():
        assert time.monotonic() < end, house.tail()
        time.sleep(0.05)


def until_says(town: Town, status: int) -> httpx2.Response:
    """What the house says at /readyz once it says this."""
    end, said = time.monotonic() + PATIENCE, None
    while time.monotonic() < end:
        with suppress(httpx2.HTTPError):
            said = httpx2.get(f"http://{town.http}/readyz", timeout=10)
            if said.status_code == status:
                return said
        time.sleep(0.05)
    raise AssertionError(f"not {status}: {said and said.text}")


def asked_in_vain(town: Town, vain: dict[str, Any]) -> None:
    """Asking, and every page, say that they are away just now, in the reader's language, and when to come again."""
    bearer = {"Authorization": f"Bearer {town.key()}", "Accept-Language": "en"}
    with httpx2.Client(base_url=f"http://{town.http}", timeout=20) as client:
        told = client.post("/api/v1/cases", json=vain, headers=bearer)
        pages = [client.get("/", headers={**PAGE, "Accept-Language": language}) for language in ("en", "zh")]

    assert (told.status_code, told.headers["content-type"]) == (503, "application/problem+json"), told.text
    assert [page.status_code for page in pages] == [503, 503]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in (told, *pages))
    assert "The database is away" in told.json()["detail"]
    assert "The database is away" in pages[0].text
    assert "数据库" in pages[1].text


def test_a_switch_over_to_the_standby_loses_nothing_and_answers_nothing_twice(
    primary: PostgresNode, standby: StandbyNode, tmp_path: Path
) -> None:
    """The server is set read-only, as is done before a switch-over, then killed, and its standby is promoted."""
    primary.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    primary.run("SELECT pg_reload_conf()")
    primary.fresh_database("hecha")
    servers = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
    (vain,) = questions(1)  # thought up before anybody asks
    town = Town(tmp_path, f"postgresql+psycopg://hecha@{servers}/hecha", f"embedded://{tmp_path / 'broker.sqlite'}").found()
    house = town.part("up", "--no-phones")
    with running([house]):
        await_port(town.http, house)
        until_says(town, 200)
        with asking(town, [house], Asker(by_http(town), 150, 4)):
            until_answered(town)
            switch_over(town, house, primary, standby, vain)
        answered_at_once(town)
    town.close()


def switch_over(town: Town, house: Part, primary: PostgresNode, standby: StandbyNode, vain: dict[str, Any]) -> None:
    """Read-only, gone, promoted; what is said meanwhile is looked at."""
    primary.run("ALTER SYSTEM SET default_transaction_read_only = on")
    primary.run("SELECT pg_reload_conf()")
    said = until_says(town, 503)
    deliver(town, 20)
    until_logged(house, "worker_waits")
    assert [error["field"] for error in said.json()["errors"]] == ["database"]
    asked_in_vain(town, vain)
    primary.kill()
    until_says(town, 503)
    standby.promote()
    until_says(town, 200)
