"""Handing over: what is in hand goes to a colleague in one go, and the colleague is told once."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from access.freezes import ACCOUNT, Frozen
from access.principal import Principal
from cases.actions import ActionContext, MoveRefused, perform
from cases.case import Case
from cases.duty.absence import Absence
from cases.lifecycle import State
from contacts.alerts.alerts import Alert
from responders.desk.actions import MOVES
from responders.desk.earlier_answers import colleagues
from responders.duty.handovers import hand_over, held_by
from storage.problem import Problem
from tests.rooms.county import MACHINE, SECOND, County, counted
from tests.routes import RULEBOOK

CLERK1 = Principal("clerk", "clerk甲", "police", frozenset({"clerk"}), "zh")
REASSIGN = next(doing for doing in MOVES if doing.move == "reassign")


def handed(county: County, numbers: list[str], clerk: str = "second", note: str = "on leave") -> int:
    with county.database.write() as session:
        return hand_over(ActionContext(session, CLERK1, county.now, RULEBOOK), numbers, clerk, note)


def wrong(county: County, numbers: list[str], clerk: str) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as caught:
        handed(county, numbers, clerk)
    return [(fault.field, fault.code) for fault in caught.value.faults]


def test_everything_in_hand_goes_to_the_colleague_with_the_reason(county: County):
    """At the desk and with the community alike; the community's ladder goes on as it was."""
    (desk,), (asked,) = county.asked_into(State.AT_DESK), county.asked_into(State.WITH_CONTACT)
    waits = county.case(asked).wake_at

    assert handed(county, [desk, asked]) == 2
    assert {county.case(number).taken_by for number in (desk, asked)} == {"second"}
    assert (county.case(asked).state, county.case(asked).wake_at) == ("with_contact", waits)
    line = county.trail(desk)[-1]
    assert (line.action, line.who, line.note, line.details) == ("reassign", "clerk", "on leave", {"clerk": "second"})


def test_the_colleague_is_told_once_and_not_at_night(county: County):
    numbers = county.asked_into(State.AT_DESK, 3)
    county.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    handed(county, numbers)
    with county.database.read() as session:
        (alert,) = session.exec(select(Alert)).all()

    assert (alert.recipient, alert.params) == ("second", {"count": 3})
    assert alert.next_try_at == datetime(2026, 3, 3, 0, 30, tzinfo=UTC)


def test_only_what_one_holds_oneself_can_be_handed_over(county: County):
    (mine,) = county.asked_into(State.AT_DESK)
    (theirs,) = county.ask()
    county.move(theirs, "hand_over", MACHINE)
    county.move(theirs, "take", SECOND)

    assert wrong(county, [theirs], "second") == [("cases", "missing")]
    assert wrong(county, [], "second") == [("cases", "missing")]
    assert handed(county, [mine, theirs]) == 1
    with county.database.read() as session:
        assert {case.number for case in held_by(session, "police", "second")} == {mine, theirs}


@pytest.mark.parametrize(("clerk", "code"), [("clerk", "oneself"), ("asker", "not_a_clerk"), ("nobody", "not_a_clerk")])
def test_it_goes_to_a_colleague_of_the_same_unit(county: County, clerk: str, code: str):
    assert wrong(county, county.asked_into(State.AT_DESK), clerk) == [("clerk", code)]


def test_trap_30_it_goes_to_nobody_who_is_off_frozen_or_away(county: County):
    """Trap 30: a colleague who cannot do it is neither offered nor taken."""
    numbers = county.asked_into(State.AT_DESK)
    with county.database.read() as session:
        assert [who for who, _ in colleagues(session, "police", "clerk", county.now)] == ["leader", "second"]
    days = {"first_day": date(2026, 3, 2), "last_day": date(2026, 3, 6), "entered_at": county.now}
    with county.database.write() as session:
        session.add(Absence(username="second", unit="police", entered_by="leader", **days))
        session.add(Frozen(kind=ACCOUNT, subject="leader", reason="x", at=county.now, by="supervisor"))

    assert wrong(county, numbers, "second") == [("clerk", "away")]
    assert wrong(county, numbers, "leader") == [("clerk", "not_a_clerk")]
    with county.database.read() as session:
        assert colleagues(session, "police", "clerk", county.now) == []


def test_one_case_can_be_handed_over_and_not_a_colleagues(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    with county.database.write() as session:
        case = perform(ActionContext(session, CLERK1, county.now, RULEBOOK), number, REASSIGN, {"clerk": "second"})
        assert isinstance(case, Case)
        assert case.taken_by == "second"
    with county.database.write() as session, pytest.raises(MoveRefused):
        perform(ActionContext(session, CLERK1, county.now, RULEBOOK), number, REASSIGN, {"clerk": "leader"})
    assert county.case(number).taken_by == "second"
    assert county.texts() == [("second", "desk_handed")]


def test_fifty_cases_cost_as_many_statements_as_five(county: County):
    costs = []
    for count in (5, 50):
        numbers = county.asked_into(State.AT_DESK, count)
        with counted(county.database) as statements:
            handed(county, numbers)
        costs.append(len(statements))

    assert costs[0] == costs[1]
