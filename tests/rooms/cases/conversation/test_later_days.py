"""A later day: offered, taken, not taken; what silence, a decision and the case's own way do to it."""

from datetime import date, timedelta
from typing import Any

import pytest

from cases.lifecycle import State
from cases.moves import Mover
from tests.kinds import once
from tests.rooms.cases.test_effects import code, done
from tests.rooms.county import ASKER, CLERK, MACHINE, SUPERVISOR, County
from tests.routes import RULEBOOK

AT_DESK, DAY = State.AT_DESK, date(2026, 3, 10)
END = RULEBOOK.calendar.add_working_days(DAY - timedelta(days=1), 1).at


def offered(county: County) -> str:
    (number,) = county.asked_into(AT_DESK)
    due = county.case(number).due_at
    case = done(county.move(number, "offer_later", CLERK, day=DAY))
    assert (case.offered_due, case.due_at) == (END, due)
    return number


def test_what_is_taken_is_the_deadline_and_once(county: County):
    number = offered(county)
    case = done(county.move(number, "take_later", ASKER, day=DAY))

    assert (case.due_at, case.extended, case.offered_due, case.desk_unread) == (END, True, None, True)
    assert code(county.move(number, "offer_later", CLERK, day=date(2026, 3, 12))) == "extended"


def test_trap_3_silence_is_no_consent(county: County):
    """Trap 3: an offer about which nobody says anything changes nothing, and ends with the deadline."""
    number = offered(county)
    due = county.case(number).due_at
    county.now = due
    assert code(county.move(number, "take_later", ASKER)) == "expired"
    assert code(county.move(number, "decline_later", ASKER)) == "expired"
    county.later(minutes=1)
    assert county.case(number).late(county.now)
    assert county.case(number).due_at == due


@once
@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 7), "holiday"),
        (date(2026, 3, 2), "not_later"),
        (date(2026, 4, 20), "too_late"),
        (date(2020, 1, 2), "not_later"),
    ],
)
def test_a_day_that_cannot_be_offered(county: County, day: date, why: str):
    (number,) = county.asked_into(AT_DESK)
    assert code(county.move(number, "offer_later", CLERK, day=day)) == why


def test_another_day_than_the_one_that_was_seen_is_not_taken(county: County):
    assert code(county.move(offered(county), "take_later", ASKER, day=date(2026, 3, 11))) == "other_day"


@pytest.mark.parametrize(("decision", "moved"), [("later", True), ("on_time", False)])
def test_the_supervisor_decides_about_a_day_that_was_not_taken(county: County, decision: str, moved: bool):
    number = offered(county)
    due = county.case(number).due_at
    case = done(county.move(number, "decline_later", ASKER))
    assert (case.arbitration, case.due_at, case.arbitrate_by is not None) == (True, due, True)
    assert code(county.move(number, "decline_later", ASKER)) == "declined"
    assert code(county.move(number, "arbitrate", SUPERVISOR, decision="answer")) == "not_asked_for"
    known = len(county.letters("outcome"))
    case = done(county.move(number, "arbitrate", SUPERVISOR, decision=decision))

    assert (case.due_at, case.extended, case.arbitration, case.arbitrate_by) == (END if moved else due, moved, False, None)
    assert len(county.letters("outcome")) == known + 1, "both sides hear of it"


def test_a_decision_that_comes_after_the_deadline_takes_the_overdue_mark_away_where_the_day_holds(county: County):
    number = offered(county)
    done(county.move(number, "decline_later", ASKER))
    county.now = county.case(number).due_at + timedelta(minutes=9)
    assert county.case(number).late(county.now)
    case = done(county.move(number, "arbitrate", SUPERVISOR, decision="later"))
    assert (case.late(county.now), case.overdue_at) == (False, None)


def test_two_offers_and_no_third(county: County):
    number = offered(county)
    assert code(county.move(number, "offer_later", CLERK, day=DAY)) == "offered"
    for _ in range(2):
        done(county.move(number, "decline_later", ASKER))
        done(county.move(number, "arbitrate", SUPERVISOR, decision="on_time"))
        last = county.move(number, "offer_later", CLERK, day=DAY)
    assert code(last) == "offers"


WAYS: list[tuple[str, Mover, dict[str, Any]]] = [
    ("answer", CLERK, {}), ("return", CLERK, {}), ("forward", CLERK, {}), ("find", MACHINE, {}), ("withdraw", ASKER, {}),
]  # fmt: skip


@once
@pytest.mark.parametrize(("name", "mover", "given"), WAYS, ids=[name for name, _, _ in WAYS])
@pytest.mark.parametrize("declined", [False, True], ids=["offered", "declined"])
def test_an_offer_ends_as_the_case_goes_its_way(county: County, name: str, mover: Mover, given: dict[str, Any], declined: bool):
    number = offered(county)
    if declined:
        done(county.move(number, "decline_later", ASKER))
    case = done(county.move(number, name, mover, **given))
    assert (case.offered_due, case.declined_at, case.arbitration, case.arbitrate_by) == (None, None, False, None)


def test_a_second_return_asks_for_another_decision_with_a_time_of_its_own(county: County):
    (number,) = county.asked_into(AT_DESK)
    done(county.move(number, "return", CLERK))
    done(county.move(number, "correct", ASKER))
    done(county.move(number, "hand_over", MACHINE))
    done(county.move(number, "offer_later", CLERK, day=DAY))
    done(county.move(number, "decline_later", ASKER))
    county.later(minutes=30)
    case = done(county.move(number, "return", CLERK))

    assert (case.arbitration, case.offered_due, case.declined_at) == (True, None, None)
    assert case.arbitrate_by == RULEBOOK.calendar.add_office_minutes(county.now, 420).at
    assert done(county.move(number, "arbitrate", SUPERVISOR, decision="answer")).arbitrate_by is None
