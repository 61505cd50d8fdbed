"""The board: how many cases stand where, in as many queries for a thousand cases as for none."""

from datetime import timedelta

import pytest

from cases.lifecycle import State
from supervisors.board import cases_for_decision, overdue_cases, read_board
from tests.rooms.county import ASKER, CLERK, CLOCK, MACHINE, MONDAY, County, counted

MIDNIGHT = MONDAY - timedelta(hours=9)


def test_an_empty_county_has_an_empty_board(county: County):
    with county.database.read() as session:
        board = read_board(session, MONDAY, MIDNIGHT)

    assert (board.open, board.overdue, board.answered_today, board.by_source, list(board.units)) == (0, 0, 0, {}, [])


def test_the_figures_count_what_they_say(county: County):
    for state, count in [(State.ASKED, 2), (State.AT_DESK, 3), (State.WITH_CONTACT, 1), (State.RETURNED, 1), (State.ANSWERED, 4)]:
        county.asked_into(state, count)
    (twice,) = county.asked_into(State.AT_DESK)
    county.move(twice, "forward", CLERK)
    (silent,) = county.asked_into(State.WITH_CONTACT)
    county.move(silent, "hand_over", CLOCK)
    with county.database.read() as session:
        board = read_board(session, MONDAY, MIDNIGHT)

    assert (board.open, board.at_desk, board.with_contact, board.returned) == (9, 4, 1, 1)
    assert (board.nobody_reached, board.overdue, board.arbitration) == (1, 0, 0)
    assert (board.answered_today, board.by_source) == (4, {"record": 4})
    assert {unit["unit"]: (unit["open"], unit["oldest"]) for unit in board.units} == {"police": (8, MONDAY), "civil": (1, MONDAY)}


def test_sent_back_twice_stands_among_the_decisions(county: County):
    (number,) = county.asked_into(State.RETURNED)
    county.move(number, "correct", ASKER)
    county.move(number, "hand_over", MACHINE)
    county.move(number, "return", CLERK)
    (silent,) = county.asked_into(State.WITH_CONTACT)
    county.move(silent, "hand_over", CLOCK)
    with county.database.read() as session:
        assert {case.number for case in cases_for_decision(session)} == {number, silent}
        assert read_board(session, MONDAY, MIDNIGHT).arbitration == 1
    county.move(number, "withdraw", ASKER)
    county.move(silent, "answer", CLERK)
    with county.database.read() as session:
        assert cases_for_decision(session) == []


def test_overdue_begins_after_the_moment_and_ends_with_the_answer(county: County):
    first, second = county.ask(2)
    due = county.case(first).due_at
    with county.database.read() as session:
        assert overdue_cases(session, due) == []
        assert {case.number for case in overdue_cases(session, due + timedelta(seconds=1))} == {first, second}
        assert read_board(session, due + timedelta(seconds=1), MIDNIGHT).overdue == 2
    county.move(first, "find", MACHINE)
    with county.database.read() as session:
        assert [case.number for case in overdue_cases(session, due + timedelta(days=1))] == [second]


def test_today_begins_at_the_offices_midnight(county: County):
    county.asked_into(State.ANSWERED)
    with county.database.read() as session:
        assert read_board(session, MONDAY, MONDAY).answered_today == 1
        assert read_board(session, MONDAY, MONDAY + timedelta(seconds=1)).answered_today == 0


@pytest.mark.parametrize("count", [0, 1, 200])
def test_the_board_costs_two_queries(county: County, count: int):
    county.ask(count)
    with county.database.read() as session, counted(county.database) as statements:
        read_board(session, MONDAY, MIDNIGHT)

    assert len(statements) == 2
