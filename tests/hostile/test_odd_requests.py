"""Requests that no browser and no decent program sends: none brings the house down, none is believed, none is repeated in a log."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import structlog
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from tests.hostile.ground import SON, Ground, done, kinship, open_ground
from tests.hostile.lines import read_lines
from tests.hostile.wire import FORM, JSON, Reply, as_json, form
from tests.house.test_doors import flat

DEEP = 100_000
BODIES: dict[str, tuple[str, bytes]] = {
    "nothing": (JSON, b""),
    "half": (JSON, b'{"item": "kin'),
    "a list without an end": (JSON, b"[" * DEEP),
    "groups without an end": (JSON, b'{"subjects":' * DEEP),
    "half a character": (JSON, b'{"item": "\\ud800", "purpose": "\\udfff"}'),
    "half a character as a name": (JSON, b'{"\\ud800": 1}'),
    "a number without an end": (JSON, b'{"year": ' + b"9" * 5000 + b"}"),
    "a number that is none": (JSON, b'{"year": NaN, "urgent": Infinity}'),
    "a number beyond all": (JSON, b'{"year": 1e999}'),
    "a text with a NUL": (JSON, json.dumps(kinship("a\0b", "B-7", (SON, SON), "x\0")).encode()),
    "bytes of no encoding": (JSON, b'{"item": "\xff\xfe"}'),
    "another encoding": (JSON, '{"item": "kinship"}'.encode("utf-16")),
    "the same name twice": (JSON, b'{"item": "kinship", "item": "marriage"}'),
    "a form": (FORM, b"item=kinship"),
    "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "no kind at all": ("", b'{"item": "kinship"}'),
    "a kind of nonsense": ("application/json; charset=\xff; boundary=", b"{}"),
    "a multipart without its parts": ("multipart/form-data; boundary=x", b"--y\r\n"),
    "a multipart without a boundary": ("multipart/form-data", b"--x--"),
    "a boundary without an end": (f"multipart/form-data; boundary={'x' * 5000}", b"--x"),
}
PATHS = [
    "/static/hecha/../../../etc/passwd", "/static/hecha/..%2f..%2f..%2fsettings.py", "/static/hecha/%2e%2e/%2e%2e/settings.py",
    "/static/ui/..%5c..%5c__init__.py", "/static/hecha/%00", "/static/hecha//etc/passwd", "/static/hecha/....//....//settings.py",
    "/static/htmx/../../__init__.py", "/api/v1/items/..%2f..%2fkinship/batch-template.xlsx",
    "/api/v1/items/%2e%2e/batch-template.xlsx",
    "/api/v1/cases/..%2f..%2fetc%2fpasswd/receipt.pdf", "/api/v1/batches/..%2f..%2fhecha/results.xlsx", "/month/..%2fx.svg",
    "/admin/catalogue/items/..%2f..%2fdoor", "/roster/..%2f..%2fetc/passwd", "/api/v1/cases/%00", "/cases/%ff%fe",
    "/%2e%2e/%2e%2e/etc/passwd",
]  # fmt: skip
MOMENTS = (
    "2026-03-01T00:00:00~X", "2026-03-01", "0001-01-01T00:00:00+14:00~X", "9999-12-31T23:59:59-14:00~1", "0001-01", "~",
    "00010101T000000.000000~1", "99991231T235959.999999~9999999999999999999999", "9999-12-31T23:59:59Z",
)  # fmt: skip
WHEN = {
    "cursor",
    "after",
    "first",
    "last",
    "month",
    "hour",
    "day",
    "until",
    "seen",
    "page",
}  # parameters in which a moment or place stands
INJECTED = "x%0d%0aSet-Cookie:%20hecha=evil%0d%0a%0d%0a<script>"


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("odd")) as ground:
        yield ground


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    """Everything our own code logs."""
    with structlog.testing.capture_logs() as lines:
        yield lines


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(
    "path", ["/api/v1/cases", "/api/v1/cases/{desk}/take", "/api/v1/contacts", "/ask/kinship", "/sign-in", "/verify"]
)
def test_a_body_that_makes_no_sense_is_the_senders_fault(
    ground: Ground, path: str, name: str, logged: list[dict[str, Any]]
) -> None:
    who = {"/api/v1/cases/{desk}/take": "clerk", "/api/v1/contacts": "keeper"}.get(path, "asker")
    begun = time.monotonic()
    reply = ground.send(who, "POST", path.format(**ground.things), BODIES[name])

    # A move needs no body, and what of a page's form makes no sense is not there.
    further = {"/api/v1/cases/{desk}/take": (200, 409), "/sign-in": (429,)}.get(path, ())
    assert reply.status in (400, 413, 415, 422, *further), reply.text[-300:]
    assert time.monotonic() - begun < 5
    assert [line for line in logged if line["log_level"] == "error"] == []
    assert "root:" not in reply.text


def test_a_form_with_a_hundred_thousand_fields_costs_little(ground: Ground) -> None:
    begun = time.process_time()
    reply = ground.send("asker", "POST", "/ask/kinship/check", (FORM, b"&".join(b"a%d=1" % n for n in range(100_000))))

    assert reply.status < 500
    assert time.process_time() - begun < 3


def test_more_than_a_megabyte_goes_nowhere_but_where_files_go(ground: Ground) -> None:
    for who, path in (
        ("asker", "/api/v1/cases"),
        ("asker", "/ask/kinship/check"),
        ("nobody", "/sign-in"),
        ("nobody", "/sms/status"),
        ("clerk", "/duty/away"),
    ):
        assert ground.send(who, "POST", path, (FORM, b"a=" + b"x" * 2**20)).status == 413, path


@pytest.mark.parametrize("path", PATHS)
def test_no_way_leads_out_of_the_folders(ground: Ground, path: str) -> None:
    for who in ("nobody", "asker", "admin"):
        reply = ground.send(who, "GET", path)
        assert reply.status in (303, 401, 403, 404, 405, 422), (who, reply.status)
        assert not any(word in reply.text for word in ("root:", "import ", "HECHA_"))


@pytest.mark.parametrize(
    "path",
    [f"/cases/{INJECTED}", f"/desk/{INJECTED}", f"/{INJECTED}", f"/sign-in?next=/{INJECTED}", f"/api/v1/batches/{INJECTED}",
     f"/board/cases?list={INJECTED}", f"/month?month={INJECTED}", f"/ask?q={INJECTED}", f"/roster/{INJECTED}",
     f"/me?flash={INJECTED}"],
)  # fmt: skip
def test_what_stands_in_an_address_becomes_no_header_and_no_script(ground: Ground, path: str) -> None:
    for who in ("nobody", "asker", "clerk", "keeper", "supervisor", "admin"):
        reply = ground.send(who, "GET", path)
        assert not [value for _, value in reply.headers if "\r" in value or "\n" in value]
        assert not [value for name, value in reply.headers if name == "set-cookie" and "evil" in value]
        assert "<script>" not in reply.text.replace("<script src", "")
        assert (
            reply.header("content-security-policy").startswith("default-src 'self'") or reply.status >= 400 or "svg" in reply.text
        )


def test_what_is_typed_becomes_no_header_of_a_redirect(ground: Ground) -> None:
    typed = {"username": "asker", "password": "x", "next": "/ask\r\nSet-Cookie: hecha=evil", "lang": "en\r\nX-Evil: 1"}
    for path in ("/language", "/sign-in"):
        reply = ground.send("nobody", "POST", path, form(typed))
        assert not [value for name, value in reply.headers if "evil" in value.lower() or name == "x-evil"]


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"x-forwarded-host": "evil.example"}, {"x-forwarded-proto": "https", "host": "evil.example"},
     {"forwarded": "host=evil.example"}, {"x-original-url": "/admin"}, {"x-http-method-override": "DELETE"}],
    ids=str,
)  # fmt: skip
def test_a_forged_host_leads_nobody_elsewhere(ground: Ground, headers: dict[str, str]) -> None:
    for path in ("/", "/cases", "/sign-in", "/cases/", "/verify"):
        reply = ground.wire.send("GET", path, {"accept": "text/html", **headers})
        assert "evil.example" not in reply.header("location") + reply.text
        assert reply.status in (200, 303, 404)


def test_a_line_of_the_log_holds_nothing_that_was_typed_and_no_second_line(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    """Log injection: neither user names nor paths nor bodies make lines of their own."""
    forged = f'x\n{{"event": "signed_in", "who": "admin"}} {SON}'
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as lines:
        ground.send("nobody", "POST", "/sign-in", form({"username": forged, "password": forged}))
        ground.send("asker", "POST", "/api/v1/cases", as_json(kinship(forged, "B-7", (SON, SON), forged)))
        ground.send("asker", "GET", f"/api/v1/cases/x%0aforged-{SON}")
        ground.send("asker", "POST", "/api/v1/cases", (JSON, b'{"year": ' + b"9" * 5000 + b"}"))
        ground.wire.send("GET", "/api/v1/cases", {"authorization": f"Bearer {SON}", "user-agent": "x\nforged"})
    told = repr(lines) + caplog.text

    assert SON not in told
    assert "signed_in" not in told
    assert "forged" not in caplog.text


def test_an_error_of_ours_shows_nothing_of_ours(ground: Ground) -> None:
    """Neither paths, versions nor the words of an exception."""
    replies: list[Reply] = [
        ground.send("asker", "GET", "/api/v1/cases?cursor=x"), ground.send("asker", "GET", "/nowhere"),
        ground.send("nobody", "PUT", "/sign-in"), ground.send("asker", "GET", "/api/v1/contacts/99999999999999999999999"),
        ground.send("keeper", "DELETE", "/api/v1/contacts/99999999999999999999999"),
    ]  # fmt: skip
    for reply in replies:
        assert 400 <= reply.status < 500
        assert not any(word in reply.text for word in ("Traceback", "sqlalchemy", "sqlite", ".py", "/work", "Starlette"))
        assert reply.header("server") == ""


def test_a_look_at_nothing_is_no_error(ground: Ground) -> None:
    done(ground.send("asker", "GET", "/api/v1/cases?limit=1&state=none&state=none&item=" + "x" * 3000))


def test_a_telephone_number_as_long_as_a_letter_is_named_as_wrong(ground: Ground) -> None:
    person = {"area": "330782001001", "name": "钱新", "role": "member", "phone": "1" * 400}
    reply = ground.send("keeper", "POST", "/api/v1/contacts", as_json(person))

    assert (reply.status, [error["field"] for error in reply.json["errors"]]) == (422, ["phone"])


def test_no_moment_in_an_address_brings_a_page_down(ground: Ground) -> None:
    """Without a zone, before and after all that a clock can show, and a place in a list that never was one."""
    routes = {(m, r.path): r for r in flat(ground.wire.app.routes) if isinstance(r, APIRoute) for m in r.methods or ()}
    lines = {line.route: line for line in read_lines() if line.method == "GET" and line.who}
    tried = [(line, name) for route, line in lines.items() for name in sorted(asked_in(routes[route].dependant) & WHEN)]
    pages = {line.path: line.address(ground.things).partition("?")[0] for line, _ in tried}
    broken = {
        (line.path, name, moment): reply.status
        for line, name in tried
        for moment in MOMENTS
        if (reply := ground.send(min(line.who), "GET", f"{pages[line.path]}?{urlencode({name: moment})}")) and reply.status >= 500
    }

    assert {name for _, name in tried} >= {"cursor", "after", "month"}
    assert broken == {}


def asked_in(dependant: Dependant) -> set[str]:
    """The names of what a route reads from its address."""
    return {one.alias for one in dependant.query_params}.union(*map(asked_in, dependant.dependencies))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_cursor_is_one_of_ours_or_named(ground: Ground, moment: str) -> None:
    reply = ground.send("asker", "GET", f"/api/v1/cases?{urlencode({'cursor': moment})}")
    assert [fault["field"] for fault in reply.json.get("errors", ())] == ([] if reply.status == 200 else ["cursor"])
    for field in ("first", "last"):
        reply = ground.send("supervisor", "POST", "/looks", form({field: moment[:10], "kind": "all"}))
        assert reply.status in (200, 422)
