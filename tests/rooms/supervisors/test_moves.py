"""What a supervisor may do: urge, give a case to another clerk, take it from a silent one, arbitrate what was sent back twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select

from access.accounts import Account
from access.principal import Principal
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case
from cases.duty.absence import Absence
from cases.effects import CLAIM_OFFICE_MINUTES
from cases.lifecycle import State
from contacts.alerts.alerts import Alert
from contacts.alerts.still_wanted import still_wanted
from contacts.in_hand import in_hand
from storage.problem import Problem
from supervisors.board.texts import goes_out
from supervisors.decisions.actions import MOVES
from supervisors.decisions.urge_texts import texts_wait
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, MACHINE, SECOND, County
from tests.routes import RULEBOOK

ACTIONS = {action.move: action for action in MOVES}
WATCHER = Principal("supervisor", "督甲", "data-office", frozenset({"supervisor"}), "zh")


def make(county: County, number: str, move: str, **data: Any) -> Case:
    with county.database.write() as session:
        return perform(ActionContext(session, WATCHER, county.now, RULEBOOK), number, ACTIONS[move], data)


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
    [("answer", "at_desk", "police"), ("forward", "at_desk", "civil"), ("return", "returned", "police")],
)
def test_the_decision_is_carried_out_and_stands_on_the_trail(county: County, twice: str, decision: str, state: str, holder: str):
    case = make(county, twice, "arbitrate", decision=decision, unit="civil" if decision == "forward" else "", note="because")
    line = next(line for line in reversed(county.trail(twice)) if line.actor == "supervisor")

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


@once
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


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.AT_DESK, [("clerk", "desk_urged")]),
        (State.WITH_CONTACT, [("clerk", "desk_urged")]),
        (State.RETURNED, [("asker", "asker_urged")]),
    ],
)
def test_an_urge_texts_whoever_has_the_case_and_stands_on_the_trail(county: County, state: State, told: list[tuple[str, str]]):
    with county.database.write() as session:
        session.get_one(Account, "asker").phone = "+8613900020007"
    (number,) = county.asked_into(state)
    before = county.case(number)
    case = make(county, number, "urge", note="the citizen waits in the hall")
    line = county.trail(number)[-1]

    assert county.texts() == told
    assert (line.action, line.note, line.details) == ("urge", "the citizen waits in the hall", {"told": [told[0][0]]})
    same = ("state", "taken_by", "due_at", "wake_at", "wake_for")
    assert [getattr(case, name) for name in same] == [getattr(before, name) for name in same]
    assert case.urged_at == county.now
    assert len(county.letters("outcome")) == (2 if state == State.RETURNED else 0)


def test_an_urge_about_a_case_nobody_took_reaches_the_first_clerk_and_the_leader(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "release", CLERK)
    with county.database.read() as session:
        hands = [(hand.account.username, hand.role) for hand in in_hand(session, county.case(number), county.now)]
    make(county, number, "urge", note="x")

    assert hands == [("clerk", "clerk"), ("leader", "leader")]
    assert county.texts() == [("clerk", "desk_urged"), ("leader", "desk_urged")]


def test_trap_25_an_urge_reaches_somebody_though_those_it_is_for_are_gone(county: County):
    """Trap 25: of a case nobody took who stands in is told; of a returned one a colleague of who asked it."""
    (nobodys,), (returned,) = county.asked_into(State.AT_DESK), county.asked_into(State.RETURNED)
    county.move(nobodys, "release", CLERK)
    days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 6), "entered_at": county.now, "entered_by": "leader"}
    with county.database.write() as session:
        session.add(Absence(username="clerk", unit="police", deputy="second", **days))
        session.add(Account(username="banker", name="三甲", unit="bank", roles=["asker"], phone="+8613900020010"))
        session.get_one(Account, "asker").active = False
    with county.database.read() as session:
        hands = [in_hand(session, county.case(number), county.now) for number in (nobodys, returned)]

    assert [[(hand.account.username, hand.role) for hand in each] for each in hands] == [
        [("second", "clerk"), ("leader", "leader")],
        [("banker", "unit")],
    ]


def test_an_urge_at_night_waits_for_the_doors_to_open(county: County):
    """Trap 8: nobody is texted at night."""
    (number,) = county.asked_into(State.AT_DESK)
    county.later(hours=14)
    make(county, number, "urge", note="x")
    with county.database.read() as session:
        alert = session.exec(select(Alert)).one()

    assert (alert.state, alert.next_try_at) == ("queued", RULEBOOK.calendar.next_opening(county.now))
    assert alert.next_try_at > county.now + timedelta(hours=8)
    assert texts_wait(RULEBOOK.calendar, county.now)
    assert goes_out(alert, county.now) == alert.next_try_at
    assert goes_out(alert, alert.next_try_at) is None


def test_a_text_that_is_on_its_way_has_no_time_to_wait_for(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    make(county, number, "urge", note="x")
    with county.database.read() as session:
        alert = session.exec(select(Alert)).one()

    assert not texts_wait(RULEBOOK.calendar, county.now)
    assert (alert.state, goes_out(alert, county.now)) == ("queued", None)


def test_an_urge_is_not_sent_any_more_once_the_case_is_answered(county: County):
    answered, lost, waiting = county.asked_into(State.AT_DESK, 3)
    for number in (answered, lost, waiting):
        make(county, number, "urge", note="x")
    county.move(answered, "answer", CLERK)
    county.move(lost, "release", CLERK)
    county.move(lost, "take", SECOND)
    with county.database.read() as session:
        alerts = session.exec(select(Alert)).all()
        wanted = still_wanted(session, alerts, county.now)

    assert {alert.about for alert in alerts if alert.id in wanted} == {waiting}


def test_an_urge_where_nobody_has_a_mobile_still_stands_on_the_case(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        session.get_one(Account, "clerk").phone = "+8657985230011"
    make(county, number, "urge", note="x")

    assert county.texts() == []
    assert county.trail(number)[-1].details == {"told": []}
    assert county.case(number).urged_at == county.now


@once
@pytest.mark.parametrize("state", [State.ASKED, State.ANSWERED, State.CLOSED, State.WITHDRAWN])
def test_nobody_is_urged_about_a_case_that_waits_for_no_person(county: County, state: State):
    (number,) = county.asked_into(state)
    with pytest.raises(MoveRefused) as caught:
        make(county, number, "urge", note="x")

    assert caught.value.refusal.code == "not_open"
    assert county.texts() == []


def test_another_clerk_gets_the_case_a_text_and_a_fresh_claim(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    county.later(minutes=30)
    case = make(county, number, "reassign", clerk="second", note="the first is ill")
    line = county.trail(number)[-1]

    claim = RULEBOOK.calendar.add_office_minutes(county.now, CLAIM_OFFICE_MINUTES).at
    assert (case.state, case.taken_by, case.taken_at) == ("at_desk", "second", county.now)
    assert (case.wake_for, case.wake_at) == ("claim", claim)
    assert (line.action, line.note, line.details) == ("reassign", "the first is ill", {"clerk": "second"})
    assert county.texts() == [("second", "desk_assigned")]
    assert isinstance(county.move(number, "answer", SECOND), Case)


def test_while_the_community_is_asked_its_ladder_goes_on_under_the_new_clerk(county: County):
    (number,) = county.asked_into(State.WITH_CONTACT)
    before = county.case(number)
    case = make(county, number, "reassign", clerk="second", note="x")

    assert (case.state, case.taken_by) == ("with_contact", "second")
    assert (case.wake_at, case.wake_for) == (before.wake_at, before.wake_for)


@once
@pytest.mark.parametrize(("clerk", "field"), [("asker", "clerk"), ("nobody", "clerk"), ("", "clerk")])
def test_only_a_clerk_of_the_unit_is_given_a_case(county: County, clerk: str, field: str):
    (number,) = county.asked_into(State.AT_DESK)
    with pytest.raises(Problem) as caught:
        make(county, number, "reassign", clerk=clerk, note="x")

    assert [fault.field for fault in caught.value.faults] == [field]
    assert county.case(number).taken_by == "clerk"


def test_giving_a_case_to_whoever_has_it_is_refused(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    with pytest.raises(MoveRefused) as caught:
        make(county, number, "reassign", clerk="clerk", note="x")

    assert caught.value.refusal.code == "taken"


@once
@pytest.mark.parametrize(("move", "data"), [("urge", {}), ("reassign", {"clerk": "second"}), ("release", {})])
def test_whatever_a_supervisor_does_needs_a_reason(county: County, move: str, data: dict[str, Any]):
    (number,) = county.asked_into(State.AT_DESK)
    with pytest.raises(Problem) as caught:
        make(county, number, move, **data)

    assert [fault.field for fault in caught.value.faults] == ["note"]


def test_a_case_is_taken_from_a_silent_clerk(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    assert make(county, number, "release", note="on leave").taken_by == ""
    assert county.trail(number)[-1].note == "on leave"
    with pytest.raises(MoveRefused):
        make(county, number, "release", note="again")
