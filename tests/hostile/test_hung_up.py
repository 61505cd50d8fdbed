"""Clients that ask to wait for news and hang up: their place is free at once, at every route that lets anybody wait."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from deploy.app import ROUTERS
from requesters.ask import questions_api
from requesters.bundles import bundles_api
from storage.database import Database
from tests.broadcasters import running_hub
from tests.rooms.requesters.bundles.bank import NOW, Bank, deposit
from tests.routes import open_doors

HANGS_UP = 0.3  # seconds after it has asked
PATIENCE = 4.0  # less than the 5 s after which whoever waits looks by themselves


@pytest.fixture
def bank(database: Database) -> Iterator[Bank]:
    with running_hub(database) as broadcaster:
        bank = Bank(open_doors(database, NOW, [questions_api.router, bundles_api.router], broadcaster))
        bank.grant("death", "kinship", "identity_change")
        yield bank


async def held(app: Any, path: str, key: str) -> float:
    """For how many seconds the house is busy with one who hangs up."""
    came = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        for message in came:
            return message
        await asyncio.sleep(HANGS_UP)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        """Nobody listens."""

    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"wait=20",
             "headers": [(b"authorization", f"Bearer {key}".encode())], "http_version": "1.1", "scheme": "http",
             "server": ("testserver", 80), "client": ("203.0.113.9", 1),
             "asgi": {"version": "3.0", "spec_version": "2.3"}}  # fmt: skip
    begun = time.monotonic()
    await app(scope, receive, send)
    return time.monotonic() - begun


@pytest.mark.parametrize("path", ["/api/v1/cases/{case}", "/api/v1/bundles/{bundle}"])
def test_a_client_that_hangs_up_holds_no_place(bank: Bank, path: str) -> None:
    bundle = bank.post(deposit(1)).json()["number"]
    case = next(iter(bank.read(bundle).cases.values())).number
    busy = asyncio.run(held(bank.doors.app, path.format(bundle=bundle, case=case), bank.doors.keys["asker"]))

    assert HANGS_UP <= busy < PATIENCE
    assert bank.doors.app.state.context.watch.listeners == 0


def test_these_are_all_routes_at_which_anybody_waits() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    waiting = {route.path for route in routes if any(one.alias == "wait" for one in route.dependant.query_params)}

    assert waiting == {"/api/v1/cases/{number}", "/api/v1/bundles/{number}"}
