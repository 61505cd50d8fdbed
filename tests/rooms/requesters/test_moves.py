"""What the asker may do with a case: correct, dispute, accept, withdraw."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from access.freezes import UNIT, Frozen
from access.principal import Principal
from access.refusals import NotAllowed
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case, fingerprint, question_of
from cases.grants.grants import Grant
from cases.lifecycle import Actor, State
from cases.moves import Mover
from cases.safeguards.spot_checks import SpotCheck
from cases.subject_index import numbers_of
from requesters.own_cases.actions import MOVES
from requesters.own_cases.unread import Unread
from storage.problem import Problem
from supervisors.holds.holds import why_held
from tests.kinds import once
from tests.rooms.county import CLERK, SUPERVISOR, County
from tests.routes import FATHER, RULEBOOK, SON
from tests.vaults import VAULT

ACTIONS = {action.move: action for action in MOVES}
ASKER = Principal("asker", "问甲", "bank", frozenset({"asker"}), "zh")
OTHER = Principal("other", "别甲", "court", frozenset({"asker"}), "zh")
WATCHER = Principal("supervisor", "督甲", "data-office", frozenset({"supervisor"}), "zh")


@pytest.fixture(autouse=True)
def granted(county: County) -> None:
    """The bank may ask about kinship: a correction needs that like a new question."""
    grant(county, date(2030, 12, 31))


def grant(county: County, until: date) -> None:
    with county.database.write() as session:
        session.merge(Grant(unit="bank", item="kinship", matter="close_relative_card", until=until))


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


@pytest.mark.parametrize(("heard", "state"), [([], "at_desk"), (["police"], "asked")])
def test_what_is_put_right_goes_to_the_desk_at_once_without_a_machine(county: County, heard: list[str], state: str):
    county.hear(*heard)
    (number,) = county.asked_into(State.RETURNED)
    make(county, number, "correct", year=1990)
    county.tick()

    assert county.case(number).state == state


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


def test_a_dispute_is_taken_back_by_who_asked_and_nobody_else(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    make(county, number, "dispute", note="x")
    with pytest.raises(Problem):
        make(county, number, "take_back", OTHER)
    with pytest.raises(MoveRefused) as caught:
        make(county, number, "withdraw")

    assert (caught.value.refusal.code, list(caught.value.refusal.open_moves)) == ("disputed", ["message", "take_back", "urge"])
    assert make(county, number, "take_back").state == "answered"


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

    assert (caught.value.refusal.code, list(caught.value.refusal.open_moves)) == ("changed", ["message", "dispute", "accept"])


# A correction goes through the gates of a new question


def test_a_correction_needs_a_grant_that_is_still_good(county: County):
    (number,) = county.asked_into(State.RETURNED)
    grant(county, county.now.date() - timedelta(days=1))

    assert wrong(county, number, "correct", purpose="again") == [("item", "not_granted")]
    assert county.case(number).state == "returned"


def test_a_frozen_unit_corrects_nothing(county: County):
    (number,) = county.asked_into(State.RETURNED)
    with county.database.write() as session:
        session.add(Frozen(kind=UNIT, subject="bank", at=county.now, by="supervisor", reason="检查"))

    assert wrong(county, number, "correct", purpose="again") == [("", "frozen")]


def test_a_correction_that_looks_like_fishing_waits_for_the_supervisor(county: County):
    """Trap 14: returned and corrected, a question tries other data like a new one does."""
    (number,) = county.asked_into(State.RETURNED)
    for n in range(RULEBOOK.fishing_guard.tries):
        county.ask(year=1990 + n)
    letters = len(county.letters("question"))
    case = make(county, number, "correct", year=2001)

    assert (case.state, case.wake_at, len(county.letters("question"))) == ("held", None, letters)
    assert county.actions(number)[-2:] == ["correct", "hold"]
    line = county.trail(number)[-1]
    assert (line.details["rule"], line.to) == ("person", "held")
    with county.database.read() as session:
        assert why_held(session, [number])[number].rule == "person"


def test_let_through_it_is_asked_with_the_deadline_it_always_had(county: County):
    (number,) = county.asked_into(State.RETURNED)
    due = county.case(number).due_at
    county.move(number, "correct", Mover(Actor.ASKER, "asker", "bank"), held=True)
    county.later(hours=3)
    let = county.move(number, "let_through", SUPERVISOR)

    assert isinstance(let, Case)
    assert (let.state, let.due_at, let.wake_for) == ("asked", due, "machine")


def test_a_corrected_number_is_found_again_and_may_be_drawn_for_a_spot_check(county: County):
    (number,) = county.asked_into(State.RETURNED)
    drawing = replace(RULEBOOK, fishing_guard=replace(RULEBOOK.fishing_guard, sample=1.0))
    people = {"person": {"name": "吴一", "id_number": SON}, "relative": {"name": "吴三", "id_number": "330782198501010019"}}
    with county.database.write() as session:
        perform(ActionContext(session, ASKER, county.now, drawing), number, ACTIONS["correct"], {"subjects": people})
    with county.database.read() as session:
        assert session.get(SpotCheck, number) is not None
        assert number in numbers_of(session, "330782198501010019")


# What was put right


def test_who_confirms_takes_the_asker_s_mark_away_and_leaves_those_of_colleagues(county: County):
    (number,) = county.asked_into(State.CLOSED)
    county.move(number, "amend", CLERK)
    with county.database.write() as session:
        session.add_all(Unread(number=number, unit="bank", asked_by=who, at=county.now) for who in ("asker", "colleague"))
    make(county, number, "acknowledge")
    with county.database.read() as session:
        assert session.exec(select(Unread.asked_by)).all() == ["colleague"]
    assert county.case(number).unseen is False
