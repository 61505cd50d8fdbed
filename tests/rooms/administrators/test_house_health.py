"""Each thing that is killed, stopped or broken is said within a minute: by doctor, metrics, board and the administrators' page."""

import io
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console
from starlette.testclient import TestClient

from administrators.running.house_health import PARTS
from administrators.running.process_heartbeats import HeartbeatWriter
from broker import outbox
from broker.letter import Letter
from cases.agents import take_heartbeats
from deploy.context import context_of
from deploy.operations.running_looks import NOT_STARTED, tell_health
from deploy.running import Running
from tests.phones import until
from tests.rooms.administrators.test_dead_letters import bury
from tests.rooms.office import Desk, Office

MINUTE = timedelta(minutes=1)
HIDDEN = "Nothing is known of it"


@dataclass
class Parts:
    """A house at work: each part in a process of its own has just said that it lives, and so has the machine of the police."""

    office: Office

    def beat(self, *silent: str, well: bool = True) -> None:
        """A round of beats of all processes but these."""
        for part in set(PARTS) - set(silent):
            command = part if part in ("clock", "relay") else "work"
            self.writer(part, command, {part: SimpleNamespace(last_beat=self.now, healthy=well)})

    def writer(self, process: str, command: str, parts: dict[str, object]) -> None:
        HeartbeatWriter(self.office.assembly, command, parts).write(f"here:{process}", self.now)

    @property
    def now(self):  # type: ignore[no-untyped-def]
        return self.office.county.now

    def speak(self, **said: object) -> None:
        body = {"unit": "police", "items": ["kinship"], **said}
        with self.office.county.database.write() as session:
            take_heartbeats(session, [Letter.post("alive", "findings", "", body, self.now)], self.now)

    def a_minute_later(self, *silent: str, well: bool = True) -> None:
        """All but these go on to beat, and the machine to speak."""
        self.office.county.later(seconds=55)
        self.beat(*silent, well=well)


@pytest.fixture
def house(office: Office) -> Parts:
    house = Parts(office)
    office.assembly.declare()
    house.beat()
    house.speak()
    return house


def killed(house: Parts) -> None:
    """`hecha work` of the findings is killed: its row stays as it was."""
    house.a_minute_later("findings")


def hung(house: Parts) -> None:
    """The process lives, and the thread of one part stands still."""
    stands_still = SimpleNamespace(last_beat=house.now, healthy=True)
    house.a_minute_later("relay")
    house.writer("relay", "relay", {"relay": stands_still})
    house.speak()


def cannot_work(house: Parts) -> None:
    """The relay says that it waits for the post office."""
    house.writer("relay", "relay", {"relay": SimpleNamespace(last_beat=house.now, healthy=False)})


def falls_over(house: Parts) -> None:
    """A part that raises at each start."""

    class Broken:
        last_beat = None

        def run(self, _stop: threading.Event) -> None:
            raise KeyError

    running = Running()
    running.start({"alerts": Broken()})
    until(lambda: running.is_failing("alerts"))
    running.end()
    HeartbeatWriter(house.office.assembly, "work", running.parts, running.is_failing).write("here:alerts", house.now)


def one_of_two(house: Parts) -> None:
    """A second relay is killed; the first goes on."""
    house.writer("second", "relay", {"relay": SimpleNamespace(last_beat=house.now, healthy=True)})
    house.a_minute_later()
    house.speak()


def silent_agent(house: Parts) -> None:
    house.a_minute_later()


def stopped_agent(house: Parts) -> None:
    house.speak(running=False)


def records_away(house: Parts) -> None:
    house.speak(records=False, ills={"kinship": "away"})


def slow_records(house: Parts) -> None:
    house.speak(records=False, ills={"kinship": "slow"})


def broken_post_office(house: Parts) -> None:
    Path(house.office.assembly.settings.broker.removeprefix("embedded://")).write_bytes(b"no database" * 1000)


def stuck_outbox(house: Parts) -> None:
    with house.office.county.database.write() as session:
        outbox.post(session, [Letter.post("question", "questions.police", "HC1", {}, house.now - 2 * MINUTE)])


def dead_letters(house: Parts) -> None:
    bury(house.office, 2)


def unread_queue(house: Parts) -> None:
    """Nobody reads what waits for a unit that never had a machine."""
    transport = house.office.assembly.transport()
    transport.publish_wire("questions.civil", [b"x", b"y"])
    transport.close()


TABLE: list[tuple[Callable[[Parts], None], str, str, int, str]] = [
    (killed, "part", "findings", 0, "Nobody takes in what the machines find"),
    (killed, "agent", "police", 1, HIDDEN),
    (hung, "part", "relay", 0, "No relay works"),
    (cannot_work, "part", "relay", 0, "No relay works"),
    (falls_over, "part", "alerts", 0, "Nobody sends texts"),
    (one_of_two, "part", "relay", 1, "1 of 2 that do this are silent"),
    (silent_agent, "agent", "police", 0, "Nothing was heard of it for a minute"),
    (stopped_agent, "agent", "police", 1, "It said that it stops"),
    (records_away, "source", "police kinship", 0, "These records cannot be opened"),
    (slow_records, "source", "police kinship", 1, "These records take too long"),
    (broken_post_office, "queue", "", 0, "The post office cannot be reached"),
    (stuck_outbox, "queue", "outbox", 0, "letters wait to leave the house"),
    (unread_queue, "queue", "questions.civil", 0, "2 letters wait, and nobody takes them"),
    (dead_letters, "dead", "", 0, "2 dead letters wait for a decision"),
]


def told_by_doctor(office: Office) -> tuple[bool, str]:
    paper = io.StringIO()
    lines = context_of(office.assembly).health()
    return tell_health(lines, Console(file=paper, width=400)), paper.getvalue()


@pytest.mark.parametrize(("trouble", "kind", "name", "colour", "words"), TABLE, ids=lambda one: getattr(one, "__name__", None))
def test_what_is_killed_stopped_or_broken_is_said_in_all_places(
    house: Parts, desk: Desk, trouble: Callable[[Parts], None], kind: str, name: str, colour: int, words: str
) -> None:
    trouble(house)
    well, doctor = told_by_doctor(house.office)
    figures = TestClient(desk.web.app, client=("127.0.0.1", 50000)).get("/metrics").text
    line = next(line for line in doctor.splitlines() if words in line)

    assert re.match(r"(mend|look) +" + kind, line)
    assert name in line
    assert well == ("mend " not in doctor)
    assert f'hecha_health{{kind="{kind}",name="{name}"}} {float(colour)}' in figures
    for page in ("/board", "/admin/health", "/admin"):
        assert words in desk.get(page), page


def test_a_house_at_work_is_well_everywhere(house: Parts, desk: Desk) -> None:
    well, doctor = told_by_doctor(house.office)

    assert (well, "every part, machine and queue is well" in doctor) == (True, True)
    assert 'id="ailing"' not in desk.get("/board")
    assert "are all well" in desk.get("/admin")


def test_while_nobody_takes_in_what_machines_say_none_of_them_is_blamed(house: Parts, desk: Desk) -> None:
    """`hecha work` stood for 130 seconds, and every page blamed the departments' machines."""
    killed(house)
    _, doctor = told_by_doctor(house.office)

    assert "ask the department" not in doctor
    for page in ("/board", "/admin/agents"):
        assert "Nothing heard" not in desk.get(page), page
        assert HIDDEN in desk.get(page), page


def test_a_house_that_was_not_started_is_told_what_to_start() -> None:
    paper = io.StringIO()

    assert tell_health([NOT_STARTED], Console(file=paper, width=200))
    assert "start hecha serve, relay, work and clock" in paper.getvalue()
