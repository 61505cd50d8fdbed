"""Every route, every role, one's own and another unit's things: nobody gets in, reads or changes what is not theirs."""

import io
import zipfile
from collections.abc import Iterator
from html import unescape

import pytest
from fastapi.routing import APIRoute

from tests.hostile.ground import MARKS, VISITORS, Ground, open_ground
from tests.hostile.lines import SAFE, Line, read_lines
from tests.hostile.traces import UNTRACED, empty, shown_of_people
from tests.hostile.wire import Reply
from tests.house.test_doors import flat

LINES = read_lines()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with open_ground(tmp_path_factory.mktemp("matrix")) as ground:
        yield ground


def served(reply: Reply) -> bool:
    """Whether this principal was served: neither told no nor sent to the sign-in."""
    return reply.status < 400 and not reply.header("location").startswith("/sign-in?next=")


def read_by(reply: Reply) -> str:
    """Everything that can be read in a reply: sheets are unpacked, and what was in the address before stands in no header."""
    told = reply.body
    if told.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(told)) as packed:
            told = b"".join(packed.read(name) for name in packed.namelist())
    return unescape(told.decode("utf-8", "replace")) + repr(reply.headers)


def leaked(who: str, reply: Reply) -> list[str]:
    """What this principal got to read and should not have."""
    text = read_by(reply)
    return [mark for mark, readers in MARKS.items() if mark in text and who not in readers]


def ask(ground: Ground, who: str, line: Line) -> Reply:
    """What the line's route says to this principal."""
    return ground.send(who, line.method, line.address(ground.things), line.body(ground.things))


def test_every_route_has_a_line_and_every_line_a_route(ground: Ground) -> None:
    """A new route fails here until somebody has said who gets in."""
    routes = {(m, r.path) for r in flat(ground.wire.app.routes) if isinstance(r, APIRoute) for m in r.methods or ()}
    lines = {line.route for line in LINES}

    assert routes - lines == set(), "routes without a line in tests/hostile/matrix.txt"
    assert lines - routes == set(), "lines without a route"


@pytest.mark.parametrize("line", LINES, ids=str)
def test_only_those_named_get_in_and_nobody_reads_what_is_not_theirs(ground: Ground, line: Line) -> None:
    refused = {who: ask(ground, who, line) for who in VISITORS if who not in line.who}
    if line.method not in SAFE and ground.changed():
        assert ground.rows() == ground.rows(kept=True), "somebody who was turned away has changed something"

    assert {who: reply.status for who, reply in refused.items() if served(reply)} == {}, "got in"
    assert {who: reply.status for who, reply in refused.items() if reply.status >= 500} == {}
    assert {who: found for who, reply in refused.items() if (found := leaked(who, reply))} == {}
    silent = set()
    for who in sorted(line.who):
        before = ground.traces(who)
        reply = ask(ground, who, line)
        if (found := shown_of_people(read_by(reply))) and ground.traces(who) == before:
            silent.add((who, *found))
        ground.restore()
        assert reply.status in line.wrong if line.wrong else served(reply), (who, reply.status, reply.text[-900:])
        assert leaked(who, reply) == []
    assert silent == set() or line.route in UNTRACED, "reads of people and leaves no line on the trail"


@pytest.mark.parametrize("line", [line for line in LINES if line.method not in SAFE and line.things], ids=str)
def test_a_form_that_comes_back_leaves_a_line_too(ground: Ground, line: Line) -> None:
    """Where something is missing a page shows again what it is about."""
    silent = set()
    for who in sorted(line.who - {"nobody"}):
        before = ground.traces(who)
        reply = ground.send(who, line.method, line.address(ground.things), empty(line))
        if (found := shown_of_people(read_by(reply))) and ground.traces(who) == before:
            silent.add((who, reply.status, *found))
        ground.restore()

    assert silent == set()


def test_the_list_of_what_leaves_no_line_is_short_and_needed(ground: Ground) -> None:
    silent = {line.route for line in LINES if line.route in UNTRACED and shown_of_people(read_by(ask(ground, min(line.who), line)))}

    assert UNTRACED.keys() - silent == set(), "these show nobody"


def test_each_mark_can_be_seen(ground: Ground) -> None:
    """A mark that stands on no page would prove nothing."""
    unseen = {mark: readers for mark, readers in MARKS.items() if readers}
    for line in (line for line in LINES if line.method == "GET"):
        for who in sorted(line.who):
            if any(who in readers for readers in unseen.values()):
                text = read_by(ask(ground, who, line))
                unseen = {mark: readers for mark, readers in unseen.items() if mark not in text}

    assert unseen == {}


def test_a_line_that_lets_too_many_or_too_few_in_would_be_noticed(ground: Ground) -> None:
    case = "GET /cases/{number} number=desk"
    for line in read_lines(f"{case} | asker |\n{case} | asker colleague other |"):
        with pytest.raises(AssertionError):
            test_only_those_named_get_in_and_nobody_reads_what_is_not_theirs(ground, line)
