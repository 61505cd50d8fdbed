"""Opening cases: rows, trail and letters of a whole batch, and when an answer is due."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.opening import open_cases
from tests.rooms.county import MONDAY, County, counted, never_remembered
from tests.routes import RULEBOOK


def test_a_case_opens_with_its_trail_its_letter_and_its_timer(county: County):
    county.hear("police")
    """Trap 1: the clock starts with the asking, not when somebody signs for it."""
    (number,) = county.ask()
    case, (line,), (letter,) = county.case(number), county.trail(number), county.letters("question")

    assert (case.state, case.version, case.unit, case.asked_by, case.holder) == ("asked", 1, "bank", "asker", "police")
    assert (case.asked_at, case.due_at) == (MONDAY, RULEBOOK.calendar.add_office_minutes(MONDAY, 420).at)
    assert (case.wake_for, case.wake_at) == ("machine", MONDAY + timedelta(minutes=5))
    assert (line.action, line.actor, line.who, line.unit, line.to) == ("ask", "asker", "asker", "bank", "asked")
    assert (letter.to_queue, letter.about) == ("questions.police", number)


def test_an_urgent_question_is_due_sooner(county: County):
    plain, urgent = county.ask() + county.ask(urgent=True, urgent_reason="surgery tomorrow")

    assert county.case(urgent).due_at == RULEBOOK.calendar.add_office_minutes(MONDAY, 120).at
    assert county.case(urgent).due_at < county.case(plain).due_at
    assert county.case(urgent).urgent


@pytest.mark.parametrize(("year", "state"), [(1984, "at_desk"), (1985, "asked"), (None, "asked")])
def test_what_lies_before_the_electronic_records_goes_to_a_person_at_once(county: County, year: int | None, state: str):
    """Trap 2: nobody must ask again by other means; the case goes on by itself and the machine is not asked in vain."""
    (number,) = county.ask(year=year)

    assert county.case(number).state == state
    assert len(county.letters("question")) == (state == "asked")
    assert county.actions(number) == (["ask", "hand_over"] if state == "at_desk" else ["ask"])


def test_what_is_due_in_a_year_without_a_holiday_notice_is_marked(county: County):
    """Trap 8: nobody knows next year's holidays before the notice; the deadline says that it may move."""
    county.now = datetime(2030, 12, 31, 6, 0, tzinfo=UTC)
    (number,) = county.ask()

    assert county.case(number).due_provisional
    assert not county.case(number).overdue_at
    county.now = MONDAY
    assert not county.case(county.ask()[0]).due_provisional


def test_trap_8_asked_on_a_holiday_the_time_runs_from_the_opening(county: County):
    """Trap 8: Saturday evening counts for nothing."""
    county.now = datetime(2026, 3, 7, 12, 0, tzinfo=UTC)
    (number,) = county.ask()

    assert county.case(number).due_at == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)


def test_a_batch_of_200_costs_as_many_statements_as_one(county: County):
    county.hear("police")
    county.ask()  # which machines were heard of is known from here on

    def cost(count: int) -> int:
        with counted(county.database) as statements:
            county.ask(count, year=1980)
        return len(statements)

    with never_remembered():
        assert cost(200) == cost(1) <= 8


def test_nothing_asked_costs_nothing(county: County):
    with county.database.write() as session, counted(county.database) as statements:
        open_cases(session, [], MONDAY, RULEBOOK)

    assert statements == []


def test_numbers_can_be_read_over_the_telephone_and_never_meet(county: County):
    county.now = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    numbers = county.ask(200)

    assert len(set(numbers)) == 200
    assert {number[:9] for number in numbers} == {"20260303-"}, "the office's day, not UTC's"
    assert not set("ILOU") & set("".join(numbers))
