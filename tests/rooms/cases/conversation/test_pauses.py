"""Asking back: how long the clock stands still, what ends that, and what goes on then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cases.amending.amend_effects import offered_moves
from cases.lifecycle import Actor, State
from cases.moves import Mover, Refusal
from tests.kinds import once
from tests.rooms.cases.test_effects import code, done, office
from tests.rooms.county import ASKER, CLERK, CLOCK, CONTACT, MACHINE, SECOND, SUPERVISOR, County

AT_DESK = State.AT_DESK
DAY = 420


def paused(county: County) -> tuple[str, datetime]:
    """A case whose clerk has asked back, and its deadline before that."""
    (number,) = county.asked_into(AT_DESK)
    due = county.case(number).due_at
    case = done(county.move(number, "ask_back", CLERK))
    assert (case.paused_until, case.due_at, case.wake_for) == (office(DAY), office(DAY, due), "pause")
    return number, due


@pytest.mark.parametrize("minutes", [1, 59, 60, 300])
def test_the_deadline_moves_by_the_office_time_that_the_reply_took(county: County, minutes: int):
    number, due = paused(county)
    county.now = office(minutes)
    case = done(county.move(number, "reply_back", ASKER))

    assert (case.due_at, case.paused_until, case.paused_minutes) == (office(minutes, due), None, minutes)
    assert (case.taken_by, case.wake_for, case.wake_at) == ("clerk", "on", county.now)


def test_a_reply_in_the_same_moment_or_at_night_costs_nothing(county: County):
    at_once, due = paused(county)
    assert done(county.move(at_once, "reply_back", ASKER)).due_at == due

    (later,) = county.asked_into(AT_DESK)
    county.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # the closing
    due = county.case(later).due_at
    done(county.move(later, "ask_back", CLERK))
    county.later(hours=12)
    assert done(county.move(later, "reply_back", ASKER)).due_at == due


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(days=9)], ids=["at once", "clock was away"])
def test_without_a_reply_the_clock_goes_on_by_itself_after_the_items_time(county: County, late: timedelta):
    """Also where our clock comes late: the pause ended when it ended."""
    number, due = paused(county)
    county.now = office(DAY) + late
    county.tick()
    case = county.case(number)

    assert (case.due_at, case.paused_until, case.paused_minutes) == (office(DAY, due), None, DAY)
    assert county.actions(number)[-1] == "go_on"
    assert "clock" in {line.actor for line in county.trail(number)}
    assert case.wake_at is not None


def test_twice_a_case_and_no_more(county: County):
    number, due = paused(county)
    county.now = office(60)
    done(county.move(number, "reply_back", ASKER))
    done(county.move(number, "ask_back", CLERK))
    assert code(county.move(number, "ask_back", CLERK)) == "paused"
    county.now = office(100)
    assert done(county.move(number, "message", ASKER)).due_at == office(100, due)
    assert code(county.move(number, "ask_back", CLERK)) == "asked_back"


def test_trap_27_what_is_overdue_is_not_paused(county: County):
    """Trap 27: no question sent again gives a passed deadline another life."""
    (number,) = county.asked_into(AT_DESK)
    county.now = county.case(number).due_at
    assert code(county.move(number, "ask_back", CLERK)) == "expired"


def test_a_day_that_the_pause_has_overtaken_does_not_bring_the_deadline_back(county: County):
    """The offered day would be over already: what was really paused counts, and nothing is overdue by a reply."""
    (number,) = county.asked_into(AT_DESK)
    due = county.case(number).due_at
    done(county.move(number, "offer_later", CLERK, day=due.date()))
    county.now = due - timedelta(minutes=2)
    done(county.move(number, "ask_back", CLERK))
    county.now = datetime(2026, 3, 4, 0, 40, tzinfo=UTC)  # ten minutes into the day after the offered one
    case = done(county.move(number, "take_later", ASKER))

    assert (case.extended, case.paused_until, case.late(county.now)) == (True, None, False)
    assert case.due_at == office(case.paused_minutes, due)


def test_a_day_beyond_the_pause_is_the_deadline(county: County):
    number, _ = paused(county)
    county.now = office(60)
    done(county.move(number, "message", ASKER))
    offered = done(county.move(number, "offer_later", CLERK)).offered_due
    done(county.move(number, "ask_back", CLERK))
    assert done(county.move(number, "take_later", ASKER)).due_at == offered


ENDS: list[tuple[str, Mover, dict[str, Any]]] = [
    ("message", ASKER, {}), ("correct", ASKER, {"question": {"purpose": "another"}}), ("withdraw", ASKER, {}),
    ("answer", CLERK, {}), ("return", CLERK, {}), ("forward", CLERK, {}), ("consult", CLERK, {}), ("find", MACHINE, {}),
]  # fmt: skip


@once
@pytest.mark.parametrize(("name", "mover", "given"), ENDS, ids=[f"{name} by {mover.actor}" for name, mover, _ in ENDS])
def test_trap_26_whatever_else_comes_instead_of_a_reply_ends_the_pause(
    county: County, name: str, mover: Mover, given: dict[str, Any]
):
    """Trap 26: a reply by another channel leaves no clock as it was; nor does an answer given without one."""
    number, due = paused(county)
    county.now = office(30)
    case = done(county.move(number, name, mover, **given))

    assert (case.paused_until, case.due_at, case.paused_minutes) == (None, office(30, due), 30)
    assert (case.wake_at is not None) == (case.open or case.state == "answered")


KEEPS: list[tuple[str, Mover, dict[str, Any]]] = [
    ("message", CLERK, {}), ("take", SECOND, {"anyway": True}), ("release", CLERK, {}), ("reassign", CLERK, {}),
    ("state", CONTACT, {}), ("urge", SUPERVISOR, {}), ("release", CLOCK, {}),
]  # fmt: skip


@once
@pytest.mark.parametrize(("name", "mover", "given"), KEEPS, ids=[f"{name} by {mover.actor}" for name, mover, _ in KEEPS])
def test_handing_on_within_the_house_keeps_the_pause_and_its_end(county: County, name: str, mover: Mover, given: dict[str, Any]):
    number, _ = paused(county)
    before = county.case(number)
    county.now = office(30)
    case = done(county.move(number, name, mover, **given))

    assert (case.paused_until, case.due_at) == (before.paused_until, before.due_at)
    assert (case.wake_at, case.wake_for) == (before.paused_until, "pause")


def test_a_case_that_nobody_has_any_more_goes_the_desks_way_after_the_pause(county: County):
    number, _ = paused(county)
    done(county.move(number, "release", SUPERVISOR))
    county.now = office(30)
    case = done(county.move(number, "reply_back", ASKER))
    assert (case.taken_by, case.wake_for) == ("", "desk")

    county.tick()
    assert ("clerk", "desk_new") in county.texts()


def test_who_asked_back_is_told_that_the_clock_goes_on_and_their_claim_runs_anew(county: County):
    number, _ = paused(county)
    county.now = office(30)
    county.move(number, "reply_back", ASKER)
    county.tick()

    assert county.texts()[-1] == ("clerk", "desk_on")
    assert (county.case(number).wake_for, county.case(number).wake_at) == ("claim", office(45, county.now))


def test_trap_28_nobody_is_hurried_and_nothing_is_overdue_while_the_asker_is_waited_for(county: County):
    """Trap 28: not even where the old deadline passes meanwhile."""
    (number,) = county.asked_into(AT_DESK)
    due = county.case(number).due_at
    county.now = due - timedelta(minutes=5)
    done(county.move(number, "ask_back", CLERK))
    texts = county.texts()
    county.now = due + timedelta(minutes=30)
    county.tick()

    assert not county.case(number).late(county.now)
    assert county.texts() == texts
    assert code(county.move(number, "urge", ASKER)) == "paused"


def test_a_question_corrected_in_a_pause_is_asked_again_with_the_clock_where_it_was(county: County):
    number, due = paused(county)
    known = len(county.letters("question"))
    case = done(county.move(number, "correct", ASKER, question={"purpose": "another"}, held=True))
    assert (case.state, case.taken_by) == ("held", "")
    through = done(county.move(number, "let_through", SUPERVISOR))

    assert (through.due_at, through.state) == (due, "asked")
    assert len(county.letters("question")) == known + 1


def test_what_is_offered_follows_the_pause(county: County):
    number, _ = paused(county)
    asker, clerk = (set(offered_moves([actor], county.case(number))) for actor in (Actor.ASKER, Actor.CLERK))
    assert {"reply_back", "correct", "message", "withdraw"} <= asker
    assert not {"ask_back", "offer_later"} & clerk
    county.move(number, "reply_back", ASKER)
    asker, clerk = (set(offered_moves([actor], county.case(number))) for actor in (Actor.ASKER, Actor.CLERK))
    assert not {"reply_back", "correct"} & asker
    assert {"ask_back", "offer_later"} <= clerk


def test_only_what_was_asked_back_is_replied_to(county: County):
    (number,) = county.asked_into(AT_DESK)
    assert code(county.move(number, "reply_back", ASKER)) == "not_paused"
    assert isinstance(county.move(number, "reply_back", CLERK), Refusal)
    assert code(county.move(number, "go_on", CLOCK)) == "not_paused"
    assert isinstance(county.move(number, "correct", ASKER), Refusal)
