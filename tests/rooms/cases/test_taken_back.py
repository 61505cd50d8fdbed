"""A dispute is taken back: the answer that was doubted stands again, and never stays frozen in a case that was withdrawn."""

import pytest

from access.principal import Principal
from cases.lifecycle import State
from cases.moves import Mover
from cases.view import case_view
from tests.kinds import once
from tests.rooms.cases.test_amendments import code, done, kept, reasoned, told
from tests.rooms.county import ASKER, CLERK, SUPERVISOR, YES, County, wish
from tests.routes import RULEBOOK


@pytest.mark.parametrize("way", ["at_desk", "with_contact", "returned", "asked", "late"])
def test_taken_back_the_old_answer_stands_and_can_be_put_right(county: County, way: str):
    (number,) = county.asked_into(State.CLOSED if way == "late" else State.ANSWERED)
    done(county, reasoned(number, "dispute", ASKER))
    moves = {"with_contact": "consult", "returned": "return", "asked": "forward"}
    if way == "late":
        done(county, reasoned(number, "arbitrate", SUPERVISOR, decision="amend"))
    elif way in moves:
        done(county, wish(number, moves[way], CLERK))
    assert code(county, wish(number, "withdraw", ASKER)) == "disputed"
    case = done(county, wish(number, "take_back", ASKER))

    assert (case.state, case.finding, case.taken_by, case.wake_for) == ("answered", YES, "", "accept")
    assert (case.stands_since, list(kept(county, number))) == (case.answered_at, [])
    assert (told(county)[-1]["move"], told(county)[-1]["state"]) == ("take_back", "answered")
    police = Mover(CLERK.actor, "clerk", case.holder)
    assert done(county, reasoned(number, "amend", police)).outcome == "no_record"


@pytest.mark.parametrize("held", [False, True])
def test_a_corrected_question_that_is_withdrawn_keeps_no_answer_to_another_one(county: County, held: bool):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "dispute", ASKER), wish(number, "return", CLERK), wish(number, "correct", ASKER, held=held))
    assert code(county, wish(number, "take_back", ASKER)) == ("not_open" if held else "no_dispute")
    case = done(county, reasoned(number, "refuse", SUPERVISOR) if held else wish(number, "withdraw", ASKER))

    assert (case.outcome, case.finding, case.amended_at) == ("", None, county.now)
    assert [(one.kind, one.earlier) for one in kept(county, number)] == [("withdraw_answer", YES)]


@once
def test_only_a_disputed_answer_offers_to_take_that_back(county: County):
    (number,), (plain,) = county.asked_into(State.ANSWERED), county.asked_into(State.AT_DESK)
    done(county, reasoned(number, "dispute", ASKER))
    principal = Principal("asker", "asker", "bank", frozenset({"asker"}), "zh")
    offered = [case_view(county.case(one), (), principal, county.now, RULEBOOK.catalogue)["open_moves"] for one in (number, plain)]
    assert offered == [["message", "take_back", "urge"], ["message", "urge", "withdraw"]]
