"""A server that was told to stop serves on for a moment and says that it goes."""

import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from deploy.draining import Draining


def plain(_request: object) -> PlainTextResponse:
    return PlainTextResponse("here")


def test_a_server_that_goes_is_not_ready_and_still_answers_closing_each_connection() -> None:
    app = Draining(Starlette(routes=[Route("/readyz", plain), Route("/", plain)]))
    client = TestClient(app)
    before = client.get("/readyz"), client.get("/")

    assert app.begin(0.2)
    after = client.get("/readyz"), client.get("/")

    assert [told.status_code for told in (*before, *after)] == [200, 200, 503, 200]
    assert ["connection" in told.headers for told in (*before, *after)] == [False, False, True, True]
    assert after[0].json()["errors"][0]["code"] == "stopping"


def test_it_goes_when_the_time_is_over_and_at_once_when_asked_twice() -> None:
    app = Draining(Starlette())
    assert not app.over

    assert app.begin(0.05)
    assert not app.begin(0.05)
    assert not app.over
    time.sleep(0.06)

    assert app.over
