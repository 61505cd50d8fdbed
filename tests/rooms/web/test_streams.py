"""Open live pages: they end when their session or key does, and others go on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from anyio import BrokenResourceError
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from fastapi.testclient import TestClient

from access.accounts import Account
from access.api_keys import ApiKey, new_key
from access.authentication import Authenticated
from access.freezes import ACCOUNT, UNIT, Frozen, freeze
from access.sessions import revoke_sessions
from deploy.app import create_app
from tests.rooms.county import counted
from tests.rooms.office import Office, on_both
from web import open_streams
from web.open_streams import Shown, Streams, still_in
from web.problems import handle_problems


@pytest.fixture(autouse=True)
def _look_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer counts for long, so that no test waits."""
    monkeypatch.setattr(open_streams, "EVERY", 0.0)


def context_in(office: Office) -> Any:
    return office.app.state.context


def two_streams(office: Office) -> FastAPI:
    """An app that sends a piece whenever it is asked to, in both ways in which we do."""
    app = FastAPI(dependencies=[Depends(Authenticated(scope="events"))])
    app.state.context, app.state.locale = context_in(office), "en"

    async def pieces() -> AsyncIterator[str]:
        for n in range(100):
            yield f"data: {n}\n\n"
            await asyncio.sleep(0.01)

    @app.get("/live")
    def live() -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        async for piece in pieces():
            yield ServerSentEvent(data=piece)

    @app.get("/plain")
    def plain() -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="text/plain")

    app.add_middleware(Streams, context=context_in(office))
    handle_problems(app)
    return app


def breaking(office: Office, error: Exception) -> FastAPI:
    """An app whose stream breaks with this error."""
    app = FastAPI()

    class Breaking(StreamingResponse):
        async def stream_response(self, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            raise error

    app.add_api_route("/breaks", lambda: Breaking(iter(()), media_type="text/event-stream"), response_model=None)
    app.add_middleware(Streams, context=context_in(office))
    return app


async def _follow(app: Any, path: str, headers: dict[str, str], act: Callable[[], Any]) -> tuple[int, bool]:
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(10)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if len([one for one in sent if one.get("body")]) == 2:
            await asyncio.to_thread(act)

    path, _, query = path.partition("?")
    plain = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
             "headers": plain,
             "http_version": "1.1", "scheme": "http", "server": ("testserver", 80), "client": ("203.0.113.9", 1),
             "asgi": {"version": "3.0", "spec_version": "2.4"}}  # fmt: skip
    await asyncio.wait_for(app(scope, receive, send), 30)
    return len([one for one in sent if one.get("body")]), not sent[-1].get("more_body", False)


def follow(app: Any, path: str, headers: dict[str, str], act: Callable[[], Any] = lambda: None) -> tuple[int, bool]:
    """How many pieces came, `act` being done after the second; and whether the answer was ended as it should be."""
    return asyncio.run(_follow(app, path, headers, act))


def key_of(office: Office, who: str = "asker") -> str:
    with office.county.database.write() as session:
        return new_key(session, who, office.county.now.date())


@pytest.mark.parametrize("path", ["/live", "/events"])
def test_a_stream_ends_with_its_session(office: Office, path: str) -> None:
    app, desk = two_streams(office), office.client("clerk")
    headers = {"cookie": f"hecha={desk.token}"}
    assert follow(app, path, headers) == (100, True), "nobody shuts it"

    def revoke() -> None:
        with office.county.database.write() as session:
            revoke_sessions(session, "clerk", office.county.now)

    assert follow(app, path, headers, revoke) == (2, True)


@pytest.mark.parametrize("path", ["/live", "/events"])
def test_a_stream_ends_with_its_key(office: Office, path: str) -> None:
    app, key = two_streams(office), key_of(office)

    def revoke() -> None:
        with office.county.database.write() as session:
            session.get_one(ApiKey, key.split("_")[1]).revoked_at = office.county.now

    assert follow(app, path, {"authorization": f"Bearer {key}"}, revoke) == (2, True)


@on_both
@pytest.mark.parametrize("change", [{"roles": ["asker"]}, {"unit": "bank"}])
def test_a_stream_ends_when_roles_or_unit_change(office: Office, change: dict[str, Any]) -> None:
    """What somebody sees is chosen by the role and unit they had when they opened it."""
    app, desk, key = two_streams(office), office.client("clerk"), key_of(office, "clerk")

    def alter() -> None:
        with office.county.database.write() as session:
            session.get_one(Account, "clerk").sqlmodel_update(change)

    def restore() -> None:
        with office.county.database.write() as session:
            session.get_one(Account, "clerk").sqlmodel_update(before)

    with office.county.database.read() as session:
        before = session.get_one(Account, "clerk").model_dump(include={"roles", "unit"})
    for headers in ({"cookie": f"hecha={desk.token}"}, {"authorization": f"Bearer {key}"}):
        assert follow(app, "/live", headers, alter) == (2, True)
        assert follow(app, "/live", headers) == (100, True), "opened anew, it is another's"
        restore()


@pytest.mark.parametrize("form", ["bearer {}", "Bearer  {}", " BEARER   {} "])
def test_a_key_is_one_however_its_header_is_written(office: Office, form: str) -> None:
    app, key = two_streams(office), key_of(office)

    def revoke() -> None:
        with office.county.database.write() as session:
            session.get_one(ApiKey, key.split("_")[1]).revoked_at = office.county.now

    assert follow(app, "/live", {"authorization": form.format(key)}, revoke) == (2, True)


@pytest.mark.parametrize("foreign", ["Basic hk_aaaaaaaaaa_b", "Basic YTpi", "hk_aaaaaaaaaa_b", "Bearerhk_a_b"])
def test_a_foreign_header_beside_the_cookie_saves_no_stream(office: Office, foreign: str) -> None:
    app, desk = two_streams(office), office.client("clerk")

    def revoke() -> None:
        with office.county.database.write() as session:
            revoke_sessions(session, "clerk", office.county.now)

    assert follow(app, "/live", {"cookie": f"hecha={desk.token}", "authorization": foreign}, revoke) == (2, True)


@on_both
def test_a_person_has_so_many_streams_and_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the streams are: each change is shown anew in each of them."""
    monkeypatch.setattr(open_streams, "MOST", 1)
    app, desk, other = two_streams(office), office.client("clerk"), office.client("second")
    headers = {"cookie": f"hecha={desk.token}"}
    refused: list[tuple[int, bool]] = []

    def again() -> None:
        refused.append(follow(app, "/events", headers))
        refused.append(follow(app, "/live", {"cookie": f"hecha={other.token}"}))

    assert follow(app, "/live", headers, again) == (100, True)
    assert refused == [(1, True), (100, True)], "one refusal in a single piece, and nobody else is in its way"
    assert follow(app, "/events", headers) == (100, True), "closed, it counts no more"


def test_a_request_that_waits_counts_among_them(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_streams, "MOST", 1)
    app, other, key = two_streams(office), office.client("second"), {"authorization": f"Bearer {key_of(office)}"}
    others = {"cookie": f"hecha={other.token}"}
    seen: list[tuple[int, bool]] = []

    def again() -> None:
        seen.extend(follow(app, path, key) for path in ("/plain?wait=9", "/live", "/plain?wait=0"))
        seen.append(follow(app, "/plain?wait=9", others))

    assert follow(app, "/plain?wait=30", key, again) == (100, True)
    assert seen == [(1, True), (1, True), (100, True), (100, True)], "two refused in a single piece"
    assert follow(app, "/plain?wait=9", key) == (100, True), "answered, it counts no more"


def test_waiting_for_an_answer_is_such_a_request(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_streams, "MOST", 0)
    client, key = TestClient(create_app(office.assembly)), {"authorization": f"Bearer {key_of(office)}"}
    refused = client.get("/api/v1/cases/none?wait=1", headers=key)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (429, "too_many_streams")
    assert client.get("/api/v1/cases/none", headers=key).status_code == 404


def test_what_is_no_stream_is_left_alone(office: Office) -> None:
    app, desk = two_streams(office), office.client("clerk")

    def revoke() -> None:
        with office.county.database.write() as session:
            revoke_sessions(session, "clerk", office.county.now)

    with counted(office.assembly.database) as statements:
        assert follow(app, "/plain", {"cookie": f"hecha={desk.token}"}, revoke) == (100, True)
    assert len(statements) == 3, "authentication, and what revokes it"


@pytest.mark.parametrize("error", [BrokenResourceError(), ExceptionGroup("", [BrokenResourceError()])])
def test_a_listener_who_leaves_amid_a_piece_is_no_error(office: Office, error: Exception) -> None:
    assert follow(breaking(office, error), "/breaks", {"cookie": "hecha=any"}) == (0, True)


@pytest.mark.parametrize("error", [ValueError(), ExceptionGroup("", [BrokenResourceError(), ValueError()])])
def test_what_else_breaks_a_stream_is_one(office: Office, error: Exception) -> None:
    with pytest.raises((ValueError, ExceptionGroup)):
        follow(breaking(office, error), "/breaks", {"cookie": "hecha=any"})


def shown_by(office: Office, who: str, credential: str) -> Shown:
    account = office.one(Account, who)
    return Shown(credential, account.unit, frozenset(account.roles))


@on_both
def test_who_may_still_see_something_is_asked_for_all_at_once(office: Office) -> None:
    house, now = context_in(office), office.county.now
    desks = {who: office.client(who) for who in ("clerk", "second", "leader", "supervisor", "other")}
    hashes = {who: open_streams.digest(desk.token) for who, desk in desks.items()}
    keys = {name: key_of(office).split("_")[1] for name in ("good", "revoked")}
    sessions = {who: shown_by(office, who, f"session:{one}") for who, one in hashes.items()}
    good, revoked = (shown_by(office, "asker", f"key:{one}") for one in keys.values())
    moved = (shown_by(office, "leader", sessions["clerk"].credential), shown_by(office, "clerk", good.credential))
    shown = [*sessions.values(), good, revoked, *moved, Shown("session:guessed", *good[1:]), Shown("key:x", *good[1:])]
    with office.county.database.write() as session:
        revoke_sessions(session, "second", now)
        session.get_one(Account, "leader").active = False
        freeze(session, Frozen(kind=ACCOUNT, subject="supervisor", reason="r", at=now, by="admin"))
        freeze(session, Frozen(kind=UNIT, subject="court", reason="r", at=now, by="admin"))
        session.get_one(ApiKey, keys["revoked"]).revoked_at = now

    with counted(office.assembly.database) as statements, office.county.database.read() as session:
        assert still_in(session, shown, house) == {sessions["clerk"], good}
    assert len(statements) == 2
    office.county.later(minutes=61)
    with office.county.database.read() as session:
        assert still_in(session, shown, house) == {good}, "nobody used it for an hour"
    office.county.later(days=1)
    with office.county.database.read() as session:
        assert still_in(session, shown, house) == frozenset()


def test_the_house_looks_after_its_streams(office: Office) -> None:
    assert any(one.cls is Streams for one in create_app(office.assembly).user_middleware)
