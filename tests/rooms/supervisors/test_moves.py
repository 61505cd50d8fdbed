"""What a supervisor may do: arbitrate what was sent back twice, and take a case from a silent clerk."""

from typing import Any

import pytest

from cases.case import Case
from cases.doing import Doer, MoveRefused, do
from cases.door import Visitor
from cases.lifecycle import State
from cases.problem import Problem
from supervisors.moves import MOVES
from tests.doors import RULEBOOK
from tests.rooms.county import ASKER, CLERK, MACHINE, County

DOINGS = {doing.move: doing for doing in MOVES}
WATCHER = Visitor("supervisor", "督甲", "data-office", frozenset({"supervisor"}), "zh")


def make(county: County, number: str, move: str, **data: Any) -> Case:
    with county.database.write() as session:
        return do(Doer(session, WATCHER, county.now, RULEBOOK), number, DOINGS[move], data)


def faults(county: County, number: str, **data: Any) -> tuple[int, list[tuple[str, str]]]:
    with pytest.raises(Problem) as caught:
        make(county, number, "arbitrate", **data)
    return caught.value.status, [(fault.field, fault.code) for fault in caught.value.faults]


@pytest.fixture
def twice(county: County) -> str:
    """A case that its clerk would return a second time."""
    (number,) = county.asked_into(State.RETURNED)
    for name, mover in [("correct", ASKER), ("hand_over", MACHINE), ("return", CLERK)]:
        assert isinstance(county.move(number, name, mover), Case)
    return number


@pytest.mark.parametrize(
    ("decision", "state", "holder"),
    [("answer", "at_desk", "police"), ("forward", "asked", "civil"), ("return", "returned", "police")],
)
def test_the_decision_is_carried_out_and_stands_on_the_trail(county: County, twice: str, decision: str, state: str, holder: str):
    case = make(county, twice, "arbitrate", decision=decision, unit="civil" if decision == "forward" else "", note="because")
    line = county.trail(twice)[-1]

    assert (case.state, case.holder, case.arbitration, case.taken_by) == (state, holder, False, "")
    assert (line.action, line.who, line.note) == ("arbitrate", "supervisor", "because")


def test_trap_1_arbitration_moves_no_deadline(county: County, twice: str):
    """Trap 1: the quarrel of two units is not the citizen's time."""
    due = county.case(twice).due_at
    county.later(hours=2)

    assert make(county, twice, "arbitrate", decision="forward", unit="civil", note="x").due_at == due


def test_nothing_is_decided_that_was_not_sent_back_twice(county: County):
    (number,) = county.asked_into(State.AT_DESK)

    assert faults(county, number, decision="answer", note="x") == (409, [("decision", "not_asked_for")])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"decision": "forward", "unit": "bank", "note": "x"}, "unit"),
        ({"decision": "forward", "unit": "", "note": "x"}, "unit"),
        ({"decision": "toss a coin", "note": "x"}, "decision"),
        ({"note": "x"}, "decision"),
        ({"decision": "answer"}, "note"),
    ],
)
def test_a_wrong_decision_names_its_field(county: County, twice: str, data: dict[str, Any], field: str):
    status, found = faults(county, twice, **data)

    assert (status, [name for name, _ in found]) == (422, [field])
    assert county.case(twice).arbitration


def test_forwarding_to_the_same_unit_is_no_decision(county: County, twice: str):
    with pytest.raises(MoveRefused) as caught:
        make(county, twice, "arbitrate", decision="forward", unit="police", note="x")

    assert caught.value.refusal.code == "same_unit"


def test_decided_once(county: County, twice: str):
    make(county, twice, "arbitrate", decision="answer", note="x")

    assert faults(county, twice, decision="answer", note="x")[0] == 409
    assert isinstance(county.move(twice, "answer", CLERK), Case)


def test_a_case_is_taken_from_a_silent_clerk(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    assert make(county, number, "release", note="on leave").taken_by == ""
    assert county.trail(number)[-1].note == "on leave"
    with pytest.raises(MoveRefused):
        make(county, number, "release", note="again")
