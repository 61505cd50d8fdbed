"""A register behind an interface: a real server on this machine that answers well, badly, slowly, or says what is not so."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from responders.handlers import RecordsAway
from responders.sources.fault_words import SourceProblem
from tests.rooms.responders.agent.letters import NOW
from tests.rooms.responders.agent.stores import BRIDE, DAUGHTER, FATHER, MOTHER, SON, YOUTH, about, number, old
from tests.rooms.responders.sources.files import COMMON, HEADINGS, NAMES_TOO, ROWS, SMALL, Asked, loaded, write

INTERFACE = """
[connection]
kind = "interface"
address = "{address}/vehicles?v=1"
headers = {{ Authorization = "Bearer ${{TOKEN}}" }}
parameters = {{ numbers = "{{numbers}}" }}
rows = "data.list"
success = {{ code = "0", ok = "true" }}
seconds = 2

[freshness]
as_of = "live"

[[canaries]]
number = "{canary}"
name = "王建国"
outcome = "confirmed"
"""
NONE, YES = about("vehicle", FATHER), about("vehicle", SON)
MANY = [YES, about("vehicle", MOTHER), about("vehicle", YOUTH), about("vehicle", DAUGHTER), about("vehicle", BRIDE), NONE,
        about("vehicle", SMALL, NAMES_TOO[SMALL])]  # fmt: skip
TOLD = ["confirmed", "confirmed", "contradicted", "not_digitised", "not_digitised", "no_record", "confirmed"]


class Province:
    """Somebody else's interface. `reply` says what it replies to the numbers it is asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.headers: list[str] = []
        self.status, self.wait, self.rows = 200, 0.0, [dict(zip(HEADINGS, row, strict=True)) for row in ROWS]
        self.change: Any = lambda reply: json.dumps(reply).encode()
        province = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                form = {name: said[0] for name, said in parse_qs(body.decode()).items()}
                self._reply(json.loads(body) if "json" in self.headers["Content-Type"] else form)

            def do_GET(self) -> None:
                self._reply({name: said[0] for name, said in parse_qs(urlsplit(self.path).query).items()})

            def _reply(self, said: dict[str, Any]) -> None:
                numbers = said.get("numbers") or [said["number"]]
                province.asked.append(numbers)
                province.headers.append(self.headers.get("Authorization", ""))
                time.sleep(province.wait)
                data = province.change(province.found(numbers))
                self.send_response(province.status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def found(self, numbers: list[str]) -> dict[str, Any]:
        """A good reply."""
        rows = [row for row in self.rows if (row["SFZHM"] or "").upper() in numbers]
        return {"code": 0, "ok": True, "data": {"list": rows, "day": "2026-08-30"}}


@pytest.fixture
def province() -> Iterator[Province]:
    """The interface, answering well."""
    made = Province()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def opened() -> Iterator[list[Asked]]:
    """What was opened, to be closed at the end."""
    made: list[Asked] = []
    yield made
    for one in made:
        one.records.close()


@pytest.fixture
def source(tmp_path: Path, province: Province, opened: list[Asked]) -> Any:
    """Opens the source; with changes of its file."""

    def make(*changes: tuple[str, str]) -> Asked:
        text = INTERFACE.format(address=province.address, canary=SON) + COMMON.replace("rows_at_least = 40", "")
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        write(tmp_path, text)
        opened.append(Asked(loaded(tmp_path, TOKEN="a-token")))
        return opened[-1]

    return make


def test_it_says_what_is_on_record_and_asks_for_many_at_once(source: Any, province: Province) -> None:
    assert source().outcomes(*MANY) == TOLD
    assert [len(numbers) for numbers in province.asked] == [2, 14, 4, 2], (
        "the canary, all in both forms and an X in both letters, who did not come back once more, the canary again behind a none"
    )
    assert set(province.headers) == {"Bearer a-token"}


@pytest.mark.parametrize("way", ["GET", "form", "alone"])
def test_it_may_be_asked_for_one_at_a_time_in_other_ways(source: Any, province: Province, way: str) -> None:
    change = {"GET": 'method = "GET"\nrows', "form": 'send = "form"\nrows', "alone": "rows"}[way]
    changes = [("\nrows", f"\n{change}"), ('numbers = "{numbers}"', 'number = "{number}", name = "{name}"')]
    if way == "alone":
        province.change = lambda reply: json.dumps(_without_number(reply)).encode()
        changes.append(('number = "SFZHM"\n', ""))
    told = ["not_digitised" if one == "no_record" else one for one in TOLD]
    assert source(*changes).outcomes(*MANY) == told, "a none may be one of the name that went with the number"


def _without_number(reply: dict[str, Any]) -> dict[str, Any]:
    return {**reply, "data": {"list": [{k: v for k, v in row.items() if k != "SFZHM"} for row in reply["data"]["list"]]}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda reply: b"", "replies with nothing"),
        (lambda reply: json.dumps(reply).encode()[:-3], "no whole JSON"),
        (lambda reply: "<html>登录</html>".encode("gb18030"), "no whole JSON"),
        (lambda reply: json.dumps({"code": 500, "data": {"list": []}}).encode(), "does not say that it went well"),
        (lambda reply: json.dumps({"code": 0, "ok": True, "data": None}).encode(), "has no entries at data.list"),
        (lambda reply: b'{"code": 0, "ok": true, "data": {"list": []}}', "may be cut"),
        (lambda reply: json.dumps(reply).replace("XM", "xingming").encode(), "there is no column XM"),
        (lambda reply: json.dumps(reply).replace(SON, "3307**********0211").encode(), "holds no ID numbers"),
        (lambda reply: json.dumps(reply).replace(SON, YOUTH).encode(), "entries of somebody else"),
        (lambda reply: json.dumps(reply).replace("2010/1/1", "2035/1/1").encode(), "canary 1 must be confirmed"),
    ],
)  # fmt: skip
def test_a_reply_that_is_wrong_is_named_and_says_no_to_nobody(source: Any, province: Province, change: Any, told: str) -> None:
    province.change = change
    with pytest.raises(RecordsAway, match=told):
        source().ask(NONE)


def test_it_is_away_when_it_is_down_slow_or_refuses(source: Any, province: Province) -> None:
    asked = source(("seconds = 2", "seconds = 0.3"))
    assert asked.outcomes(YES, NONE) == ["confirmed", "no_record"]
    province.status = 404
    with pytest.raises(RecordsAway, match="status 404"):
        asked.ask(NONE)
    province.status, province.wait = 200, 1.0
    with pytest.raises(RecordsAway, match="cannot be reached"):
        asked.ask(NONE)
    province.wait = 0.0
    assert asked.outcomes(YES, NONE) == ["confirmed", "no_record"]
    province.server.shutdown()
    province.server.server_close()
    with pytest.raises(RecordsAway, match="cannot be reached"):
        source().ask(NONE)


def test_one_that_goes_blind_between_two_looks_says_no_to_nobody(source: Any, province: Province) -> None:
    """A canary goes with each request about many, and is asked again behind every "none", before that leaves."""
    asked = source()
    asked.handler.look(asked.records, NOW)
    province.rows = []
    with pytest.raises(RecordsAway, match="may be cut"):
        asked.handler.find(asked.records, [NONE])
    alone = source(('numbers = "{numbers}"', 'number = "{number}"'))
    with pytest.raises(RecordsAway, match="canary 1"):
        alone.ask(NONE)


@pytest.mark.parametrize("most", [2, 3, 4])
def test_a_reply_that_holds_only_so_many_entries_says_no_to_nobody(source: Any, province: Province, most: int) -> None:
    """The rows stand in the table's own order: the canary is among the first, and others are left out."""
    province.change = lambda reply: json.dumps({**reply, "data": {"list": reply["data"]["list"][:most]}}).encode()
    with pytest.raises(RecordsAway, match="may be cut"):
        source().ask(*MANY)


def test_whom_it_was_not_asked_about_for_certain_is_not_told_none(source: Any, province: Province) -> None:
    alone = ('numbers = "{numbers}"', 'number = "{number}", name = "{name}"')
    other = about("vehicle", SON, "王大国")
    assert source(alone).outcomes(NONE, YES, other) == ["not_digitised", "confirmed", "identity_mismatch"], (
        "none by name is not sure"
    )
    assert source(("seconds = 2", "digits = [18]\nat_once = 1")).outcomes(NONE) == ["no_record"]
    province.rows.append(dict(zip(HEADINGS, (old(SON), "王建国", "", "2010-01-01", None), strict=True)))
    young = about("vehicle", number("20030101", 101), "新人")
    assert source(("seconds = 2", "digits = [15]")).outcomes(young) == ["not_digitised"], "it has no 15 digits"
    province.change = lambda reply: json.dumps(reply).replace('"XM"', '"XM": 1, "XM"').encode()
    with pytest.raises(RecordsAway, match="no whole JSON"):
        source().ask(NONE)


@pytest.mark.parametrize("token", ["SECRET\nx", "SECRET”"])
def test_a_header_that_cannot_be_sent_is_named_without_what_it_holds(source: Any, token: str) -> None:
    with pytest.raises(RecordsAway, match="cannot be reached") as told:
        source(("Bearer ${TOKEN}", token.replace("\n", "\\n"))).ask(NONE)
    assert "SECRET" not in str(told.value)
    assert told.value.__cause__ is None


def test_its_day_and_its_way_to_say_none(source: Any, province: Province) -> None:
    fresh = 'as_of = "reply"\nplace = "data.day"\nat_most_days = 3'
    asked = source(('as_of = "live"', fresh), ("seconds = 2", 'nothing = { code = "404" }'))
    assert asked.ask(NONE)[0].evidence["as_of"] == "2026-08-30"
    province.change = lambda reply: json.dumps(
        reply if reply["data"]["list"] else {"code": 404, "data": {"day": "2026-08-30"}}
    ).encode()
    assert asked.outcomes(YES, NONE) == ["confirmed", "no_record"]
    province.change = lambda reply: (
        json.dumps(reply).replace("2026-08-30", "2026-08-01" if len(province.asked[-1]) > 9 else "2026-08-30").encode()
    )
    with pytest.raises(RecordsAway, match="more than 3 days ago"):
        asked.handler.find(asked.records, MANY)
    province.change = lambda reply: json.dumps(reply).encode()
    with pytest.raises(RecordsAway, match="more than 1 days ago"):
        source(('as_of = "live"', fresh.replace("3", "1"))).ask(NONE)


def test_it_needs_a_canary_that_is_found(source: Any) -> None:
    with pytest.raises(SourceProblem, match=r"needs one of \[\[canaries\]\] that is found"):
        source(('outcome = "confirmed"', 'outcome = "no_record"'))
    with pytest.raises(SourceProblem, match=r"canaries\.0: 号码或要素不对"):
        source((f'number = "{SON}"', 'number = "330782197601100000"'))
