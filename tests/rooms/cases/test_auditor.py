"""The auditor: counts every open case that no clock will look at in time."""

from datetime import timedelta

import pytest

from cases.auditor import LATE, unwatched, unwatched_cases
from cases.case import Case
from cases.lifecycle import OPEN, State
from supervisors.decisions.overdue import mark_overdue
from tests.rooms.county import ASKER, MONDAY, County
from tests.routes import RULEBOOK


def count(county: County) -> int:
    with county.database.read() as session:
        return unwatched(session, county.now)


def change(county: County, number: str, **values: object) -> None:
    with county.database.write() as session:
        session.get_one(Case, number).sqlmodel_update(values)


def test_every_state_is_watched(county: County):
    for state in State:
        county.asked_into(state, 2)

    assert count(county) == 0


@pytest.mark.parametrize("state", State)
def test_an_open_case_without_a_timer_is_counted(county: County, state: State):
    (number,) = county.asked_into(state)
    change(county, number, wake_at=None)

    assert count(county) == (1 if state in OPEN or state == State.RETRACTED else 0)  # of an answer taken back the asker must know


def test_a_clock_has_five_minutes(county: County):
    (number,) = county.ask()
    change(county, number, wake_at=MONDAY - LATE)
    assert count(county) == 0
    change(county, number, wake_at=MONDAY - LATE - timedelta(seconds=1))
    assert count(county) == 1
    county.tick()
    assert count(county) == 0


def test_a_passed_deadline_that_nobody_marked_is_counted(county: County):
    (number,) = county.ask()
    county.now = county.case(number).due_at + LATE
    county.tick()
    assert count(county) == 0
    county.later(seconds=1)
    assert count(county) == 1
    with county.database.write() as session:
        mark_overdue(session, county.now, RULEBOOK.calendar)
    assert count(county) == 0


def test_a_case_that_comes_back_after_its_deadline_gives_the_clock_its_five_minutes(county: County):
    """Disputed, or corrected, long after the deadline: it is nobody's oversight until the clock has had its time."""
    (answered,), (returned,) = county.asked_into(State.ANSWERED), county.asked_into(State.RETURNED)
    county.now = county.case(answered).due_at + timedelta(days=3)
    county.tick()
    assert count(county) == 0
    for number, move in ((answered, "dispute"), (returned, "correct")):
        county.move(number, move, ASKER)
    assert count(county) == 0
    county.later(seconds=LATE.total_seconds())
    county.tick()
    assert count(county) == 0
    county.later(seconds=1)
    assert count(county) == 2, "nobody marked them"
    with county.database.write() as session:
        assert sorted(mark_overdue(session, county.now, RULEBOOK.calendar)) == sorted([answered, returned])
    assert count(county) == 0


def test_each_kind_is_named_once_the_longest_waiting_first(county: County):
    forgotten, late, unmarked, watched = (county.ask()[0] for _ in range(4))
    county.now = county.case(watched).due_at + 2 * LATE
    later, marked = county.now + LATE, {"overdue_at": county.now}
    change(county, forgotten, wake_at=None)
    change(county, late, wake_at=MONDAY)
    change(county, unmarked, wake_at=later)
    change(county, watched, wake_at=later, **marked)

    with county.database.read() as session:
        named = [row.number for row in unwatched_cases(session, county.now, 9)]
        assert (named, unwatched(session, county.now)) == ([forgotten, late, unmarked], 3)
        assert [row.number for row in unwatched_cases(session, county.now, 1)] == [forgotten]
