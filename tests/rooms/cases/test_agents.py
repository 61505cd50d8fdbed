"""The departments' machines: alive, away from their records, silent, stopped, or never seen."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.letter import Letter
from cases.agents import LATE_AFTER, AgentLife, AgentStatus, Notes, WrongHeartbeat, agent_statuses, take_heartbeats
from responders.intake import Intake
from tests.kinds import once
from tests.rooms.county import MONDAY, County, counted, found
from tests.routes import RULEBOOK

SECOND = timedelta(seconds=1)


def sign(unit: str = "police", at: datetime = MONDAY, **body: Any) -> Letter:
    return Letter.post("alive", "findings", "", {"unit": unit, "items": ["kinship"], "version": "1.0", **body}, at)


def hear(county: County, *letters: Letter) -> None:
    with county.database.write() as session:
        take_heartbeats(session, letters, county.now)


def seen(county: County, unit: str = "police", now: datetime | None = None) -> AgentStatus:
    with county.database.read() as session:
        return {one.unit.code: one for one in agent_statuses(session, now or county.now)}[unit]


def test_every_answering_unit_is_there_whether_its_machine_was_seen_or_not(county: County) -> None:
    hear(county, sign())
    with county.database.read() as session:
        lives = {one.unit.code: one.life for one in agent_statuses(session, MONDAY)}

    assert lives == {"civil": AgentLife.NEVER, "police": AgentLife.ALIVE}


def test_a_machine_that_says_nothing_for_two_minutes_is_late(county: County) -> None:
    hear(county, sign(answered=7, started_at=MONDAY.isoformat()))
    one = seen(county)

    assert one.machine
    assert (one.last, one.machine.answered, one.machine.items, one.machine.version) == (MONDAY, 7, ["kinship"], "1.0")
    assert one.machine.started_at == MONDAY
    assert seen(county, now=MONDAY + LATE_AFTER).life == AgentLife.ALIVE
    assert seen(county, now=MONDAY + LATE_AFTER + SECOND).life == AgentLife.LATE


def test_a_machine_without_its_records_is_away_and_one_that_said_goodbye_has_stopped(county: County) -> None:
    hear(county, sign(records=False), sign("civil", running=False))

    assert (seen(county).life, seen(county, "civil").life) == (AgentLife.AWAY, AgentLife.STOPPED)
    assert seen(county, "civil", MONDAY + timedelta(days=2)).life == AgentLife.STOPPED, "nobody expects to hear of it"


def test_the_newest_sign_counts_in_whatever_order_they_come(county: County) -> None:
    county.later(seconds=60)
    hear(county, sign(at=MONDAY + 30 * SECOND, running=False), sign(answered=3))
    assert seen(county).life == AgentLife.STOPPED
    hear(county, sign(at=MONDAY + 10 * SECOND))
    assert seen(county).life == AgentLife.STOPPED
    hear(county, sign(at=MONDAY + 40 * SECOND))
    assert seen(county).life == AgentLife.ALIVE


def test_a_letter_that_waited_long_does_not_make_a_machine_alive_nor_does_a_clock_that_runs_ahead(county: County) -> None:
    county.later(hours=1)
    hear(county, sign(), sign("civil", at=MONDAY + timedelta(days=1)))

    assert seen(county).life == AgentLife.LATE
    assert seen(county, "civil").last == county.now


def test_a_finding_is_a_sign_of_life_of_a_system_that_gives_none(county: County) -> None:
    (number,) = county.ask()
    with county.database.write() as session:
        Intake(RULEBOOK).take(session, county.named(found(number)), county.now)
    one = seen(county)

    assert (one.life, one.last) == (AgentLife.ALIVE, county.now)
    assert one.machine
    assert one.machine.seen_at is None
    assert county.case(number).state == "answered"


def test_findings_and_signs_come_in_one_batch(county: County) -> None:
    (number,) = county.ask()
    with county.database.write() as session:
        Intake(RULEBOOK).take(session, [sign("civil"), *county.named(found(number)), sign()], county.now)

    assert [seen(county, unit).life for unit in ("police", "civil")] == [AgentLife.ALIVE, AgentLife.ALIVE]
    assert county.case(number).state == "answered"


def test_a_finding_shortly_after_another_costs_no_statement_for_its_machine(county: County) -> None:
    notes, letters = Notes(), [found("1"), found("2")]
    with county.database.write() as session, counted(county.database) as statements:
        for seconds in (0, 20, 21):
            notes.take(session, letters, MONDAY + seconds * SECOND)

    assert len(statements) == 2
    assert seen(county).last == MONDAY + 21 * SECOND


def test_200_signs_of_many_units_are_one_statement(county: County) -> None:
    with county.database.write() as session, counted(county.database) as statements:
        take_heartbeats(session, [sign(f"unit-{n}", at=MONDAY - n * SECOND) for n in range(200)], MONDAY)

    assert len(statements) == 1


@once
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "u" * 33}, "unit"),
        ({"answered": -1, "running": "perhaps"}, "running, answered"),
        ({"items": ["", "x" * 65]}, "items.0, items.1"),
        ({"started_at": "2026-01-01T00:00:00"}, "started_at"),
    ],
)
def test_a_wrong_sign_names_its_fields(county: County, body: dict[str, Any], fields: str) -> None:
    with county.database.write() as session, pytest.raises(WrongHeartbeat) as caught:
        take_heartbeats(session, [sign(**body)], MONDAY)

    assert str(caught.value) == fields


def test_a_holder_whose_machine_was_never_heard_of_has_the_question_at_its_desk_at_once(county: County) -> None:
    (number,) = county.ask()
    county.tick()

    assert county.case(number).state == "at_desk"
    assert len(county.letters("question")) == 1, "a program of its own may speak for the first time by answering"
    with county.database.write() as session:
        Intake(RULEBOOK).take(session, county.named(found(number)), county.now)
    assert county.case(number).state == "answered"
    (later,) = county.ask()
    county.tick()
    assert county.case(later).state == "asked"


def test_whether_a_machine_was_heard_of_is_not_read_for_each_question(county: County) -> None:
    def reads() -> int:
        with counted(county.database) as statements:
            county.ask()
        return sum("FROM machine" in statement for statement in statements)

    assert [reads() for _ in range(3)] == [1, 0, 0]
    county.hear("police")
    assert [reads() for _ in range(3)] == [1, 0, 0]
