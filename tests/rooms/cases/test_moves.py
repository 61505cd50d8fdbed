"""The one function that moves a case: batches, versions, letters, and two at once."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from broker.outbox import Outgoing
from cases import moves
from cases.case import Case, lock_cases
from cases.lifecycle import State
from cases.moves import Move, Refusal
from cases.trail.trail_line import TrailLine
from storage.postgresql.pipeline import StaleRows
from tests.kinds import once
from tests.rooms.county import (
    ASKER,
    CLERK,
    CLOCK,
    CONTACT,
    MACHINE,
    NO,
    SECOND,
    SUPERVISOR,
    County,
    at_once,
    counted,
    round_trips,
    wish,
)

AT_DESK = State.AT_DESK


def refusals(results: Sequence[Case | Refusal]) -> list[str]:
    return [result.code for result in results if isinstance(result, Refusal)]


def test_a_move_changes_the_case_and_writes_one_line(county: County):
    (number,) = county.ask()
    before = county.case(number)
    moved = county.moves([Move(number, "hand_over", MACHINE, note="请人工查", given={"details": {"machine": {"x": "y"}}})])[0]

    assert isinstance(moved, Case)
    assert (county.case(number).state, county.case(number).version) == ("at_desk", before.version + 1)
    line = county.trail(number)[-1]
    assert (line.action, line.actor, line.who, line.unit) == ("hand_over", "machine", "police", "police")
    assert (line.start, line.to, line.note, line.details) == ("asked", "at_desk", "请人工查", {"machine": {"x": "y"}})


def test_a_refusal_says_why_and_what_is_open(county: County):
    (number,) = county.ask()
    results = county.moves([wish(number, "answer", CLERK), wish("20200101-AAAAAAAA", "take", CLERK)])

    assert [type(result) for result in results] == [Refusal, Refusal]
    assert (results[0].code, results[0].state, list(results[0].open_moves)) == ("not_open", "asked", [])
    assert (results[1].code, results[1].state) == ("unknown_case", "")
    assert county.actions(number) == ["ask"]


def test_moves_of_one_batch_follow_each_other(county: County):
    (number,) = county.ask()
    results = county.moves([wish(number, "hand_over", MACHINE), wish(number, "take", CLERK), wish(number, "take", SECOND)])

    assert refusals(results) == ["taken"]
    assert (county.case(number).taken_by, county.case(number).version) == ("clerk", 3)
    assert county.actions(number) == ["ask", "hand_over", "take"]


def test_a_batch_makes_what_can_be_made_and_refuses_the_rest(county: County):
    good, bad = county.ask(2)
    county.move(bad, "withdraw", ASKER)
    results = county.moves([wish(good, "find", MACHINE), wish(bad, "find", MACHINE)])

    assert refusals(results) == ["not_open"]
    assert (county.case(good).state, county.case(bad).state) == ("answered", "withdrawn")


# How much it costs


def test_a_batch_of_200_costs_as_many_statements_as_one(county: County):
    def cost(count: int) -> int:
        numbers = county.asked_into(AT_DESK, count)
        with counted(county.database) as statements:
            results = county.moves([wish(number, "answer", CLERK) for number in numbers])
        assert not refusals(results)
        return len(statements)

    one, many = cost(1), cost(200)

    assert many == one <= 6


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_batch_is_one_read_and_one_write(county: County):
    numbers = county.asked_into(AT_DESK, 30)
    with round_trips(county.database) as waits:
        county.moves([wish(number, "answer", CLERK) for number in numbers])

    assert [wait.split()[0] for wait in waits] == ["SELECT", "COMMIT"]


def test_looking_past_the_clock_costs_one_statement_for_any_number(county: County):
    numbers = county.asked_into(AT_DESK, 30)
    seen = county.case(numbers[0]).version
    county.moves([wish(number, "release", CLOCK) for number in numbers])
    with counted(county.database) as statements:
        results = county.moves([wish(number, "answer", CLERK, seen) for number in numbers])

    assert not refusals(results)
    assert len(statements) <= 7


# Versions


def test_what_somebody_else_changed_is_told_before_anything_is_done(county: County):
    (number,) = county.asked_into(AT_DESK)
    seen = county.case(number).version
    county.move(number, "state", CONTACT)
    refusal = county.move(number, "answer", CLERK, seen)

    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.state) == ("changed", "at_desk")
    assert "answer" in refusal.open_moves
    assert isinstance(county.move(number, "answer", CLERK, county.case(number).version), Case)


@once
@pytest.mark.parametrize("seen", [0, -1, 99])
def test_a_version_that_never_was_is_refused(county: County, seen: int):
    (number,) = county.asked_into(AT_DESK)

    assert refusals([county.move(number, "answer", CLERK, seen)]) == ["changed"]


def test_trap_9_a_lock_that_ran_out_while_its_clerk_was_typing_takes_no_words_away(county: County):
    """Trap 9: the clock released the case meanwhile; the late answer of the page that was open is taken all the same."""
    (number,) = county.asked_into(AT_DESK)
    seen = county.case(number).version
    county.move(number, "release", CLOCK)
    answered = county.move(number, "answer", CLERK, seen)

    assert isinstance(answered, Case)
    assert (answered.state, answered.answered_by) == ("answered", "clerk")


def test_trap_9_but_not_when_a_colleague_took_it(county: County):
    """Trap 9: after the release somebody else took it: the first clerk hears so, and the second keeps it."""
    (number,) = county.asked_into(AT_DESK)
    seen = county.case(number).version
    county.move(number, "release", CLOCK)
    county.move(number, "take", SECOND)

    assert refusals([county.move(number, "answer", CLERK, seen)]) == ["changed"]
    assert refusals([county.move(number, "answer", CLERK)]) == ["taken"]
    assert county.case(number).taken_by == "second"


def test_lines_that_are_no_moves_do_not_make_a_page_stale(county: County):
    """A look or an overdue mark stands on the trail too, and counts for no version."""
    (number,) = county.asked_into(AT_DESK)
    seen = county.case(number).version
    with county.database.write() as session:
        look = TrailLine(county.now, "look", "person", "second", number=number)
        moves.trail.write(session, [TrailLine.of_clock(county.now, "overdue", number), look])
    county.move(number, "release", CLOCK)

    assert isinstance(county.move(number, "answer", CLERK, seen), Case)


def test_an_urge_takes_no_clerks_words_away_but_another_clerk_s_claim_does(county: County):
    """Who types while the supervisor urges is not sent back to read; who lost the case to a colleague is."""
    urged, given = county.asked_into(AT_DESK, 2)
    seen = county.case(urged).version
    county.move(urged, "urge", SUPERVISOR)
    county.move(urged, "urge", SUPERVISOR)
    county.move(given, "reassign", SUPERVISOR)

    assert isinstance(county.move(urged, "answer", CLERK, seen), Case)
    assert refusals([county.move(given, "answer", CLERK, seen)]) == ["changed"]


# Two at once


def test_trap_9_two_clerks_take_one_case_and_one_gets_it(county: County):
    """Trap 9: exactly one wins; the other gets a clear word with the colleague's name or that the case changed."""
    for number in county.asked_into(AT_DESK, 5):
        county.move(number, "release", CLERK)
        seen = county.case(number).version
        results = at_once(
            lambda: county.move(number, "take", CLERK, seen),  # noqa: B023  # done before the next round
            lambda: county.move(number, "take", SECOND, seen),  # noqa: B023
        )
        winners = [result for result in results if isinstance(result, Case)]
        assert len(winners) == 1, results
        assert refusals([result for result in results if isinstance(result, Refusal)]) == ["changed"]
        assert county.actions(number).count("take") == 2


def test_trap_9_without_versions_the_second_hears_who_has_it(county: County):
    """Trap 9: two systems that look at no version."""
    (number,) = county.asked_into(AT_DESK)
    county.move(number, "release", CLERK)
    results = at_once(lambda: county.move(number, "take", CLERK), lambda: county.move(number, "take", SECOND))
    (refused,) = [result for result in results if isinstance(result, Refusal)]

    assert refused.code == "taken"
    assert refused.params == {"clerk": county.case(number).taken_by}


def test_two_answers_at_once_leave_one(county: County):
    """The machine and the clerk at the same moment: one answer stands, one outcome is told."""
    (number,) = county.asked_into(AT_DESK)
    results = at_once(lambda: county.move(number, "find", MACHINE, finding=NO), lambda: county.move(number, "answer", CLERK))

    assert sorted(type(result).__name__ for result in results) == ["Case", "Refusal"]
    assert len(county.letters("outcome")) == 1
    assert [action for action in county.actions(number) if action in ("find", "answer")] in (["find"], ["answer"])


def test_batches_that_cross_do_not_deadlock(county: County):
    """Two batches with the same cases in opposite order: both end, and each case is answered once."""
    numbers = county.asked_into(AT_DESK, 40)

    def answer(order: Sequence[str]) -> list[Case | Refusal]:
        return county.moves([wish(number, "find", MACHINE) for number in order])

    results = at_once(lambda: answer(numbers), lambda: answer(numbers[::-1]), lambda: answer(numbers[20:] + numbers[:20]))

    assert [type(result) for result in results] == [list] * 3, results
    assert sum(len(refusals(result)) for result in results) == 80
    assert len(county.letters("outcome")) == 40


def test_a_change_under_our_hands_rolls_the_whole_batch_back(county: County, monkeypatch: pytest.MonkeyPatch):
    """Belt and braces: were a row ever changed although it is locked, nothing of the batch would be kept."""
    first, second = county.asked_into(AT_DESK, 2)

    def stale(session: Any, numbers: Any) -> dict[str, Case]:
        found = lock_cases(session, numbers)
        session.connection().execute(update(Case).where(Case.number == second).values(version=9))
        return found

    monkeypatch.setattr(moves, "lock_cases", stale)  # the row is locked: nobody else could change it
    with pytest.raises(StaleRows):
        county.moves([wish(first, "answer", CLERK), wish(second, "answer", CLERK)])
    assert [county.case(number).state for number in (first, second)] == ["at_desk", "at_desk"]
    assert county.letters("outcome") == []


# Letters


def bodies(letters: Sequence[Outgoing]) -> list[tuple[str, str]]:
    return [(letter.to_queue, letter.about) for letter in letters]


def test_the_asker_hears_of_answers_returns_and_closings(county: County):
    answered, returned = county.asked_into(State.ANSWERED) + county.asked_into(State.RETURNED)
    county.move(answered, "accept", CLOCK)

    assert bodies(county.letters("outcome")) == [("outcomes.bank", n) for n in (answered, returned, answered)]


def test_the_machine_is_asked_again_after_correction_and_forwarding(county: County):
    (corrected,), (forwarded,) = county.asked_into(State.RETURNED), county.asked_into(AT_DESK)
    known = len(county.letters("question"))
    county.move(corrected, "correct", ASKER, question={"purpose": "another"})
    county.move(forwarded, "forward", CLERK)
    again = county.letters("question")[known:]

    assert bodies(again) == [("questions.police", corrected), ("questions.civil", forwarded)]
    assert '"purpose":"another"' in again[0].body


@once
@pytest.mark.parametrize("name", ["hand_over", "take", "release", "consult", "withdraw"])
def test_nobody_is_told_of_the_units_own_housekeeping(county: County, name: str):
    state = State.ASKED if name == "hand_over" else AT_DESK
    (number,) = county.asked_into(state)
    mover = {"hand_over": MACHINE, "withdraw": ASKER}.get(name, CLERK)

    assert isinstance(county.move(number, name, mover), Case)
    assert county.letters("outcome") == []


def test_trap_10_a_case_on_the_desk_leaves_no_letter_that_waits_for_a_person(county: County):
    """Trap 10: the question's letter is the only one, and the machine has acked it; the wait for a person is a row's wake_at."""
    (number,) = county.asked_into(AT_DESK)

    assert county.under_way() == ["question"]
    assert county.case(number).wake_at is not None
    assert county.case(number).finding is None
