"""The month: its figures, the month before, what supervisors did, ratings; told from the roll-up."""

from datetime import date, timedelta

import pytest

from access.principal import Principal
from cases.lifecycle import State
from cases.statistics.ratings import keep_rating
from supervisors.board.backlog import read_backlogs, together
from supervisors.charts.month import first_of, month_after, month_before, read_month
from supervisors.charts.month_end import OpenCount
from tests.rooms.county import ASKER, CLERK, MONDAY, NO, SUPERVISOR, County, counted
from tests.routes import RULEBOOK

CALENDAR = RULEBOOK.calendar
MARCH = date(2026, 3, 1)
RATER = Principal("asker", "甲", "bank", frozenset({"asker"}), "zh")


@pytest.mark.parametrize(
    ("text", "first"),
    [("2026-02", "2026-02-01"), ("", "2026-03-01"), ("2027-01", "2026-03-01"), ("x", "2026-03-01"), ("2026-13", "2026-03-01")],
)
def test_a_month_is_read_from_the_address(text: str, first: str):
    assert str(first_of(text, MONDAY, CALENDAR)) == first


def test_months_before_and_after_cross_the_year():
    assert (month_before(date(2026, 1, 1)), month_after(date(2025, 12, 1))) == (date(2025, 12, 1), date(2026, 1, 1))
    assert (month_before(MARCH), month_after(date(2026, 1, 1))) == (date(2026, 2, 1), date(2026, 2, 1))


def test_the_month_counts_what_happened_in_it(county: County):
    county.asked_into(State.ANSWERED, 2)
    (urged, disputed) = county.asked_into(State.AT_DESK, 2)
    county.move(urged, "urge", SUPERVISOR)
    county.move(urged, "reassign", SUPERVISOR)
    county.move(disputed, "answer", CLERK)
    county.move(disputed, "dispute", ASKER)
    with county.database.write() as session:
        keep_rating(session, county.case(disputed), RATER, (5, 4), "", county.now)
    county.later(minutes=2)
    with county.database.read() as session:
        month = read_month(session, MARCH, county.now, CALENDAR)
        april = read_month(session, MARCH, county.now + timedelta(days=31), CALENDAR)
        february = read_month(session, date(2026, 2, 1), county.now, CALENDAR)

    assert (month.whole.asked, month.whole.answered, month.before.asked) == (4, 3, 0)
    assert {code: part.answered for code, part in month.by_source.items()} == {"record": 2, "archive": 1}
    assert month.decisions == {"urge": 1, "reassign": 1, "release": 0, "arbitrate": 0}
    assert (month.disputed, month.ratings["police"].timeliness, month.ratings["police"].usefulness) == (1, 5.0, 4.0)
    assert (month.first, month.last, april.last, april.whole.asked) == (MARCH, date(2026, 3, 2), date(2026, 3, 31), 4)
    assert (february.whole.asked, february.decisions["urge"], february.disputed, len(february.days)) == (0, 0, 0, 28)


@pytest.mark.parametrize("count", [1, 60])
def test_a_month_costs_as_many_queries_for_any_number(county: County, count: int):
    county.asked_into(State.ANSWERED, count)
    county.later(minutes=1)
    with county.database.read() as session, counted(county.database) as statements:
        read_month(session, MARCH, county.now, CALENDAR)

    assert len(statements) <= 19


def test_the_month_counts_answers_put_right_by_unit_and_source_when_they_were_put_right(county: County):
    amended, withdrawn, turned = county.asked_into(State.ANSWERED, 3)
    county.now = RULEBOOK.calendar.add_working_days(county.now, 25).at
    county.move(amended, "amend", CLERK)
    county.move(withdrawn, "withdraw_answer", CLERK)
    county.move(turned, "amend", CLERK, finding=NO)
    county.later(minutes=1)
    with county.database.read() as session:
        march, april = (read_month(session, first, county.now, CALENDAR) for first in (MARCH, date(2026, 4, 1)))

    assert (march.amended.total, dict(april.amended.by_unit), dict(april.amended.by_source)) == (0, {"police": 2}, {"record": 2})
    assert (april.units["police"].answered, april.by_source["record"].answered) == (0, 0), "answered in the month before"


def test_what_was_never_answered_is_overdue_in_the_month_and_stays_so(county: County):
    """A unit with overdue questions and no answer once stood with "overdue 0", another with "100 % in time"."""
    open_one, late = county.asked_into(State.AT_DESK)[0], county.asked_into(State.AT_DESK, 2)
    county.asked_into(State.ANSWERED)
    county.asked_into(State.RETURNED)
    county.move(open_one, "forward", CLERK)
    county.now = county.case(late[0]).due_at + timedelta(minutes=1)
    with county.database.read() as session:
        now = read_month(session, MARCH, county.now, CALENDAR)
        board = read_backlogs(session, county.now, county.now)
    county.later(days=31)
    county.move(late[0], "answer", CLERK)
    county.later(days=40)
    with county.database.read() as session:
        later = read_month(session, MARCH, county.now, CALENDAR)

    assert (now.left, now.left_of("holder")["police"], now.whole.on_time_rate) == (OpenCount(4, 3), OpenCount(3, 2), 1.0)
    assert now.left == OpenCount(together(board.values()).open, together(board.values()).overdue), "what the board says"
    assert (later.left, later.units["civil"].answered) == (OpenCount(4, 4), 0), "of what is past nobody knows who waited for whom"
