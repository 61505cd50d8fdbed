"""A yes that becomes a no needs a second person: what counts is the last one that was ever delivered."""

from typing import Any

import pytest

from access.principal import Principal
from cases.amending.four_eyes import JUDGING
from cases.case import Case
from cases.lifecycle import State
from cases.moves import Move, Mover
from cases.view import case_view
from tests.kinds import once
from tests.rooms.cases.test_amendments import code, done, proposal, reasoned
from tests.rooms.county import ASKER, CLERK, MACHINE, NO, NOTHING, SECOND, SUPERVISOR, YES, County, wish
from tests.routes import RULEBOOK

NEITHER = {
    "identity_mismatch": {**NOTHING, "outcome": "identity_mismatch", "identity": {"person": "name_differs"}},
    "cannot_say": {**NOTHING, "outcome": "cannot_say"},
    "no_record": NOTHING,
}


@pytest.mark.parametrize("between", NEITHER)
@pytest.mark.parametrize(("first", "last"), [(YES, NO), (NO, YES)])
def test_nobody_walks_from_yes_to_no_through_something_else(county: County, between: str, first: Any, last: Any):
    (number,) = county.ask()
    done(county, wish(number, "find", MACHINE, finding=first), reasoned(number, "amend", CLERK, finding=NEITHER[between]))
    case = done(county, reasoned(number, "amend", CLERK, finding=last))

    assert (case.outcome, case.proposed_at, case.last_told) == (between, county.now, first["outcome"])
    assert done(county, reasoned(number, "confirm_amendment", SECOND, **proposal(county, number))).last_told == last["outcome"]
    assert county.case(number).told_by == "clerk", "who proposed it told it"


def test_the_same_yes_may_come_back_at_once(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "amend", CLERK))
    case = done(county, reasoned(number, "amend", CLERK, finding=YES))
    assert (case.outcome, case.proposed_at, case.told_by) == ("confirmed", None, "police clerk")


def answered(county: County, mover: Mover = CLERK) -> str:
    (number,) = county.ask()
    done(county, wish(number, "hand_over", MACHINE), wish(number, "answer", mover))
    return number


def no(number: str, mover: Mover) -> Move:
    return wish(number, "answer", mover, finding=NO)


@pytest.mark.parametrize("late", [False, True])
def test_after_a_dispute_nobody_turns_what_they_told_themselves(county: County, late: bool):
    number = answered(county)
    if late:
        done(county, wish(number, "accept", ASKER), reasoned(number, "dispute", ASKER))
        done(county, reasoned(number, "arbitrate", SUPERVISOR, decision="amend"))
    else:
        done(county, reasoned(number, "dispute", ASKER))

    assert code(county, no(number, CLERK)) == "same_person"
    assert county.case(number).state == "at_desk"
    assert done(county, no(number, SECOND)).outcome == "contradicted"


def test_after_a_dispute_nobody_turns_it_in_two_steps_either(county: County):
    number = answered(county)
    done(county, reasoned(number, "dispute", ASKER), wish(number, "answer", CLERK, finding=NOTHING), wish(number, "accept", ASKER))
    done(county, reasoned(number, "dispute", ASKER), reasoned(number, "arbitrate", SUPERVISOR, decision="amend"))
    assert code(county, no(number, CLERK)) == "same_person"


def test_who_said_the_same_again_does_not_turn_it_either(county: County):
    number = answered(county, SECOND)
    done(county, reasoned(number, "dispute", ASKER), wish(number, "answer", CLERK), wish(number, "accept", ASKER))
    done(county, reasoned(number, "dispute", ASKER), reasoned(number, "arbitrate", SUPERVISOR, decision="amend"))
    assert [code(county, no(number, mover)) for mover in (CLERK, SECOND)] == ["same_person"] * 2
    assert done(county, wish(number, "answer", CLERK)).outcome == "confirmed"


def test_a_clerk_is_the_second_look_at_a_machine_s_answer(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "dispute", ASKER))
    assert done(county, no(number, CLERK)).outcome == "contradicted"


def test_of_another_question_nothing_was_told_yet(county: County):
    number, same = answered(county), answered(county)
    for one, print_ in ((number, "another"), (same, county.case(same).fingerprint)):
        done(county, reasoned(one, "dispute", ASKER), wish(one, "return", CLERK))
        done(county, wish(one, "correct", ASKER, question={"fingerprint": print_}), wish(one, "hand_over", MACHINE))
    assert done(county, no(number, CLERK)).outcome == "contradicted"
    assert code(county, no(same, CLERK)) == "same_person"


# Nobody answers their own question


def own(county: County, *numbers: str) -> None:
    with county.database.write() as session:
        for number in numbers:
            session.get_one(Case, number).asked_by = "clerk"


def test_nobody_answers_their_own_question_and_it_waits_for_a_colleague(county: County):
    (at_desk,) = county.ask()
    done(county, wish(at_desk, "hand_over", MACHINE))
    (delivered,), (proposed,) = county.asked_into(State.ANSWERED), county.asked_into(State.CLOSED)
    done(county, reasoned(proposed, "amend", SECOND, finding=NO))
    own(county, at_desk, delivered, proposed)
    refused = dict.fromkeys(("take", "take_over", "consult", "state", "answer"), at_desk)
    refused |= dict.fromkeys(("amend", "propose_amendment", "withdraw_answer"), delivered)
    refused |= dict.fromkeys(("confirm_amendment", "decline_amendment"), proposed)
    given = proposal(county, proposed)

    assert refused.keys() == JUDGING
    assert {code(county, reasoned(number, name, CLERK, **given)) for name, number in refused.items() if number == proposed} == {
        "own_question"
    }
    assert {code(county, reasoned(number, name, CLERK)) for name, number in refused.items() if number != proposed} == {
        "own_question"
    }
    assert code(county, wish(at_desk, "reassign", SUPERVISOR, clerk="clerk")) == "own_question"
    assert done(county, wish(at_desk, "take", SECOND)).taken_by == "second"
    assert done(county, wish(at_desk, "answer", SECOND)).outcome == "confirmed"


@once
def test_what_one_may_not_do_is_not_offered(county: County):
    (number,) = county.ask()
    done(county, wish(number, "hand_over", MACHINE))
    own(county, number)

    def offered(who: str) -> list[str]:
        principal = Principal(who, who, "police", frozenset({"clerk"}), "zh")
        return case_view(county.case(number), (), principal, county.now, RULEBOOK.catalogue)["open_moves"]

    assert set(offered("second")) - set(offered("clerk")) == {"take", "consult", "state", "answer"}
    assert "forward" in offered("clerk"), "nobody is stuck with it"
