"""The board: how many cases stand where and how each unit does, in as many queries for a thousand cases as for none."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, func, select

from cases.agents import AgentLife, AgentRow
from cases.case import Case
from cases.lifecycle import State
from cases.statistics.hourly import fold
from contacts.alerts.alerts import Alert
from supervisors.board.board import Board, Moment, read_board
from supervisors.board.lights import Colour
from supervisors.board.texts import has_fate
from tests.rooms.county import ASKER, CLERK, CLOCK, MACHINE, MONDAY, County, counted
from tests.routes import RULEBOOK

MOMENT = Moment.of(MONDAY, RULEBOOK.calendar)


def read(county: County, moment: Moment | None = None) -> Board:
    with county.database.read() as session:
        return read_board(session, moment or Moment.of(county.now, RULEBOOK.calendar))


def test_an_empty_county_has_an_empty_board(county: County):
    board = read(county)

    assert (board.backlog.open, board.backlog.overdue, board.today.answered, board.by_source) == (0, 0, 0, {})
    assert (list(board.units), list(board.items)) == ([], [])
    assert (board.today.median, board.today.on_time_rate) == (None, None)


def test_the_moment_knows_midnight_the_hour_to_come_and_the_week():
    assert MOMENT.midnight == MONDAY - timedelta(hours=9)
    assert MOMENT.soon == MONDAY + timedelta(hours=1)
    assert MOMENT.week == MOMENT.midnight - timedelta(days=6)


def test_the_figures_count_what_they_say(county: County):
    for state, count in [(State.ASKED, 2), (State.AT_DESK, 3), (State.WITH_CONTACT, 1), (State.RETURNED, 1), (State.ANSWERED, 4)]:
        county.asked_into(state, count)
    (twice,) = county.asked_into(State.AT_DESK)
    county.move(twice, "forward", CLERK)
    (silent,) = county.asked_into(State.WITH_CONTACT)
    county.move(silent, "hand_over", CLOCK)
    county.later(seconds=1)
    board = read(county)

    standing = board.backlog
    assert (standing.open, standing.asked, standing.at_desk, standing.with_contact, standing.returned) == (9, 3, 4, 1, 1)
    assert (standing.nobody_reached, standing.overdue, standing.arbitration, standing.oldest) == (1, 0, 0, MONDAY)
    assert (board.today.answered, board.by_source) == (4, {"record": 4})
    assert {row.code: (row.backlog.open, row.today.answered) for row in board.units} == {"police": (8, 4), "civil": (1, 0)}
    assert {row.code: row.backlog.open for row in board.items} == {"kinship": 9}


def test_sent_back_twice_stands_among_the_decisions(county: County):
    (number,) = county.asked_into(State.RETURNED)
    county.move(number, "correct", ASKER)
    county.move(number, "hand_over", MACHINE)
    county.move(number, "return", CLERK)

    assert read(county).backlog.arbitration == 1
    county.move(number, "withdraw", ASKER)
    assert read(county).backlog.arbitration == 0


def test_overdue_begins_after_the_moment_and_soon_ends_there(county: County):
    first, _ = county.ask(2)
    county.now = county.case(first).due_at
    assert (read(county).backlog.overdue, read(county).backlog.soon) == (0, 2)
    county.later(seconds=1)
    assert (read(county).backlog.overdue, read(county).backlog.soon) == (2, 0)
    county.move(first, "find", MACHINE)
    assert (read(county).backlog.overdue, read(county).by_source) == (1, {})
    county.later(seconds=1)
    assert (read(county).by_source, read(county).today.on_time_rate) == ({"record": 1}, 0.0)


def test_today_begins_at_the_offices_midnight(county: County):
    county.asked_into(State.ANSWERED)
    county.later(hours=2)
    moment = Moment.of(county.now, RULEBOOK.calendar)

    assert read(county, replace(moment, midnight=MONDAY)).today.answered == 1
    assert read(county, replace(moment, midnight=MONDAY + timedelta(seconds=1))).today.answered == 0


def test_rolled_up_hours_count_like_fresh_ones(county: County):
    county.asked_into(State.ANSWERED, 3)
    county.later(hours=3)
    county.asked_into(State.ANSWERED, 2)
    county.later(seconds=1)
    before = read(county)
    with county.database.write() as session:
        while fold(session, county.now):
            pass
    after = read(county)

    assert before.today == after.today
    assert (before.by_source, before.today.answered) == (after.by_source, 5)


def test_the_worst_stands_first_and_its_light_says_why(county: County):
    (late,) = county.ask()
    county.now = county.case(late).due_at + timedelta(minutes=1)
    (fine,) = county.asked_into(State.AT_DESK)
    county.move(fine, "forward", CLERK)
    rows = read(county).units

    assert [(row.code, row.light.colour) for row in rows] == [("police", Colour.RED), ("civil", Colour.GREEN)]
    assert [number for _, number in rows[0].light.why] == [1]


def test_a_silent_machine_is_watched(county: County):
    with county.database.write() as session:
        session.add(AgentRow(unit="police", seen_at=MONDAY - timedelta(hours=1)))
    (row,) = read(county).units

    assert row.machine is not None
    assert (row.code, row.machine.life, row.light.colour) == ("police", AgentLife.LATE, Colour.AMBER)


def _texted(session: Session, state: str, template: str, about: str, error: str = "") -> None:
    known = {"id": uuid4(), "purpose": "desk", "recipient_kind": "clerk", "recipient": "clerk", "to_number": "+8613900020001"}
    alert = Alert.model_validate({**known, "about": about, "template": template, "created_at": MONDAY, "changed_at": MONDAY})
    alert.state, alert.error = state, error
    alert.next_try_at = MONDAY if state == "queued" else None
    session.add(alert)


def test_texts_count_by_their_fate_and_steps_by_their_cases(county: County):
    rows = [("delivered", "desk_new", "A"), ("failed", "desk_new", "A"), ("undelivered", "leader_alert", "A"),
            ("unknown", "desk_next", "B"), ("sent", "desk_new", "B"), ("dropped", "desk_new", "C"), ("queued", "desk_new", "D"),
            ("queued", "supervisor_alert", "D", "20500"), ("sending", "leader_alert", "D")]  # fmt: skip
    with county.database.write() as session:
        for state, template, about, *error in rows:
            _texted(session, state, template, about, *error)
    texts = read(county).texts

    assert texts.fates == {"delivered": 1, "failed": 2, "waiting": 1, "unknown": 1, "under_way": 3}
    assert {step: n for step, n in texts.steps.items() if n} == {"desk_new": 2}, "whose text never went was not told"
    for fate, cases in texts.cases.items():
        with county.database.read() as session:
            behind = session.exec(select(func.count(func.distinct(Alert.about))).where(has_fate(fate))).one()
        assert behind == cases, f"the list behind {fate} has the cases that it counts"
    county.later(days=1)
    assert set(read(county).texts.fates.values()) == {0}


@pytest.mark.parametrize("count", [0, 1, 200])
def test_the_board_costs_as_many_queries_for_any_number_of_cases(county: County, count: int):
    county.ask(count)
    county.asked_into(State.ANSWERED, count)
    county.later(minutes=1)
    with county.database.read() as session, counted(county.database) as statements:
        read_board(session, Moment.of(county.now, RULEBOOK.calendar))

    assert len(statements) == 15


def test_cases_of_other_items_are_told_apart(county: County):
    county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        other = Case(**{**county.case(county.ask()[0]).model_dump(), "number": "X-1", "item": "marriage", "holder": "civil"})
        session.add(other)

    assert {row.code: row.backlog.open for row in read(county).items} == {"kinship": 2, "marriage": 1}
