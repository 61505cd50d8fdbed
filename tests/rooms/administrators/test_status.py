"""What runs: signs of life, timers, queues and settings; and the overview that says what to look at."""

import os
import re
import threading
from datetime import timedelta
from types import SimpleNamespace

from sqlmodel import select

from access.accounts import Account
from administrators.running.house_health import PARTS
from administrators.running.process_heartbeats import HeartbeatWriter, ProcessHeartbeat, is_late
from broker.letter import Letter
from cases.agents import take_heartbeats
from cases.case import Case
from cases.grants.grants import Grant
from tests.rooms.administrators.test_dead_letters import bury
from tests.rooms.county import MONDAY
from tests.rooms.office import Desk, Office, on_both


class Part:
    last_beat = MONDAY
    healthy = False


def beat(office: Office, part: str, seconds_ago: float = 0, healthy: bool = True) -> None:
    at = office.county.now - timedelta(seconds=seconds_ago)
    with office.county.database.write() as session:
        session.add(
            ProcessHeartbeat(process="h:1", part=part, command="up", started_at=at, seen_at=at, beat_at=at, healthy=healthy)
        )


def beats(office: Office) -> dict[str, ProcessHeartbeat]:
    with office.county.database.read() as session:
        return {one.part: one for one in session.exec(select(ProcessHeartbeat))}


def signals(page: str) -> dict[str, int]:
    """What the overview counts, by the address it leads to."""
    return {address: int(count) for count, address in re.findall(r'<li><span class="tag \w+">(\d+)</span><a href="([^"]+)">', page)}


@on_both
def test_a_process_writes_down_its_parts_and_takes_itself_off_when_it_ends(office: Office) -> None:
    parts: dict[str, object] = {"relay": Part(), "webhooks": object()}
    writer, stop = HeartbeatWriter(office.assembly, "work", parts), threading.Event()
    writer.write("h:1", MONDAY)
    writer.write("h:1", MONDAY)
    found = beats(office)

    assert set(found) == {"work", "relay", "webhooks"}
    assert (found["relay"].healthy, found["relay"].beat_at, found["work"].command) == (False, MONDAY, "work")
    assert (found["webhooks"].healthy, found["webhooks"].beat_at) == (True, None)
    writer.end("h:1")
    assert beats(office) == {}
    stop.set()
    writer.run(stop)
    assert beats(office) == {}


def test_a_part_that_stands_still_in_a_living_process_is_late(office: Office) -> None:
    one = ProcessHeartbeat(
        process="h:1", part="clock", command="up", started_at=MONDAY, seen_at=MONDAY + timedelta(minutes=5), beat_at=MONDAY
    )

    assert is_late(one, MONDAY + timedelta(minutes=5))
    assert not is_late(one, MONDAY + timedelta(seconds=45))


@on_both
def test_processes_that_vanished_are_forgotten_after_a_day(office: Office) -> None:
    beat(office, "clock")
    office.county.later(hours=25)
    HeartbeatWriter(office.assembly, "serve", {}).write("h:2", office.county.now)

    assert set(beats(office)) == {"serve"}


@on_both
def test_a_process_that_was_killed_is_forgotten_when_another_starts_on_its_machine(office: Office) -> None:
    writer = HeartbeatWriter(office.assembly, "clock", {})
    for process in (f"here:{os.getpid()}", "here:999999999", "there:999999999"):
        writer.write(process, MONDAY)
    writer.forget_gone("here")

    with office.county.database.read() as session:
        assert sorted(one.process for one in session.exec(select(ProcessHeartbeat))) == [f"here:{os.getpid()}", "there:999999999"]


def test_health_shows_the_silent_parts_first_and_no_secret(office: Office, desk: Desk) -> None:
    beat(office, "aaa")
    beat(office, "zzz", 300)
    page = desk.get("/admin/health")

    assert page.index(">zzz<") < page.index(">aaa<")
    assert page.count("Nothing heard") == 1
    assert office.assembly.settings.sms_token not in page
    assert office.assembly.settings.database not in page


def test_agents_show_who_lives_and_what_each_answers(office: Office, desk: Desk) -> None:
    body = {
        "unit": "police",
        "items": ["kinship", "unknown_item"],
        "version": "9.9",
        "answered": 12,
        "started_at": MONDAY.isoformat(),
    }
    with office.county.database.write() as session:
        take_heartbeats(session, [Letter.post("alive", "findings", "", body, MONDAY)], MONDAY)
    page = desk.get("/admin/agents")

    assert page.count('class="tag good">Alive') == 1
    assert "No machine seen yet" in page
    assert "/admin/catalogue/items/kinship" in page
    assert "unknown_item" not in page
    office.county.later(minutes=3)
    beat(office, "findings")
    assert "Nothing heard" in desk.get("/admin/agents")


@on_both
def test_timers_show_what_the_clock_should_have_looked_at_without_what_the_case_says(office: Office, desk: Desk) -> None:
    number, other = office.county.ask(2)
    assert "Whether the machine has answered" in desk.get("/admin/timers")
    with office.county.database.write() as session:
        session.get_one(Case, number).wake_at = office.county.now - timedelta(minutes=9)
    page = desk.get("/admin/timers")

    assert number in page
    assert other not in page
    assert "吴一" not in page
    assert "close a card" not in page
    assert signals(desk.get("/admin"))["/admin/timers"] == 1


@on_both
def test_the_overview_counts_what_somebody_should_look_at(office: Office, desk: Desk) -> None:
    assert "No clock runs" in desk.get("/admin")
    for part in PARTS:
        beat(office, part)
    with office.county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=MONDAY.date()))
        for account in session.exec(select(Account)):
            account.password_hash = "x"
        session.get_one(Account, "second").password_hash = ""
    bury(office, 2)
    page = desk.get("/admin")

    assert "No clock runs" not in page
    assert signals(page) == {
        "/admin/dead": 2, "/admin/grants?state=ending": 1, "/admin/accounts?state=waiting": 1, "/admin/keys": 0,
        "/admin/timers": 0, "/admin/health#texts": 0, "/notices": 0, "/admin/health#holders": 0,
    }  # fmt: skip


def test_the_catalogue_says_where_each_entry_comes_from(office: Office, desk: Desk) -> None:
    assert "cases/catalogue/items/kinship.toml" in desk.get("/admin/catalogue/items/kinship")
    assert "cases/catalogue/matters/mortgage.toml" in desk.get("/admin/catalogue/matters/mortgage")
    assert "cases/catalogue/ladders/window.toml" in desk.get("/admin/catalogue/ladders/window")
    assert desk.get("/admin/catalogue").count("/admin/catalogue/items/") == len(office.assembly.rulebook.catalogue.items)
    for kind in ("items", "matters", "ladders"):
        desk.get(f"/admin/catalogue/{kind}/nothing", 404)


@on_both
def test_changes_are_listed_by_kind_and_person(office: Office, desk: Desk) -> None:
    desk.post("/admin/units/court", name_zh="法院", name_en="Court", asks="yes")
    desk.post("/admin/accounts/clerk/off")

    assert desk.get("/admin/changes").index("Account switched off") < desk.get("/admin/changes").index("Unit changed")
    assert "Unit changed" not in desk.get("/admin/changes?kind=account")
    assert "Nothing was changed like this" in desk.get("/admin/changes?who=nobody")


@on_both
def test_a_process_that_is_called_as_its_only_part_writes_its_beats_too(office: Office) -> None:
    """`hecha relay` and `hecha clock` are; PostgreSQL refused their two rows of one name, and they were never heard of."""
    part = SimpleNamespace(last_beat=MONDAY, healthy=False)

    HeartbeatWriter(office.assembly, "relay", {"relay": part}).write("h:7", office.county.now)

    with office.county.database.read() as session:
        (beat,) = session.exec(select(ProcessHeartbeat)).all()
    assert (beat.command, beat.part, beat.beat_at, beat.healthy) == ("relay", "relay", MONDAY, False)
