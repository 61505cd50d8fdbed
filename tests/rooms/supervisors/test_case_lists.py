"""The lists behind the figures: each shows the cases its figure counts, page by page, and none twice."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from access.principal import Principal
from cases.case import Case
from cases.lifecycle import State
from cases.statistics.ratings import POOR, keep_rating
from contacts.alerts.alerts import Alert
from supervisors.board.board import Moment, read_board
from supervisors.board.case_lists import NEXT, OF_NOW, POORLY, RATED, URGENT, WHAT, CaseListFilter, cases_behind
from tests.kinds import once
from tests.rooms.county import CLERK, CLOCK, MONDAY, County, counted
from tests.routes import RULEBOOK


def moment(county: County) -> Moment:
    return Moment.of(county.now, RULEBOOK.calendar)


def numbers(county: County, what: str, at_most: int = 50, **more: str) -> list[str]:
    with county.database.read() as session:
        return [case.number for case in cases_behind(session, CaseListFilter(what, **more), moment(county), at_most).cases]


@pytest.fixture
def busy(county: County) -> County:
    """Cases in every state, some overdue, some nearly, one sent back twice, one whose community was silent."""
    for state in State:
        county.asked_into(state, 2)
    (twice,) = county.asked_into(State.AT_DESK)
    county.move(twice, "forward", CLERK)
    county.later(seconds=1)
    (silent,) = county.asked_into(State.WITH_CONTACT)
    county.move(silent, "hand_over", CLOCK)
    county.now = county.case(twice).due_at + timedelta(minutes=1)
    county.ask(2)
    county.later(minutes=1)
    return county


@pytest.mark.parametrize("what", OF_NOW)
def test_a_list_holds_as_many_cases_as_its_figure_says(busy: County, what: str):
    with busy.database.read() as session:
        figure = getattr(read_board(session, moment(busy)).backlog, what)
    listed = numbers(busy, what)

    assert len(listed) == figure
    assert [number for number in listed if not busy.case(number).open] == []


def test_what_is_due_next_is_all_that_is_open_and_neither_overdue_nor_with_its_asker(busy: County):
    coming = numbers(busy, NEXT)

    with_askers = numbers(busy, "returned")

    assert sorted([*numbers(busy, "overdue"), *coming, *with_askers]) == sorted(numbers(busy, "open"))
    assert (len(coming), [busy.case(number).due_at for number in coming]) == (2, sorted(busy.case(one).due_at for one in coming))


def test_answers_of_today_are_listed_the_latest_first_and_by_source(county: County):
    first, second = county.ask(2)
    county.asked_into(State.ANSWERED)
    county.move(first, "hand_over", CLOCK)
    county.later(minutes=5)
    county.move(first, "answer", CLERK)

    assert numbers(county, "answered")[0] == first
    assert numbers(county, "answered", source="archive") == [first]
    assert second not in numbers(county, "answered")
    assert len(numbers(county, "new")) == 3
    county.later(days=1)
    assert numbers(county, "answered") == []


def test_an_earlier_day_and_late_answers_can_be_listed(county: County):
    (late,) = county.ask()
    county.asked_into(State.ANSWERED)
    county.now = county.case(late).due_at + timedelta(hours=1)
    county.move(late, "hand_over", CLOCK)
    county.move(late, "answer", CLERK)
    monday, tuesday = MONDAY.date(), MONDAY.date() + timedelta(days=1)
    county.later(days=3)

    def between(what: str, first: object, last: object) -> list[Case]:
        with county.database.read() as session:
            return list(cases_behind(session, CaseListFilter(what, first=first, last=last), moment(county)).cases)  # type: ignore[arg-type]

    assert [case.number for case in between("answered", tuesday, tuesday)] == [late]
    assert len(between("answered", monday, tuesday)) == 2
    assert [case.number for case in between("late", monday, tuesday)] == [late]
    assert len(numbers(county, "answered", hour="2026-03-02T09")) == 1
    assert numbers(county, "answered", hour="2026-03-02T08") == numbers(county, "answered", hour="no hour") == []
    assert between("late", monday, monday) == []


def test_the_cases_behind_a_step_and_a_fate_of_texts(county: County):
    told, untold = county.asked_into(State.AT_DESK, 2)
    known = {"purpose": "desk", "recipient_kind": "clerk", "recipient": "clerk", "to_number": "+8613900020001"}
    with county.database.write() as session:
        for about, state in ((told, "sent"), (untold, "undelivered")):
            alert = Alert(**known, id=uuid4(), about=about, template="leader_alert", created_at=county.now, changed_at=county.now)
            alert.state = state
            session.add(alert)

    assert (numbers(county, "step", text="leader_alert"), numbers(county, "fate", text="failed")) == ([told], [untold])
    assert (numbers(county, "step", text="desk_new"), numbers(county, "fate", text="delivered")) == ([], [])
    assert (numbers(county, "step", text="no such"), numbers(county, "fate", text="no such")) == ([], [])
    assert untold in numbers(county, "open")


def _pages(county: County, what: str, at_most: int) -> Iterator[list[str]]:
    after = ""
    while True:
        with county.database.read() as session:
            page = cases_behind(session, CaseListFilter(what, after=after), moment(county), at_most)
        yield [case.number for case in page.cases]
        if not page.after:
            return
        after = page.after


@pytest.mark.parametrize("what", ["open", "answered", "new"])
def test_pages_follow_each_other_without_a_case_lost_or_told_twice(county: County, what: str):
    county.asked_into(State.AT_DESK, 7)
    county.asked_into(State.ANSWERED, 6)
    county.later(seconds=1)
    county.ask(2)
    pages = list(_pages(county, what, 4))
    told = [number for page in pages for number in page]

    assert told == numbers(county, what)
    assert len(set(told)) == len(told) == {"open": 9, "answered": 6, "new": 15}[what]
    assert [len(page) for page in pages[:-1]] == [4] * (len(pages) - 1)


@once
@pytest.mark.parametrize("after", ["~", "x~y", "20260302T010000.000000", "99999999T~1", "~X"])
def test_a_mark_that_is_none_of_ours_shows_the_first_page(county: County, after: str):
    (number,) = county.ask()

    assert numbers(county, "open", after=after) == [number]


def test_narrowing_by_unit_and_item(busy: County):
    assert {busy.case(number).holder for number in numbers(busy, "open", holder="civil")} == {"civil"}
    assert numbers(busy, "open", item="marriage") == []
    assert numbers(busy, "open", item="kinship") == numbers(busy, "open")


def test_an_address_of_a_list_keeps_the_filters_and_starts_anew():
    wanted = CaseListFilter("answered", holder="police", source="record", after="x~y")

    assert wanted.query() == "what=answered&holder=police&source=record"
    assert wanted.query(what="late", source="") == "what=late&holder=police"
    assert wanted.query(after="z~1").endswith("after=z~1")


@pytest.mark.parametrize("what", WHAT)
def test_every_list_costs_one_query(busy: County, what: str):
    with busy.database.read() as session, counted(busy.database) as statements:
        cases_behind(session, CaseListFilter(what, text="desk_new"), moment(busy))

    assert len(statements) == 1


def test_the_poorly_rated_answers_are_found_by_unit_and_day(county: County):
    good, poor, _ = county.asked_into(State.ANSWERED, 3)
    rater = Principal("asker", "甲", "bank", frozenset({"asker"}), "zh")
    with county.database.write() as session:
        keep_rating(session, county.case(good), rater, (5, 3), "", county.now)
        keep_rating(session, county.case(poor), rater, (4, POOR), "useless", county.now)

    assert sorted(numbers(county, RATED)) == sorted([good, poor])
    assert numbers(county, POORLY) == [poor]
    assert (numbers(county, POORLY, holder="police"), numbers(county, POORLY, holder="civil")) == ([poor], [])
    county.later(days=2)
    assert numbers(county, POORLY) == []


def test_urgent_cases_are_counted_on_the_board_and_listed(county: County):
    (urgent,) = county.ask(urgent=True, urgent_reason="surgery tomorrow")
    county.ask()
    with county.database.read() as session:
        board = read_board(session, moment(county))

    assert (board.urgent, numbers(county, URGENT)) == (1, [urgent])
