"""Overdue: marked once, on the trail and to the supervisor, and the case stays open."""

from datetime import datetime, timedelta

from sqlmodel import select

from access.accounts import Account
from cases.auditor import unwatched
from cases.case import Case
from cases.lifecycle import State
from cases.view import is_overdue
from contacts.alerts.alerts import Alert
from supervisors.board.board import Moment, read_board
from supervisors.board.case_lists import CaseListFilter, cases_behind
from supervisors.decisions.overdue import count_overdue, mark_overdue
from tests.rooms.county import ASKER, MACHINE, MONDAY, County, at_once, counted
from tests.routes import RULEBOOK


def mark(county: County) -> list[str]:
    with county.database.write() as session:
        return mark_overdue(session, county.now, RULEBOOK.calendar)


def past(county: County, count: int = 1) -> list[str]:
    """So many cases whose deadline passed two office hours ago: Tuesday, eleven o'clock."""
    county.now = MONDAY
    numbers = county.ask(count)
    county.now = county.case(numbers[0]).due_at + timedelta(hours=2)
    return numbers


def test_an_overdue_case_is_marked_once_and_the_supervisor_told(county: County):
    (number,) = past(county)
    assert mark(county) == [number]
    county.later(minutes=1)
    assert mark(county) == []

    line = county.trail(number)[-1]
    assert (line.action, line.who, county.actions(number).count("overdue")) == ("overdue", "clock", 1)
    assert county.texts() == [("supervisor", "supervisor_overdue")]


def test_trap_3_it_stays_open_and_a_late_answer_counts(county: County):
    """Trap 3: a deadline that has passed is no answer; the answer that comes afterwards is one."""
    (number,) = past(county)
    mark(county)
    case = county.case(number)
    assert (case.state, case.outcome, case.version, case.overdue_at is not None) == ("asked", "", 1, True)
    assert isinstance(county.move(number, "find", MACHINE), Case)
    assert county.case(number).outcome == "confirmed"


def test_at_the_moment_itself_it_is_in_time(county: County):
    (number,) = past(county)
    county.now = county.case(number).due_at
    assert mark(county) == []
    county.later(seconds=1)
    assert mark(county) == [number]


def test_what_is_settled_is_never_overdue(county: County):
    answered, withdrawn = past(county, 2)
    county.move(answered, "find", MACHINE)
    county.move(withdrawn, "withdraw", ASKER)

    assert mark(county) == []


def test_trap_28_what_waits_for_its_asker_is_not_overdue_until_it_is_back(county: County):
    """Trap 28: no mark, no figure and no text while the asker must correct it; sent again it is what its deadline says."""
    (number,) = county.asked_into(State.RETURNED)
    county.now = county.case(number).due_at + timedelta(hours=2)
    moment = Moment.of(county.now, RULEBOOK.calendar)
    assert mark(county) == []
    with county.database.read() as session:
        assert (count_overdue(session, county.now), read_board(session, moment).backlog.overdue) == (0, 0)
        assert cases_behind(session, CaseListFilter("overdue"), moment).cases == []
    assert not is_overdue(county.case(number), county.now)
    assert county.texts() == []

    due = county.case(number).due_at
    county.move(number, "correct", ASKER)
    assert is_overdue(county.case(number), county.now)
    assert (mark(county), county.case(number).due_at) == ([number], due)


def test_many_at_once_are_one_text(county: County):
    numbers = past(county, 5)

    assert sorted(mark(county)) == sorted(numbers)
    assert county.texts() == [("supervisor", "supervisor_overdue_many")]


def test_trap_8_at_night_it_is_marked_at_once_and_told_in_the_morning(county: County):
    """Trap 8: no reminder at midnight; the mark does not wait, the telephone does."""
    (number,) = past(county)
    county.now = datetime(2026, 3, 3, 23, 0, tzinfo=RULEBOOK.calendar.zone)
    opening = RULEBOOK.calendar.next_opening(county.now)
    assert mark(county) == [number]
    with county.database.read() as session:
        alert = session.exec(select(Alert)).one()
        assert unwatched(session, county.now) in (0, 1)

    assert (alert.state, alert.next_try_at) == ("queued", opening)
    assert county.letters("alert") == []


def test_a_supervisor_without_a_mobile_is_not_ordered_for(county: County):
    with county.database.write() as session:
        session.get_one(Account, "supervisor").phone = "+8657985230011"
    past(county)

    assert len(mark(county)) == 1
    assert county.texts() == []


def test_two_clocks_mark_each_case_once(county: County):
    numbers = past(county, 20)
    results = at_once(*[lambda: mark(county)] * 3)

    assert sorted(number for result in results for number in result) == sorted(numbers), results
    assert all(county.actions(number).count("overdue") == 1 for number in numbers[:3])


def test_200_cost_as_many_statements_as_one(county: County):
    def cost(count: int) -> int:
        past(county, count)
        with county.database.write() as session, counted(county.database) as statements:
            assert len(mark_overdue(session, county.now, RULEBOOK.calendar)) == count
        return len(statements)

    assert cost(200) <= cost(1) <= 9  # a text about one case looks for the one before


def test_there_is_nothing_to_mark_until_there_is(county: County):
    (number,) = county.ask()
    with county.database.read() as session:
        assert count_overdue(session, county.case(number).due_at) == 0
        assert count_overdue(session, county.case(number).due_at + timedelta(seconds=1)) == 1
