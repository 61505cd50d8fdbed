"""What each move changes on its case, and what a case may refuse although the table allows it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.case import Case
from cases.effects import ACCEPT_WORKING_DAYS, CLAIM_OFFICE_MINUTES
from cases.lifecycle import MOVES, State
from cases.moves import EVERY_EFFECT, Refusal
from tests.rooms.county import ASKER, CIVIL, CLERK, CLOCK, CONTACT, MACHINE, MONDAY, NO, SECOND, SUPERVISOR, County
from tests.routes import RULEBOOK

AT_DESK = State.AT_DESK


def done(result: Case | Refusal) -> Case:
    assert isinstance(result, Case), result
    return result


def code(result: Case | Refusal) -> str:
    assert isinstance(result, Refusal), result
    return result.code


def office(minutes: int, start: datetime = MONDAY) -> datetime:
    return RULEBOOK.calendar.add_office_minutes(start, minutes).at


def test_every_move_has_an_effect_and_no_effect_is_without_a_move():
    assert set(EVERY_EFFECT) == set(MOVES)


# Trap 1: the clock starts with the asking


def test_trap_1_nothing_but_a_pause_or_an_agreed_day_moves_the_deadline(county: County):
    """Trap 1: the clock starts when the question is accepted and resets neither on return, forward, correction nor dispute."""
    (number,) = county.ask()
    due = county.case(number).due_at
    assert due == office(420)
    for name, mover, given in [
        ("hand_over", MACHINE, {}), ("take", CLERK, {}), ("consult", CLERK, {}), ("state", CONTACT, {}), ("return", CLERK, {}),
        ("correct", ASKER, {}), ("hand_over", MACHINE, {}), ("return", CLERK, {}),
        ("arbitrate", SUPERVISOR, {"decision": "forward"}), ("find", CIVIL, {}), ("dispute", ASKER, {}),
        ("arbitrate", SUPERVISOR, {"decision": "return"}),
    ]:  # fmt: skip
        county.later(minutes=7)
        mine = {"unit": "civil", **given} if name == "arbitrate" else given
        by = CLERK if mover is CLERK else mover
        assert done(county.move(number, name, by, **mine)).due_at == due, name


# Whose case it is


def test_taking_keeps_a_claim_of_office_time(county: County):
    (number,) = county.asked_into(AT_DESK)
    case = county.case(number)

    assert (case.taken_by, case.taken_at, case.wake_for) == ("clerk", MONDAY, "claim")
    assert case.wake_at == office(CLAIM_OFFICE_MINUTES)


def test_a_colleague_takes_over_only_when_meaning_it(county: County):
    (number,) = county.asked_into(AT_DESK)

    assert code(county.move(number, "take", SECOND)) == "taken"
    assert done(county.move(number, "take", SECOND, anyway=True)).taken_by == "second"
    assert code(county.move(number, "answer", CLERK)) == "taken"


@pytest.mark.parametrize("name", ["release", "consult", "answer", "return", "forward"])
def test_what_a_colleague_has_taken_is_left_alone(county: County, name: str):
    (number,) = county.asked_into(AT_DESK)

    assert code(county.move(number, name, SECOND)) == "taken"


def test_giving_back_needs_somebody_who_has_it(county: County):
    (number,) = county.asked_into(AT_DESK)

    assert done(county.move(number, "release", SUPERVISOR)).taken_by == ""
    assert code(county.move(number, "release", SUPERVISOR)) == "not_taken"
    assert county.case(number).wake_for == "desk"


# Whose machine it is


def test_a_finding_of_another_units_machine_answers_nothing(county: County):
    (number,) = county.ask()

    assert code(county.move(number, "find", CIVIL, finding=NO)) == "not_holder"
    assert code(county.move(number, "hand_over", CIVIL)) == "not_holder"
    assert county.case(number).state == "asked"


def test_after_forwarding_the_first_units_machine_is_no_longer_believed(county: County):
    (number,) = county.asked_into(AT_DESK)
    county.move(number, "forward", CLERK)

    assert code(county.move(number, "find", MACHINE)) == "not_holder"
    assert done(county.move(number, "find", CIVIL)).answered_by == "civil"


def test_the_machine_that_was_disputed_does_not_answer_again_by_itself(county: County):
    """A second copy of its letter would otherwise settle the dispute without anybody looking."""
    (number,) = county.asked_into(State.ANSWERED)
    county.move(number, "dispute", ASKER)

    assert code(county.move(number, "find", MACHINE)) == "disputed"
    assert done(county.move(number, "answer", CLERK)).answered_by == "clerk"


# Answers


def test_an_answer_is_kept_with_its_source_and_waits_to_be_accepted(county: County):
    (number,) = county.asked_into(AT_DESK)
    answered = done(county.move(number, "answer", CLERK))
    accept = RULEBOOK.calendar.add_working_days(MONDAY, ACCEPT_WORKING_DAYS).at

    assert (answered.outcome, answered.source, answered.answered_by) == ("confirmed", "archive", "clerk")
    assert (answered.answered_at, answered.wake_for, answered.wake_at) == (MONDAY, "accept", accept)


def test_a_case_is_disputed_once(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    disputed = done(county.move(number, "dispute", ASKER))
    assert (disputed.state, disputed.disputed, disputed.wake_for) == ("at_desk", True, "desk")
    county.move(number, "answer", CLERK)

    assert code(county.move(number, "dispute", ASKER)) == "disputed"
    assert done(county.move(number, "accept", ASKER)).wake_at is None


def test_trap_3_no_answer_is_shown_as_no_answer(county: County):
    """Trap 3: handing over, consulting in vain and running out of time leave outcome and finding empty."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    county.later(days=30)
    silent = done(county.move(number, "hand_over", CLOCK))

    assert (silent.state, silent.nobody_reached, silent.outcome, silent.finding) == ("at_desk", True, "", None)
    late = done(county.move(number, "find", MACHINE))
    assert (late.state, late.outcome) == ("answered", "confirmed")


def test_a_statement_ends_that_nobody_was_reached(county: County):
    (number,) = county.asked_into(State.WITH_CONTACT)
    county.move(number, "hand_over", CLOCK)

    assert done(county.move(number, "state", CLERK)).nobody_reached is False


@pytest.mark.parametrize(("state", "wake"), [(State.WITH_CONTACT, "stated"), (AT_DESK, "stated")])
def test_a_statement_goes_to_the_clerk_who_has_the_case(county: County, state: State, wake: str):
    (number,) = county.asked_into(state)
    stated = done(county.move(number, "state", CONTACT))

    assert (stated.state, stated.taken_by, stated.wake_for) == ("at_desk", "clerk", wake)


def test_a_statement_about_an_unclaimed_case_goes_the_desks_usual_way(county: County):
    (number,) = county.asked_into(AT_DESK)
    county.move(number, "release", CLERK)

    assert done(county.move(number, "state", CONTACT)).wake_for == "desk"


def test_forwarding_to_oneself_is_refused(county: County):
    (number,) = county.asked_into(AT_DESK)

    assert code(county.move(number, "forward", CLERK, unit="police")) == "same_unit"


def test_a_correction_changes_the_question_and_asks_the_machine_again(county: County):
    (number,) = county.asked_into(State.RETURNED)
    corrected = done(county.move(number, "correct", ASKER, question={"purpose": "other", "year": 1990}))

    assert (corrected.state, corrected.purpose, corrected.year) == ("asked", "other", 1990)
    assert (corrected.wake_for, corrected.wake_at) == ("machine", MONDAY + timedelta(minutes=5))


@pytest.mark.parametrize("state", [State.ASKED, AT_DESK, State.WITH_CONTACT, State.RETURNED])
def test_a_withdrawn_case_is_nobodys_and_no_timer_runs(county: County, state: State):
    (number,) = county.asked_into(state)
    gone = done(county.move(number, "withdraw", ASKER))

    assert (gone.state, gone.taken_by, gone.wake_at, gone.wake_for, gone.closed_at) == ("withdrawn", "", None, "", MONDAY)


def test_a_move_that_ends_where_its_row_does_not_allow_is_a_mistake_of_ours(county: County, monkeypatch: pytest.MonkeyPatch):
    wrong: Any = lambda *_: {"state": "closed"}  # noqa: E731
    monkeypatch.setitem(EVERY_EFFECT, "take", wrong)  # a fault of ours that the house does not have
    (number,) = county.ask()
    county.move(number, "hand_over", MACHINE)
    with pytest.raises(ValueError, match="take may not end in closed"):
        county.move(number, "take", CLERK)
