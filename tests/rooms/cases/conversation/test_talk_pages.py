"""The conversation on a case's page offers what can be done, and says of an offered day what became of it."""

from datetime import timedelta

from cases.lifecycle import State
from tests.rooms.county import ASKER, CLERK
from tests.rooms.office import Office

BUTTONS = ("/take_later", "/decline_later")
OVERDUE = '<span class="tag late">Overdue</span>'
STANDS, NOT_TAKEN = "the deadline stands", "It was not taken before the deadline had passed."


def test_a_day_that_was_not_taken_in_time_is_not_offered_any_more(office: Office) -> None:
    county = office.county
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "offer_later", CLERK)
    before = office.client("asker").get(f"/cases/{number}")
    county.now = county.case(number).due_at
    after = office.client("asker").get(f"/cases/{number}")

    assert [button in before for button in BUTTONS] == [True, True]
    assert [button in after for button in BUTTONS] == [False, False]
    assert (STANDS in before, NOT_TAKEN in before, STANDS in after, NOT_TAKEN in after) == (True, False, False, True)
    assert NOT_TAKEN in office.client("clerk").get(f"/desk/{number}")


def test_a_late_decision_about_an_offered_day_is_called_late(office: Office) -> None:
    county = office.county
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "offer_later", CLERK)
    county.move(number, "decline_later", ASKER)
    by = county.case(number).arbitrate_by
    assert by is not None
    county.now = by
    soon = office.client("asker").get(f"/cases/{number}")
    county.now += timedelta(seconds=1)
    late = office.client("asker").get(f"/cases/{number}")
    assert (soon.count(OVERDUE), late.count(OVERDUE)) == (0, 2), "the answer is late by then, too"
