"""Events: each unit hears of its own cases, nothing is missed, and no listener holds a connection."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from sqlmodel import select

from access.principal import Principal
from cases.moves import CLOCK, Move, make_moves
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from requesters.own_cases import events, events_api
from requesters.own_cases.events import Follower
from storage.database import Database
from tests.broadcasters import hub_of
from tests.rooms.county import held
from tests.routes import RULEBOOK, Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def principal(unit: str, *roles: str) -> Principal:
    return Principal("x", "x", unit, frozenset(roles), "en")


@pytest.fixture
def doors(database: Database) -> Iterator[Doors]:
    broadcaster, stop = hub_of(database), threading.Event()
    thread = threading.Thread(target=broadcaster.run, args=(stop,))
    thread.start()
    yield open_doors(database, NOW, [events_api.router], broadcaster)
    stop.set()
    thread.join()


def hand_over(doors: Doors, *numbers: str) -> None:
    with doors.database.write() as session:
        make_moves(session, [Move(number, "hand_over", CLOCK) for number in numbers], doors.now, RULEBOOK)


def looked(doors: Doors, follower: Follower) -> list[tuple[str, str, int]]:
    with doors.database.read() as session:
        return [(changed.number, changed.state, changed.version) for changed in follower.look(session)]


def begun(doors: Doors, who: Principal, after: int | None = None) -> Follower:
    follower = Follower(who)
    with doors.database.read() as session:
        follower.begin(session, after)
    return follower


def test_nobody_reads_all_that_ever_happened(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever was away for longer than the house goes back is told so."""
    monkeypatch.setattr(events, "FURTHEST", 2)
    monkeypatch.setattr(events, "OVERLAP", 0)
    first, second = doors.ask("A", "B")
    hand_over(doors, first)
    hand_over(doors, second)
    whole, lately = begun(doors, principal("bank", "asker"), 0), begun(doors, principal("bank", "asker"), 3)

    assert (whole.gap, [number for number, *_ in looked(doors, whole)]) == (True, [first, second])
    assert lately.gap is False
    hand_over(doors, *doors.ask("C"))
    again = begun(doors, principal("bank", "asker"), 0)
    assert (again.gap, len(looked(doors, again))) == (True, 1), "of the first two nothing is told any more"


def test_each_side_hears_of_its_own_cases(doors: Doors) -> None:
    people = [
        principal("bank", "asker"),
        principal("court", "asker"),
        principal("police", "clerk"),
        principal("x", "supervisor"),
        principal("police", "asker"),
    ]
    followers = [begun(doors, who) for who in people]
    bank, court = doors.ask("A"), doors.ask("B", unit="court")

    assert [[number for number, _, _ in looked(doors, follower)] for follower in followers] == [
        bank,
        court,
        bank + court,
        bank + court,
        [],
    ]
    assert [looked(doors, follower) for follower in followers] == [[]] * 5


def test_a_case_that_changed_twice_is_told_once_as_it_stands(doors: Doors) -> None:
    follower = begun(doors, principal("bank", "asker"))
    numbers = doors.ask("A", "B")
    hand_over(doors, numbers[0])

    assert looked(doors, follower) == [(numbers[1], "asked", 1), (numbers[0], "at_desk", 2)]


def test_a_look_at_a_case_is_no_event(doors: Doors) -> None:
    number = doors.ask("A")[0]
    follower = begun(doors, principal("bank", "asker"))
    with doors.database.write() as session:
        trail.write(session, [TrailLine(NOW, "look", "person", "x", number=number)])

    assert looked(doors, follower) == []


def line(doors: Doors, id_: int, number: str, at: datetime) -> None:
    with doors.database.write() as session:
        session.add(Trail(id=id_, at=at, number=number, seq=id_, mac=b"mark", action="take", actor="clerk", who="x"))


def test_a_line_that_was_numbered_early_and_committed_late_is_not_missed(doors: Doors) -> None:
    """Two writers number their lines, and the first to get a number commits last."""
    number = doors.ask("A")[0]
    line(doors, 1001, number, NOW + timedelta(hours=1))
    live, back = begun(doors, principal("bank", "asker")), begun(doors, principal("bank", "asker"), 1001)
    line(doors, 1000, number, NOW + timedelta(hours=1))

    assert [one[0] for one in looked(doors, live)] == [number]
    assert [one[0] for one in looked(doors, back)] == [number]


def test_who_comes_back_hears_what_was_missed_and_nothing_old(doors: Doors) -> None:
    old = doors.ask("A")
    doors.now += timedelta(hours=1)
    known = doors.ask("B")
    with doors.database.read() as session:
        last = session.exec(select(Trail.id).where(Trail.number == known[0])).one()
    doors.now += timedelta(hours=1)
    missed = doors.ask("C", "D")
    heard = [number for number, _, _ in looked(doors, begun(doors, principal("bank", "asker"), last))]

    assert set(missed) <= set(heard)
    assert not set(old) & set(heard)


@contextmanager
def served(doors: Doors) -> Iterator[int]:
    server = uvicorn.Server(
        uvicorn.Config(doors.app, port=0, log_level="error", log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


class Stream:
    """One open stream."""

    def __init__(self, port: int, key: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {key}", **headers})
        self.answer = self.connection.getresponse()

    def next_event(self) -> dict[str, str]:
        event: dict[str, str] = {}
        while text := self.answer.readline().decode().strip():
            name, _, value = text.partition(":")
            event[name] = value.strip()
        return event


def test_a_stream_tells_at_once_and_resumes(doors: Doors) -> None:
    with served(doors) as port:
        stream = Stream(port, doors.keys["asker"])
        assert stream.answer.getheader("content-type", "").startswith("text/event-stream")
        assert "event" not in stream.next_event()
        first = doors.ask("A")[0]
        event = stream.next_event()
        stream.connection.close()
        second = doors.ask("B")[0]
        again = Stream(port, doors.keys["asker"], **{"Last-Event-ID": event["id"]})
        told = [again.next_event() for _ in range(3)]
        again.connection.close()

    assert (event["event"], json.loads(event["data"])) == ("case", {"number": first, "state": "asked", "version": 1})
    assert second in [json.loads(one["data"])["number"] for one in told if "data" in one]


def test_many_streams_hold_no_connection(doors: Doors) -> None:
    """A session that lives as long as a stream emptied the pool."""
    with served(doors) as port:
        streams = [Stream(port, doors.keys["supervisor"]) for _ in range(60)]
        for stream in streams:
            stream.next_event()
        number = doors.ask("A")[0]
        told = {json.loads(stream.next_event()["data"])["number"] for stream in streams}
        time.sleep(0.3)
        checked_out = held(doors.database)
        for stream in streams:
            stream.connection.close()

    assert (told, checked_out) == ({number}, 0)


def test_strangers_and_odd_places_are_refused(doors: Doors) -> None:
    assert doors.client().get("/api/v1/events").status_code == 401
    assert doors.client("keeper").get("/api/v1/events").status_code == 403
    assert doors.client("asker").get("/api/v1/events", headers={"Last-Event-ID": "x"}).status_code == 422
