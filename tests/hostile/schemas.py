"""Requests made from the description of our own API, by the thousand: `python -m tests.hostile.schemas --requests 20000`.

Each request is made by schemathesis from /openapi.json, half of them to fit it and half not to, with a key of anybody of the
marked house or without, about things that are there or not. It is put straight to the app. What comes back must be no error of
ours (5xx), have a status, type and form that the description names, and show nobody what is not theirs.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from access.api_keys import new_key
from access.scopes import SCOPES
from tests.hostile.ground import MARKS, PEOPLE, VISITORS, Ground, open_ground
from tests.hostile.lines import Line, read_lines
from tests.hostile.wire import JSON, Reply

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL = {
    "number": ("desk", "fresh", "asked", "answered", "returned", "split", "theirs"), "batch_id": ("batch", "waiting"),
    "contact_id": ("contact",), "code": ("kinship", "marriage"),
}  # fmt: skip
LINES: Mapping[tuple[str, str], list[Line]] = defaultdict(list)
for _line in read_lines():
    LINES[_line.route].append(_line)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Round:
    """What was sent and what came back."""

    ground: Ground
    keys: dict[str, str]
    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)  # by what failed where, one example each

    def send(self, case: Any, who: str) -> None:
        """Sends one request and looks at what comes back."""
        request = requests.Request(**_plain(case.as_transport_kwargs(base_url="http://house.example"))).prepare()
        request.headers["Authorization"] = f"Bearer {self.keys[who]}" if who in self.keys else "Bearer hk_no_key"
        request.headers.pop("Accept-Encoding", None)
        began, body = time.monotonic(), request.body or b""
        told = body.encode() if isinstance(body, str) else bytes(body)
        headers = {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in request.headers.items()}
        try:
            reply = self.ground.wire.send(str(request.method), request.path_url, headers, told)
        except Exception as error:  # noqa: BLE001  # whatever the app lets out is a finding
            self.fail(case, who, f"{type(error).__name__} came out of the app")
            return
        self.sent += 1
        self.statuses[reply.status] += 1
        self._check(case, who, reply, request, time.monotonic() - began)

    def _check(self, case: Any, who: str, reply: Reply, request: requests.PreparedRequest, seconds: float) -> None:
        told: dict[str, list[str]] = {}
        for name, value in reply.headers:
            told.setdefault(name, []).append(value)
        response = Response(reply.status, told, reply.body, request, seconds, verify=False)
        try:
            case.validate_response(response, checks=CHECKS)
        except BaseExceptionGroup as group:
            for error in group.exceptions:
                self.fail(case, who, f"{type(error).__name__} {reply.status}: {str(error)[:300]}")
        for mark in (mark for mark, readers in MARKS.items() if mark in reply.text and who not in readers):
            if mark not in str(case.body) + str(case.query) + str(case.path_parameters):
                self.fail(case, who, f"{mark} was shown to {who}")

    def fail(self, case: Any, who: str, why: str) -> None:
        """Keeps the first example of each kind."""
        kind = f"{case.operation.method.upper()} {case.operation.path}: {why.splitlines()[0]}"
        self.failures.setdefault(kind, f"as {who}: {case.path_parameters} {case.query} {str(case.body)[:500]} {why[:600]}")


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: given[name] for name in ("method", "url", "params", "data", "json", "files", "headers", "cookies") if name in given
    }


def run(ground: Ground, count: int, start: int = 1) -> Round:
    """So many requests, spread over all operations; the same `start` gives the same requests."""
    with ground.county.database.write() as session:
        until = ground.county.now.date().replace(year=2030)
        keys = {who: new_key(session, who, until, list(SCOPES)) for who in PEOPLE}
    ground.keep()
    made = Round(ground, keys)
    schema = schemathesis.openapi.from_asgi("/openapi.json", ground.wire.app)
    operations = [operation.ok() for operation in schema.get_all_operations()]
    each = -(-count // (len(operations) * len(MODES)))
    for operation in operations:
        for mode in MODES:
            _fuzz(made, operation, mode, each, start)
            ground.restore()
    return made


def _fuzz(made: Round, operation: Any, mode: GenerationMode, count: int, start: int) -> None:
    # Not drawn by Hypothesis: that prefers what stands in the modules loaded so far, and drew nobody's requests in some runs only.
    luck = random.Random(f"{start} {operation.method} {operation.path} {mode}")

    @seed(start)
    @settings(max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), _again=st.integers(0, 2**32))  # also where there is nothing to vary
    def fuzz(case: Any, _again: int) -> None:
        lines = LINES[case.operation.method.upper(), case.operation.path]
        invited = sorted(frozenset[str]().union(*(line.who for line in lines)))
        who = luck.choice(invited if invited and luck.random() < 0.7 else VISITORS)
        _mend(case, made.ground.things, lines, luck)
        made.send(case, who)

    try:
        fuzz()
    except Exception as error:  # an operation that nothing wrong can be made for has no negative cases
        if type(error).__name__ not in ("Unsatisfiable", "SkipTest", "InvalidArgument"):
            raise


def _mend(case: Any, things: Mapping[str, str], lines: Sequence[Line], luck: random.Random) -> None:
    """Often the request is about something that is there and says something sensible, but for a part: else little is reached."""
    for name in set(case.path_parameters or ()) & set(REAL):
        if luck.random() < 0.8:
            thing = luck.choice(REAL[name])
            case.path_parameters[name] = things.get(thing, thing)
    if isinstance((case.query or {}).get("wait"), int | float):
        case.query["wait"] = 0  # the house's clock stands still: nobody would wait to the end
    sensible = [body for line in lines for kind, body in [line.body(things)] if kind == JSON]
    if sensible and isinstance(case.body, dict) and luck.random() < 0.6:
        parts = {name: value for name, value in case.body.items() if luck.random() < 0.3}
        case.body = {**json.loads(luck.choice(sensible)), **parts}


def lines_of(made: Round) -> Iterator[str]:
    """What is printed at the end."""
    yield f"{made.sent} requests, " + ", ".join(f"{status}: {count}" for status, count in sorted(made.statuses.items()))
    for kind, example in made.failures.items():
        yield f"FAILED {kind}\n    {example}"
    yield f"{len(made.failures)} failures"


def main() -> int:
    """The command."""
    words = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    words.add_argument("--requests", type=int, default=2000)
    words.add_argument("--seed", type=int, default=1)
    given_words = words.parse_args()
    with tempfile.TemporaryDirectory() as home, open_ground(Path(home)) as ground:
        made = run(ground, given_words.requests, given_words.seed)
    print("\n".join(lines_of(made)))
    return 1 if made.failures else 0


if __name__ == "__main__":
    sys.exit(main())
