"""Uploads stay in memory, whichever route takes them."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from access.accounts import Account
from deploy.app import MOST_BYTES, ROUTERS
from tests.rooms.office import Office
from web import uploads
from web.rate_limit import Allowances, RateLimit
from web.token_bucket import Allowance
from web.uploads import AT_ONCE, IN_MEMORY, OF_ONE, UploadTurns

SEND = ("/verify/file", "/proofs/{number}", "/api/v1/batches", "/batches", "/api/v1/contacts/import", "/roster/import",
        "/api/v1/cases/{number}/attachments", "/attachments/{number}", "/ask/{code}",
        "/errands/{round_id}/paper", "/api/v1/bundles/sheets", "/reform/sources/sheet",
        "/reform/sources/{source_id}/letter", "/reform/survey/uploads", "/monitoring",
        "/commitments/{number}/sign", "/commitments/{number}/paper", "/api/v1/commitments/{number}/signature",
        "/rechecks/{number}/objection")  # fmt: skip


def test_no_upload_touches_the_folder_for_temporary_files(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.county.database.write() as session:
        session.get_one(Account, "asker").roles = ["asker", "keeper"]
    asker, big = office.client("asker"), b"x" * 4_000_000
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))  # a file there could not be made
    for path in SEND:
        address = path.replace("{number}", office.county.ask()[0] if "{" in path else "")
        address = address.replace("{code}", "kinship")
        data = {"csrf": asker.csrf, "item": "kinship", "words": "x"}
        sent = asker.web.post(address, data=data, files={"file": ("q.csv", big)}, headers={"X-CSRF-Token": asker.csrf})
        assert sent.status_code in (200, 303, 403, 404, 422), (path, sent.status_code)


class Reading:
    """An app that reads bodies when it is let; how many it has in hand, and the most that it had."""

    def __init__(self) -> None:
        self.now, self.most, self.go_on = 0, 0, asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go_on.wait()
        self.now -= 1
        await PlainTextResponse("read")(scope, receive, send)


async def post(turns: UploadTurns, app: FastAPI, key: str, head: tuple[bytes, bytes]) -> int:
    """The status of a request with a body of that head."""
    said: list[Message] = []
    headers = [head, (b"authorization", f"Bearer {key}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/x", "headers": headers, "query_string": b"", "app": app}

    async def send(message: Message) -> None:
        said.append(message)

    await turns({**scope, "client": ("192.0.2.1", 1)}, AsyncMock(), send)
    return int(said[0]["status"])


LONG = (b"content-length", b"8000000")


@pytest.mark.parametrize(
    ("head", "senders", "most"),
    [(LONG, 1, OF_ONE), (LONG, 40, AT_ONCE), ((b"transfer-encoding", b"chunked"), 1, OF_ONE), ((b"content-length", b"9"), 1, 40)],
    ids=["of one", "of many", "of unknown length", "small ones"],
)
def test_large_bodies_are_read_a_few_at_a_time(office: Office, head: tuple[bytes, bytes], senders: int, most: int) -> None:
    async def run() -> tuple[Reading, list[int]]:
        reading = Reading()
        turns = UploadTurns(reading)
        sent = [asyncio.create_task(post(turns, office.app, f"key{n % senders}", head)) for n in range(40)]
        await asyncio.sleep(0.05)
        reading.go_on.set()
        return reading, await asyncio.gather(*sent)

    reading, statuses = asyncio.run(run())
    assert (reading.most, statuses) == (most, [200] * 40)


def test_who_gets_no_turn_is_told_and_others_go_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.05)

    async def run() -> list[int]:
        reading = Reading()
        turns = UploadTurns(reading)
        sent = [asyncio.create_task(post(turns, office.app, key, LONG)) for key in ("a", "a", "a", "b")]
        await asyncio.sleep(0.2)
        reading.go_on.set()
        return [*await asyncio.gather(*sent), await post(turns, office.app, "a", LONG)]

    assert asyncio.run(run()) == [200, 200, 503, 200, 200]


NONE = Allowances(Allowance(1), Allowance(1), Allowance(1))


@pytest.mark.parametrize(
    ("middleware", "more", "status"),
    [(UploadTurns, {}, 503), (RateLimit, {"allowances": NONE}, 429)],
    ids=["no turn", "too many requests"],
)
def test_who_is_not_let_in_is_not_told_that_their_file_is_too_large(
    office: Office, monkeypatch: pytest.MonkeyPatch, middleware: Any, more: dict[str, Any], status: int
) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.01)
    monkeypatch.setattr(uploads, "OF_ONE", 0)
    app = FastAPI(max_body_size=MOST_BYTES)
    app.state.context, app.state.locale = office.app.state.context, "en"
    app.add_middleware(middleware, **more)
    web = TestClient(app)
    web.get("/")

    assert web.post("/", content=b"x" * (MOST_BYTES + 1)).status_code == status


def test_no_route_takes_more_than_memory_is_kept_for() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    taking = [(route.path, route.max_body_size or 0) for route in routes]

    assert {path for path, most in taking if most > 1024 * 1024} == set(SEND)
    assert max(most for _, most in taking) <= IN_MEMORY
