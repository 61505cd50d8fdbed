"""What the asker may do with a case: correct, dispute, accept, withdraw."""

from typing import Any

import pytest

from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case, fingerprint, question_of
from cases.lifecycle import State
from requesters.own_cases.actions import MOVES
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.county import CLERK, County
from tests.routes import FATHER, RULEBOOK, SON
from tests.vaults import VAULT

ACTIONS = {action.move: action for action in MOVES}
ASKER = Principal("asker", "问甲", "bank", frozenset({"asker"}), "zh")
OTHER = Principal("other", "别甲", "court", frozenset({"asker"}), "zh")
WATCHER = Principal("supervisor", "督甲", "data-office", frozenset({"supervisor"}), "zh")


def make(county: County, number: str, move: str, principal: Principal = ASKER, **data: Any) -> Case:
    with county.database.write() as session:
        return perform(ActionContext(session, principal, county.now, RULEBOOK), number, ACTIONS[move], data)


def wrong(county: County, number: str, move: str, **data: Any) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as caught:
        make(county, number, move, **data)
    return [(fault.field, fault.code) for fault in caught.value.faults]


def test_a_correction_changes_what_it_names_and_keeps_the_rest(county: County):
    (number,) = county.asked_into(State.RETURNED)
    before = county.case(number)
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "吴二", "id_number": FATHER}}
    make(county, number, "correct", subjects=people, note="name mended")
    after = county.case(number)

    assert (after.state, after.subjects["relative"].name, after.purpose) == ("asked", "吴二", before.purpose)
    assert after.details == before.details
    line = county.trail(number)[-1]
    assert (line.action, line.who, line.note, line.details) == ("correct", "asker", "name mended", {"changed": ["subjects"]})
    assert "吴二" in county.letters("question")[-1].body


def test_trap_1_a_correction_does_not_start_the_clock_again(county: County):
    """Trap 1: the deadline stays where the asking put it."""
    (number,) = county.asked_into(State.RETURNED)
    due = county.case(number).due_at
    county.later(hours=3)

    assert make(county, number, "correct", year=1990).due_at == due


def test_another_relation_is_another_fingerprint(county: County):
    (number,) = county.asked_into(State.RETURNED)
    before = county.case(number).fingerprint
    make(county, number, "correct", details={"relation": "mother"})

    assert county.case(number).fingerprint != before
    assert county.case(number).fingerprint == fingerprint(question_of(county.case(number)), VAULT)


@once
@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"subjects": {"person": {"name": "x", "id_number": "123"}}}, ("subjects.person.id_number", "length")),
        ({"details": {"relation": "boss"}}, ("details.relation", "not_a_choice")),
        ({"year": 1066}, ("year", "too_small")),
        ({"purpose": ""}, ("purpose", "missing")),
        ({"item": "marriage"}, ("item", "unknown_field")),
        ({"urgent": True}, ("urgent", "unknown_field")),
    ],
)
def test_a_wrong_correction_names_the_field_and_changes_nothing(county: County, data: dict[str, Any], fault: tuple[str, str]):
    """Item, matter and urgency are what was granted and promised: they cannot be slipped in by a correction."""
    (number,) = county.asked_into(State.RETURNED)

    assert wrong(county, number, "correct", **data)[0][0] == fault[0]
    assert fault[1] in [code for _, code in wrong(county, number, "correct", **data)] or fault[1] == "length"
    assert county.case(number).state == "returned"


def test_a_dispute_needs_its_reason(county: County):
    (number,) = county.asked_into(State.ANSWERED)

    assert wrong(county, number, "dispute") == [("note", "missing")]
    assert wrong(county, number, "dispute", note="  ") == [("note", "missing")]
    assert make(county, number, "dispute", note="他们是父子").state == "at_desk"
    assert county.trail(number)[-1].note == "他们是父子"


def test_accepting_and_withdrawing_need_no_words(county: County):
    answered, asked = county.asked_into(State.ANSWERED)[0], county.ask()[0]

    assert make(county, answered, "accept").state == "closed"
    assert make(county, asked, "withdraw").state == "withdrawn"


def test_the_number_may_be_typed_small_and_with_blanks(county: County):
    (number,) = county.ask()

    assert make(county, f" {number.lower()} ", "withdraw").number == number


def test_trap_12_for_another_unit_the_case_does_not_exist(county: County):
    """Trap 12: not "forbidden" but "not there", so that nothing can be learnt from the difference."""
    (number,) = county.ask()
    with pytest.raises(Problem) as theirs:
        make(county, number, "withdraw", OTHER)
    with pytest.raises(Problem) as nobodys:
        make(county, "20200101-AAAAAAAA", "withdraw", OTHER)

    assert theirs.value.faults == nobodys.value.faults
    assert theirs.value.status == nobodys.value.status == 404


def test_who_only_watches_does_not_act_as_the_asker(county: County):
    (number,) = county.ask()
    with pytest.raises(NotAllowed):
        make(county, number, "withdraw", WATCHER)


def test_what_was_changed_meanwhile_is_told(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    seen = county.case(number).version
    make(county, number, "dispute", note="x")
    county.move(number, "answer", CLERK)
    with pytest.raises(MoveRefused) as caught:
        make(county, number, "accept", seen=seen)

    assert (caught.value.refusal.code, list(caught.value.refusal.open_moves)) == ("changed", ["dispute", "accept"])
