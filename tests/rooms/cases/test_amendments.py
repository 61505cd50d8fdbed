"""Delivered answers are put right: amended, withdrawn, confirmed by a second person, disputed late; nothing that stood is lost."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from access.accounts import Account
from access.principal import Principal
from cases.amending.amend_effects import DECIDE_WORKING_DAYS
from cases.amending.amendments import Amendment, amendments_of, count_amendments, waiting_in
from cases.auditor import unwatched
from cases.case import Case
from cases.duty.standing_order import Duty
from cases.lifecycle import State
from cases.moves import Move, Mover, Refusal
from cases.retention import block
from cases.view import case_view
from responders.escalation.ladders import FrozenLadder
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, CLOCK, MACHINE, NO, NOTHING, SECOND, SUPERVISOR, YES, County, wish
from tests.routes import RULEBOOK

DELIVERED = (State.ANSWERED, State.CLOSED)


def kept(county: County, number: str) -> Sequence[Amendment]:
    with county.database.read() as session:
        return amendments_of(session, session.get_one(Case, number))


def reasoned(number: str, name: str, mover: Mover, note: str = "看错了卷", **given: Any) -> Move:
    made = wish(number, name, mover, **given)
    return Move(number, name, mover, note=note, given=made.given)


def done(county: County, *moves: Move) -> Case:
    made = county.moves(moves)[-1]
    assert isinstance(made, Case), made
    return made


def code(county: County, move: Move) -> str:
    refusal = county.moves([move])[0]
    assert isinstance(refusal, Refusal)
    return refusal.code


def proposal(county: County, number: str) -> dict[str, Any]:
    one = next(one for one in kept(county, number) if one.state == "proposed")
    return {"finding": one.wanted, "proposed_by": one.who, "proposed_at": one.at}


def told(county: County) -> list[dict[str, Any]]:
    return [json.loads(letter.body) for letter in county.letters("outcome")]


@pytest.mark.parametrize("state", DELIVERED)
def test_an_amended_answer_stands_and_the_old_one_is_kept(county: County, state: State):
    (number,) = county.asked_into(state)
    answered = county.case(number).answered_at
    county.later(hours=1)
    case = done(county, reasoned(number, "amend", CLERK))
    (one,) = kept(county, number)

    assert (case.state, case.outcome, case.finding, case.answered_at) == (state, "no_record", NOTHING, answered)
    assert (case.amended_at, case.unseen, case.wake_for, case.wake_at) == (county.now, True, "amended", county.now)
    assert (one.kind, one.state, one.earlier, one.reason, one.who) == ("amend", "standing", YES, "看错了卷", "clerk")
    assert (one.answered_at, one.source, one.holder) == (answered, "record", "police")
    letter = told(county)[-1]
    assert (letter["move"], letter["state"], letter["finding"]["outcome"]) == ("amend", state, "no_record")
    assert letter["amended_at"] == county.now.isoformat()


@pytest.mark.parametrize("state", DELIVERED)
def test_a_withdrawn_answer_leaves_none_and_keeps_what_stood(county: County, state: State):
    (number,) = county.asked_into(state)
    case = done(county, reasoned(number, "withdraw_answer", CLERK))
    (one,) = kept(county, number)

    assert (county.case(number).state, county.case(number).finding, case.outcome) == ("retracted", None, "")
    assert (case.closed_at, case.unseen) == (county.now, True)
    assert (one.kind, one.earlier) == ("withdraw_answer", YES)
    assert (told(county)[-1]["move"], told(county)[-1]["finding"]) == ("withdraw_answer", None)


@pytest.mark.parametrize("state", DELIVERED)
def test_yes_into_no_waits_for_a_second_person(county: County, state: State):
    (number,) = county.asked_into(state)
    letters = len(told(county))
    case = done(county, reasoned(number, "amend", CLERK, finding=NO))

    assert (case.state, case.outcome, case.proposed_at, case.wake_for) == (state, "confirmed", county.now, "proposed")
    assert len(told(county)) == letters, "nobody outside hears of what is not confirmed"
    assert county.actions(number)[-1] == "propose_amendment"
    given = proposal(county, number)
    assert code(county, wish(number, "confirm_amendment", CLERK, **given)) == "same_person"
    assert code(county, wish(number, "amend", SECOND)) == "proposed"
    county.later(hours=1)
    case = done(county, wish(number, "confirm_amendment", SECOND, **given))
    (one,) = kept(county, number)
    assert (case.outcome, case.proposed_at, case.unseen, case.amended_at) == ("contradicted", None, True, county.now)
    assert (one.state, one.decided_by, one.stood_until, one.earlier) == ("standing", "second", county.now, YES)
    assert told(county)[-1]["move"] == "amend"


def test_the_machine_s_turn_waits_for_a_clerk_and_its_other_words_do_not(county: County):
    first, second = county.asked_into(State.ANSWERED, 2)
    hashes = {number: county.case(number).question_hashes.split()[-1] for number in (first, second)}
    case = done(county, reasoned(first, "amend", MACHINE, finding={**YES, "words": "另有户籍迁移"}, question=hashes[first]))
    turned = done(county, reasoned(second, "amend", MACHINE, finding=NO, question=hashes[second]))

    assert (case.finding or {})["words"] == "另有户籍迁移"
    assert (turned.outcome, turned.proposed_at) == ("confirmed", county.now)
    assert done(county, wish(second, "confirm_amendment", CLERK, **proposal(county, second))).outcome == "contradicted"
    assert code(county, reasoned(first, "amend", MACHINE, question="another")) == "other_question"


def test_a_declined_proposal_changes_nothing(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    accept = county.case(number).wake_at
    done(county, reasoned(number, "amend", CLERK, finding=NO))
    case = done(county, reasoned(number, "decline_amendment", SECOND, "卷没有错", **proposal(county, number)))

    assert (case.outcome, case.wake_for, case.proposed_at, case.amended_at) == ("confirmed", "accept", None, None)
    assert case.wake_at == accept
    with county.database.read() as session:
        assert session.exec(select(Amendment.state)).all() == ["declined"]
        assert waiting_in(session, "police") == []


def test_an_amendment_overtaken_by_a_dispute_is_dropped_and_the_second_answer_keeps_the_first(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "amend", CLERK, finding=NO), reasoned(number, "dispute", ASKER))
    county.later(hours=2)
    case = done(county, wish(number, "answer", CLERK))

    assert [(one.state, one.kind) for one in kept(county, number)] == [("dropped", "amend"), ("standing", "answer")]
    assert (kept(county, number)[1].earlier, case.amended_at, case.unseen, case.wake_for) == (YES, county.now, False, "accept")


def test_what_stands_already_and_what_was_blocked_is_not_amended(county: County):
    same, old = county.asked_into(State.CLOSED, 2)
    with county.database.write() as session:
        block(session, [old], county.now)

    assert code(county, reasoned(same, "amend", CLERK, finding=YES)) == "same_finding"
    assert [code(county, reasoned(old, move, CLERK)) for move in ("amend", "withdraw_answer", "propose_amendment")] == [
        "blocked"
    ] * 3
    assert code(county, reasoned(old, "dispute", ASKER)) == "blocked"


# The asker confirms that they know


def test_the_asker_s_word_ends_the_clock_and_is_kept(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "amend", CLERK))
    county.later(minutes=5)
    case = done(county, wish(number, "acknowledge", ASKER))
    (one,) = kept(county, number)

    assert (case.unseen, case.wake_for, one.seen_at, one.seen_by) == (False, "accept", county.now, "asker")
    assert code(county, wish(number, "acknowledge", ASKER)) == "nothing_new"
    assert done(county, wish(number, "accept", ASKER)).wake_at is None


def test_time_never_closes_a_case_whose_amendment_nobody_has_seen(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    done(county, reasoned(number, "amend", CLERK))
    for _ in range(30):
        county.later(days=1)
        county.tick()

    assert (county.case(number).state, county.case(number).unseen) == ("answered", True)
    assert done(county, wish(number, "accept", ASKER)).unseen is False, "who accepts it has seen it"
    assert county.case(number).wake_at is None


@once
def test_the_ladder_goes_from_the_asker_to_the_leader_to_the_supervisor_until_somebody_confirms(county: County):
    phones(county, asker="+8613900020021", boss="+8613900020022")
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "amend", CLERK))
    steps = []
    for minutes in (0, 120, 120, 420, 60):
        county.now = RULEBOOK.calendar.add_office_minutes(county.now, minutes).at + timedelta(seconds=1)
        county.tick()
        steps.append([who for who, template in county.texts() if template in ("asker_amended", "amended_unread")])
        with county.database.read() as session:
            assert unwatched(session, county.now) == 0

    assert steps == [["asker"], ["asker"] * 2, ["asker"] * 2 + ["boss"], ["asker"] * 2 + ["boss", "supervisor"], steps[3]]
    county.now = RULEBOOK.calendar.add_office_minutes(county.now, 2100).at + timedelta(minutes=1)
    county.tick()
    assert len(county.texts()) == 5, "five days on it begins anew: nobody has confirmed"
    done(county, wish(number, "acknowledge", ASKER))
    county.later(days=30)
    county.tick()
    assert len(county.texts()) == 5


@once
def test_nobody_is_texted_at_night_and_an_empty_step_waits_for_nobody(county: County):
    """Trap 5: an asker without a mobile number does not keep the leader waiting."""
    phones(county, boss="+8613900020022")
    county.now = county.now.replace(hour=14)  # ten in the evening
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "withdraw_answer", CLERK))
    county.tick()
    assert county.texts() == []
    county.later(hours=12)
    county.tick()
    assert county.texts() == [("boss", "amended_unread")]


@once
def test_a_proposal_is_told_to_colleagues_and_never_to_who_made_it(county: County):
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "amend", CLERK, finding=NO))
    county.tick()

    assert county.texts() == [("second", "desk_proposed")]
    with county.database.read() as session:
        assert session.exec(select(FrozenLadder.kind).where(FrozenLadder.number == number)).all() == ["proposed"]
        assert [one.number for one in waiting_in(session, "police")] == [number]


@pytest.mark.parametrize("kind", ["amend", "propose_amendment", "dispute"])
def test_a_clock_that_was_lost_is_found_by_the_auditor(county: County, kind: str):
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, kind, ASKER if kind == "dispute" else CLERK))
    with county.database.write() as session:
        session.get_one(Case, number).wake_at = None
    with county.database.read() as session:
        assert unwatched(session, county.now) == 1


# Late disputes


def disputed(county: County) -> str:
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "dispute", ASKER, "当事人持有公证书"))
    return number


def test_a_late_dispute_goes_to_the_supervisor_with_a_time_for_the_decision(county: County):
    number = disputed(county)
    case = county.case(number)
    county.tick()

    by = RULEBOOK.calendar.add_working_days(county.now, DECIDE_WORKING_DAYS).at
    assert (case.state, case.decide_by, case.wake_for, case.outcome) == ("closed", by, "late_dispute", "confirmed")
    assert county.texts() == [("supervisor", "supervisor_disputed")]
    assert code(county, reasoned(number, "dispute", ASKER)) == "disputed"


def test_dismissed_the_answer_stands_and_the_asker_hears_why(county: County):
    number = disputed(county)
    case = done(county, reasoned(number, "arbitrate", SUPERVISOR, "公证书无关", decision="dismiss"))

    assert (case.state, case.outcome, case.decide_by, case.wake_at) == ("closed", "confirmed", None, None)
    assert (told(county)[-1]["move"], told(county)[-1]["state"]) == ("arbitrate", "closed")
    assert code(county, reasoned(number, "dispute", ASKER)) == "disputed", "once about one answer"
    county.later(minutes=1)
    done(county, reasoned(number, "amend", CLERK))
    assert done(county, reasoned(number, "dispute", ASKER)).decide_by, "about another answer again"


def test_decided_the_holder_answers_anew_in_the_item_s_own_time(county: County):
    number = disputed(county)
    county.later(days=20)
    case = done(county, reasoned(number, "arbitrate", SUPERVISOR, decision="amend"))
    minutes = RULEBOOK.catalogue.item("kinship").deadline.office_minutes

    assert (case.state, case.closed_at, case.wake_for) == ("at_desk", None, "desk")
    assert case.due_at == RULEBOOK.calendar.add_office_minutes(county.now, minutes).at
    done(county, wish(number, "answer", CLERK))
    assert [one.earlier for one in kept(county, number)] == [YES]


def test_decided_the_answer_is_withdrawn(county: County):
    number = disputed(county)
    case = done(county, reasoned(number, "arbitrate", SUPERVISOR, decision="withdraw_answer"))

    assert (case.state, case.unseen, told(county)[-1]["move"]) == ("retracted", True, "withdraw_answer")
    assert kept(county, number)[0].actor == "supervisor"


def test_a_decision_of_the_other_kind_is_refused(county: County):
    (at_desk,), number = county.asked_into(State.AT_DESK), disputed(county)

    assert code(county, wish(number, "arbitrate", SUPERVISOR, decision="answer")) == "not_asked_for"
    assert code(county, wish(at_desk, "arbitrate", SUPERVISOR, decision="dismiss")) == "not_asked_for"


# What is shown and counted


@once
def test_the_asker_sees_roles_and_no_proposal_and_the_holder_sees_names(county: County):
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "amend", CLERK), reasoned(number, "propose_amendment", CLERK, finding=YES))

    def view(who: str, unit: str, role: str) -> dict[str, Any]:
        principal = Principal(who, who, unit, frozenset({role}), "zh")
        return case_view(county.case(number), county.trail(number), principal, county.now, RULEBOOK.catalogue, kept(county, number))

    bank, police = view("asker", "bank", "asker"), view("clerk", "police", "clerk")
    assert [(one["state"], one["who"], one["actor"]) for one in bank["amendments"]] == [("standing", "", "clerk")]
    assert [(one["state"], one["who"]) for one in police["amendments"]] == [("standing", "clerk"), ("proposed", "clerk")]
    assert "propose_amendment" not in [line["action"] for line in bank["trail"]]
    assert bank["amendments"][0]["earlier"].items() >= {**YES, "grade": "A"}.items()
    assert (bank["amended_at"], bank["to_acknowledge"]) == (county.now, True)


def test_what_a_blocked_case_said_before_is_shown_to_nobody(county: County):
    (number,) = county.asked_into(State.CLOSED)
    done(county, reasoned(number, "amend", CLERK))
    with county.database.write() as session:
        block(session, [number], county.now)

    assert [(one.earlier, one.reason, one.kind) for one in kept(county, number)] == [(None, "", "amend")]


def test_amendments_are_counted_by_unit_and_source_and_proposals_are_not(county: County):
    first, second, third = county.asked_into(State.ANSWERED, 3)
    done(
        county,
        reasoned(first, "amend", CLERK),
        reasoned(second, "withdraw_answer", CLERK),
        reasoned(third, "amend", CLERK, finding=NO),
    )
    with county.database.read() as session:
        counts = count_amendments(session, county.now, county.now + timedelta(seconds=1))
        before = count_amendments(session, county.now - timedelta(days=1), county.now)

    assert (dict(counts.by_unit), dict(counts.by_source), counts.total) == ({"police": 2}, {"record": 2}, 2)
    assert before.total == 0


def test_two_hundred_amendments_cost_one_statement_more_than_two_hundred_moves(county: County):
    numbers = county.asked_into(State.ANSWERED, 50)
    made = county.moves([reasoned(number, "amend", CLERK) for number in numbers])

    assert all(isinstance(one, Case) for one in made)
    with county.database.read() as session:
        assert len(session.exec(select(Amendment.number).order_by(col(Amendment.number))).all()) == 50
    county.move(numbers[0], "accept", CLOCK)


def phones(county: County, **numbers: str) -> None:
    """Gives the asker a telephone, and the bank a leader with one."""
    with county.database.write() as session:
        if "boss" in numbers:
            session.add(Account(username="boss", name="行长甲", unit="bank", roles=["asker"], phone=numbers["boss"]))
            session.flush()
            session.add(Duty(username="boss", unit="bank", place=9, leader=True))
        if "asker" in numbers:
            session.get_one(Account, "asker").phone = numbers["asker"]
