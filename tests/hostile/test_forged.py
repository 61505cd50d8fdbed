"""Forged requests: a page elsewhere lets somebody's browser send them; every route that changes something refuses them."""

from collections.abc import Iterator

import pytest

from access.authentication import Public
from tests.hostile.ground import Ground, open_ground
from tests.hostile.lines import SAFE, Line, read_lines
from tests.hostile.wire import Reply, form
from tests.house.test_doors import calls, flat

LINES = [line for line in read_lines() if line.method not in SAFE and line.who and "nobody" not in line.who]
ELSEWHERE = [
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("forged")) as ground:
        yield ground


def send(ground: Ground, who: str, line: Line, **more: str) -> Reply:
    """The line's request as a page elsewhere has it sent: the cookie goes along, the form's token does not."""
    kind, body = line.body(ground.things)
    headers = {**ground.headers(who, not line.path.startswith("/api/"), token=False), "content-type": kind, **more}
    return ground.wire.send(line.method, line.address(ground.things), headers, body)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_without_the_token_of_the_own_page_nothing_is_done(ground: Ground, line: Line) -> None:
    who = sorted(line.who)[0]
    strangers = next(csrf for name, (_, csrf) in ground.sessions.items() if name != who)
    tokens = ("", "guessed", strangers)
    replies = [send(ground, who, line), *(send(ground, who, line, **{"x-csrf-token": token}) for token in tokens)]

    assert [reply.status for reply in replies] == [403] * 4
    assert not ground.changed() or ground.rows() == ground.rows(kept=True)


def test_every_route_that_changes_something_is_tried_or_meant_for_strangers(ground: Ground) -> None:
    unsafe = {(m, r.path): r for r in flat(ground.wire.app.routes) for m in getattr(r, "methods", None) or () if m not in SAFE}
    public = {way for way, route in unsafe.items() if any(isinstance(call, Public) for call in calls(route.dependant))}

    assert set(unsafe) - public == {line.route for line in LINES}


@pytest.mark.parametrize("elsewhere", ELSEWHERE, ids=str)
@pytest.mark.parametrize("path", ["/sign-in", "/language"])
def test_a_form_of_another_site_opens_no_session_and_chooses_no_language(
    ground: Ground, path: str, elsewhere: tuple[str, str]
) -> None:
    """Signed in as somebody else, people would write into the wrong account. The sign-in has no token yet to tell by."""
    kind, body = form({"username": "asker", "password": "x", "lang": "zh", "next": "/"})
    reply = ground.wire.send("POST", path, {"accept": "text/html", "content-type": kind, elsewhere[0]: elsewhere[1]}, body)

    assert (reply.status, reply.header("set-cookie")) == (403, "")
