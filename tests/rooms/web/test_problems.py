"""Errors at the edge: problem+json with the field, in the reader's language; and nothing of what went wrong inside."""

import asyncio
import re
from dataclasses import replace
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Query
from psycopg.errors import DiskFull, ReadOnlySqlTransaction
from psycopg.errors import SyntaxError as BadSyntax
from sqlalchemy.exc import DataError, InternalError, OperationalError, ProgrammingError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.testclient import TestClient
from starlette.types import Message
from structlog.testing import capture_logs

from access.principal import Principal
from access.refusals import Forged, NotAllowed, NotInScope, NotSignedIn, PasswordGiven
from cases.actions import MoveRefused
from cases.moves import Refusal
from storage.database import Database
from storage.problem import FieldFault, Problem, RosterProblem
from storage.vault import Broken
from tests.kinds import once
from tests.rooms.county import MONDAY
from tests.routes import Doors, open_doors
from web import problems
from web.languages import say
from web.problems import HANDLERS, TITLES
from web.sign_in.reauthentication import ReauthenticationNeeded

SECRET = "吴一 330725196205140015"
AWAY = "away", "read_only", "crowded", "several"
INSIDE = "statement", "unsendable", "unexpected", "data", "overflow", "surrogate", "http", "teapot", "proof", "broken"
REFUSAL = Refusal("N1", "taken", "{clerk} has taken this case.", {"clerk": "wang"}, "at_desk", ["take"])
ERRORS: dict[str, Exception] = {
    "problem": Problem([FieldFault("year", "too_small", "This must not be less than {ge}.", {"ge": 1900})]),
    "missing": Problem([FieldFault("number", "unknown_case", "There is no case with this number.")], 404),
    "roster": RosterProblem("area", "The roster has no such area."),
    "refused": MoveRefused(REFUSAL),
    "stranger": NotSignedIn(),
    "forbidden": NotAllowed(),
    "choosing": PasswordGiven(),
    "forged": Forged(),
    "scope": NotInScope({"read", "ask"}),
    "page": NotInScope(()),
    "proof": ReauthenticationNeeded(Principal("x", "x", "bank", frozenset(), "en"), "code", [("key_purpose", SECRET)], False),
    "broken": Broken(),
    "http": HTTPException(413, detail=SECRET),
    "teapot": HTTPException(418, detail=SECRET),
    "gone": ClientDisconnect(),
    "unexpected": ValueError(SECRET),
    "data": DataError("INSERT", {}, Exception(SECRET)),
    "away": OperationalError("INSERT", {SECRET: SECRET}, DiskFull(SECRET)),
    "read_only": InternalError("INSERT", {SECRET: SECRET}, ReadOnlySqlTransaction(SECRET)),
    "crowded": NoConnection(SECRET),
    "several": ExceptionGroup(SECRET, [NoConnection(SECRET)]),
    "statement": ProgrammingError("SELECT", {SECRET: SECRET}, BadSyntax(SECRET)),
    "overflow": OverflowError(SECRET),
    "moment": StatementError(SECRET, "INSERT", {}, OverflowError(SECRET)),
    "unsendable": StatementError(SECRET, "INSERT", {}, ValueError(SECRET)),
    "surrogate": UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET),
}
# Of each: status, the field that is named, and its stable code.
WANTED = {
    "problem": (422, "year", "too_small"),
    "missing": (404, "number", "unknown_case"),
    "roster": (422, "area", "roster"),
    "refused": (409, "", "taken"),
    "stranger": (401, "Authorization", "not_signed_in"),
    "forged": (403, "csrf", "forged"),
    "scope": (403, "Authorization", "scope"),
    "page": (403, "Authorization", "scope"),
    "proof": (403, "proof", "not_proven"),
    "broken": (500, "", "broken_seal"),
    **dict.fromkeys(AWAY, (503, "", "database_away")),
}
router = APIRouter()


@router.get("/api/v1/raise/{kind}")
def fail(kind: str) -> None:
    raise ERRORS[kind]


@router.get("/api/v1/typed")
def typed(limit: Annotated[int, Query(ge=1, le=200)]) -> None:
    """Needs a number."""


@router.post("/api/v1/read")
async def read(request: Request) -> None:
    """Reads all of its body."""
    await request.body()


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, MONDAY, [router])


@pytest.fixture
def client(doors: Doors) -> TestClient:
    return TestClient(doors.app, raise_server_exceptions=False)


def asked(client: TestClient, kind: str, language: str) -> dict[str, Any]:
    response = client.get(f"/api/v1/raise/{kind}", headers={"Accept-Language": language})
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == "about:blank"
    return body


def chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


@once
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_is_problem_json_in_the_readers_language(client: TestClient, kind: str, language: str):
    body = asked(client, kind, language)
    words = [body["title"], body["detail"], *(error["message"] for error in body["errors"])]

    assert [chinese(text) for text in words] == [language == "zh"] * len(words)
    assert not [text for text in words if "{" in text]
    if kind in WANTED:
        status, field, code = WANTED[kind]
        assert (body["status"], [(e["field"], e["code"]) for e in body["errors"]]) == (status, [(field, code)])


def test_every_handler_is_tried_here():
    tried = {next(kind for kind in type(error).__mro__ if kind in HANDLERS) for error in ERRORS.values()}

    assert {kind.__name__ for kind in HANDLERS} - {kind.__name__ for kind in tried} == {"RequestValidationError"}


@once
@pytest.mark.parametrize("kind", AWAY)
def test_a_database_that_is_away_or_takes_nothing_is_no_fault_of_ours_and_says_when_to_come_again(client: TestClient, kind: str):
    response = client.get(f"/api/v1/raise/{kind}")

    assert (response.status_code, int(response.headers["Retry-After"]) > 0) == (503, True)
    assert client.get("/api/v1/raise/statement").status_code == 500


@once
def test_a_database_that_lost_its_tables_is_an_outage(doors: Doors, client: TestClient):
    doors.app.state.context = replace(doors.app.state.context, is_current=lambda: False)

    assert client.get("/api/v1/raise/statement").status_code == 503


@once
@pytest.mark.parametrize("kind", [*AWAY, *INSIDE])
def test_what_went_wrong_inside_stays_inside(client: TestClient, kind: str):
    """The text of an exception may hold what somebody typed: neither the answer nor its headers repeat it."""
    response = client.get(f"/api/v1/raise/{kind}")

    assert not [word for word in SECRET.split() if word in response.text + str(response.headers)]
    assert "ValueError" not in response.text
    assert "Traceback" not in response.text


def test_the_log_learns_the_kind_and_never_the_text(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    lines: list[tuple[str, dict[str, Any]]] = []

    class Log:
        def error(self, event: str, **more: Any) -> None:
            lines.append((event, more))

    # To see what the log is given, before anything masks it.
    monkeypatch.setattr(problems, "log", Log())
    client.get("/api/v1/raise/unexpected")

    assert lines == [("request_failed", {"path": "/api/v1/raise/unexpected", "error": "ValueError"})]


def test_a_browser_that_leaves_amid_its_request_is_no_failure(doors: Doors):
    """Half a form comes and then nobody is there: no line says that something failed, and nothing is raised further."""
    coming: list[Message] = [
        {"type": "http.request", "body": b"words=ha", "more_body": True},
        {"type": "http.disconnect"},
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/api/v1/read", "query_string": b"", "headers": []}
    with capture_logs() as lines:
        asyncio.run(doors.app(scope, receive, send))

    assert (sent[0]["status"], lines) == (400, [])


@pytest.mark.parametrize("kind", ["data", "overflow", "surrogate"])
def test_data_no_database_can_hold_is_the_senders_fault(client: TestClient, kind: str):
    """A NUL in a text, a number of thirty digits, half a character: no database takes them, and that is no failure of ours."""
    assert asked(client, kind, "en")["status"] == 422


def test_a_refused_move_says_what_is_open(client: TestClient):
    body = asked(client, "refused", "en")

    assert (body["state"], body["open_moves"], body["detail"]) == ("at_desk", ["take"], "wang has taken this case.")


@once
@pytest.mark.parametrize(("query", "code"), [("", "missing"), ("?limit=0", "too_small"), ("?limit=x", "wrong_kind")])
def test_a_wrong_parameter_is_named(client: TestClient, query: str, code: str):
    body = client.get(f"/api/v1/typed{query}", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}).json()

    assert [(error["field"], error["code"], chinese(error["message"])) for error in body["errors"]] == [("limit", code, True)]


@pytest.mark.parametrize(("path", "method", "status"), [("/api/v1/nowhere", "GET", 404), ("/api/v1/typed", "DELETE", 405)])
def test_ways_that_lead_nowhere_have_a_word_too(client: TestClient, path: str, method: str, status: int):
    response = client.request(method, path)

    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["title"] == TITLES[status]


@once
@pytest.mark.parametrize(
    ("header", "cookie", "zh"),
    [("zh-CN", "", True), ("en-GB", "", False), ("fr", "", False), ("en", "zh", True), ("zh", "en", False)],
)
def test_the_language_is_the_persons_own_choice_first(client: TestClient, header: str, cookie: str, zh: bool):
    """The cookie of the choice, then the browser, then the house's own (English in these tests)."""
    client.cookies.set("lang", cookie) if cookie else None
    body = client.get("/api/v1/raise/forbidden", headers={"Accept-Language": header}).json()

    assert chinese(body["title"]) is zh


def test_every_title_has_its_chinese():
    assert all(chinese(say("zh", title)) for title in TITLES.values())


def test_only_a_stranger_is_told_how_to_come_in(client: TestClient):
    assert client.get("/api/v1/raise/stranger").headers["www-authenticate"] == "Bearer"
    assert "www-authenticate" not in client.get("/api/v1/raise/forbidden").headers
