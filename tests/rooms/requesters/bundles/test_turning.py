"""Bundles kept up to date: told once, turned by amendments and disputes, follow-ups asked once; one mark, one notice, one event."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from access.accounts import Account
from access.principal import Principal
from broker import outbox
from cases.amending.amendments import Amendment
from cases.grants.grants import Grant
from cases.letters import outcome_letter
from cases.lifecycle import Actor
from cases.moves import Mover
from cases.opening import ask, open_cases
from cases.question import Question
from requesters.own_cases.events import Follower
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, MACHINE, SUPERVISOR, YES, County, wish
from tests.rooms.requesters.bundles.bank import NO, NOTHING, SAID, Bank, deposit
from tests.routes import RULEBOOK, kinship

ME = Principal("asker", "甲", "bank", frozenset({"asker"}), "en")


@pytest.fixture
def number(bank: Bank) -> str:
    bank.listen()
    told: str = bank.post(deposit()).json()["number"]
    return told


def complete(bank: Bank, number: str) -> None:
    bank.answer(number, death=YES, kinship_heir_0=YES, kinship_heir_1=YES)


def test_one_mark_one_notice_and_one_event_for_a_bundle(bank: Bank, number: str) -> None:
    follower = Follower(ME)
    with bank.doors.database.read() as session:
        follower.begin(session, None)
    bank.answer(number, death=YES, kinship_heir_0=YES)
    assert (bank.marks(), bank.notices()) == ([], [])
    bank.answer(number, kinship_heir_1=YES)

    with bank.doors.database.read() as session:
        events = [(changed.number, changed.data["state"], changed.data.get("result")) for changed in follower.look(session)]
    assert bank.marks() == [(number, "asker")]
    assert bank.notices() == [(number, "bundle_told", "complete", "shown")]
    assert events == [(number, "complete", "shown")]
    bank.get(number)
    assert bank.marks() == []


def test_letters_that_come_again_tell_nothing_again(bank: Bank, number: str) -> None:
    complete(bank, number)
    bank.get(number)
    assert bank.work(again=True) > 0

    assert (bank.marks(), len(bank.notices())) == ([], 1)


def test_an_amendment_turns_the_result_and_is_told_to_all_who_relied_on_it(bank: Bank, number: str) -> None:
    complete(bank, number)
    bank.get(number)
    bank.get(number, "asker")
    bank.doors.now += timedelta(days=1)
    bank.move(number, "kinship/heir.1", "amend", MACHINE, finding=NOTHING)
    bank.work()

    read = bank.read(number)
    assert read.joined.result
    assert (read.joined.result.code, read.joined.complete) == ("some_shown", False), (
        "it is certain, and the follow-up still to come"
    )
    assert set(read.cases) == {"death", "kinship/heir.0", "kinship/heir.1", "changed_name/heir.1"}
    assert (bank.marks(), bank.notices()[-1]) == ([(number, "asker")], (number, "bundle_told", "open", "some_shown"))
    bank.answer(number, changed_name_heir_1=NOTHING)
    assert bank.notices()[-1] == (number, "bundle_told", "complete", "some_shown")


def test_a_withdrawn_answer_counts_no_longer(bank: Bank, number: str) -> None:
    complete(bank, number)
    bank.move(number, "death", "withdraw_answer", CLERK)
    bank.work()

    told = bank.get(number)
    assert (told["state"], told["result"], told["missing"]) == ("settled", None, {"death": "retracted"})
    assert bank.notices()[-1] == (number, "bundle_told", "settled", "")


def test_a_disputed_answer_counts_no_longer_until_it_is_given_anew(bank: Bank, number: str) -> None:
    complete(bank, number)
    bank.move(number, "death", "dispute", ASKER)
    assert (bank.get(number)["result"], bank.get(number)["missing"]) == (None, {"death": "disputed"})
    bank.doors.now += timedelta(hours=1)
    bank.move(number, "death", "take", CLERK)
    bank.move(number, "death", "answer", CLERK)
    bank.work()

    assert bank.get(number)["result"]["code"] == "shown"
    assert [notice[2] for notice in bank.notices()] == ["complete", "complete"], "other answers stand: it is told again"


def test_a_late_dispute_counts_until_it_is_decided(bank: Bank, number: str) -> None:
    complete(bank, number)
    bank.move(number, "death", "accept", ASKER)
    bank.move(number, "death", "dispute", ASKER)
    assert bank.get(number)["missing"] == {"death": "disputed"}
    bank.move(number, "death", "arbitrate", SUPERVISOR, decision="dismiss")

    assert bank.get(number)["result"]["code"] == "shown"


def test_a_bundle_whose_last_open_question_is_taken_back_is_settled_and_told_so(bank: Bank, number: str) -> None:
    bank.answer(number, death=YES, kinship_heir_0=YES)
    bank.move(number, "kinship/heir.1", "withdraw", ASKER)
    bank.work()

    assert bank.notices() == [(number, "bundle_told", "settled", "")]
    assert bank.read(number).bundle.state == "settled"


def test_a_dispute_is_told_at_once_and_its_end_too(bank: Bank, number: str) -> None:
    complete(bank, number)
    for move in ("dispute", "take_back", "accept", "dispute"):
        bank.move(number, "death", move, ASKER)
        bank.work()

    assert [state for _, _, state, _ in bank.notices()] == ["complete", "open", "complete", "open"]
    assert bank.read(number).bundle.state == "open"


@pytest.mark.parametrize("move", ["remind", "late_finding"])
def test_what_is_told_again_of_one_question_marks_the_bundle(bank: Bank, number: str, move: str) -> None:
    complete(bank, number)
    bank.get(number)
    case = bank.read(number).cases["death"]
    with bank.doors.database.write() as session:
        outbox.post(session, [outcome_letter(case, move, bank.doors.now)])
    bank.work()

    assert bank.marks() == [(number, "asker")]
    assert bank.notices()[-1][:2] == (case.number, move)


def test_what_waits_for_the_asker_is_marked_once(bank: Bank, number: str) -> None:
    for place in ("death", "kinship/heir.0"):
        bank.move(number, place, "hand_over", MACHINE)
        bank.move(number, place, "return", CLERK)
        bank.work()

    assert bank.marks() == [(number, "asker")]
    assert bank.get(number)["state"] == "returned"


def test_a_question_that_was_taken_back_is_missing_for_good(bank: Bank, number: str) -> None:
    bank.move(number, "death", "withdraw", ASKER)
    bank.answer(number, kinship_heir_0=YES, kinship_heir_1=YES)

    assert (bank.get(number)["state"], bank.get(number)["missing"]) == ("settled", {"death": "withdrawn"})


def test_a_follow_up_is_asked_once_when_its_condition_comes(bank: Bank, number: str) -> None:
    bank.answer(number, death=YES, kinship_heir_0=NOTHING)
    assert bank.get(number)["missing"] == {"kinship/heir.1": "open", "changed_name/heir.0": "open"}
    case = bank.read(number).cases["changed_name/heir.0"]
    bank.work(again=True)
    bank.answer(number, kinship_heir_1=YES)

    assert (case.item, case.reference, case.asked_by, case.batch) == ("identity_change", "D-0", "asker", number)
    assert len(bank.read(number).cases) == 4
    bank.answer(number, changed_name_heir_0=NO)
    assert bank.get(number)["result"]["code"] == "some_shown"


def test_a_follow_up_that_may_not_be_asked_is_said_to_be_missing(bank: Bank, number: str) -> None:
    with bank.doors.database.write() as session:
        for grant in session.exec(select(Grant).where(Grant.item == "identity_change")):
            session.delete(grant)
    bank.doors.now += timedelta(seconds=5)
    bank.answer(number, death=YES, kinship_heir_0=NOTHING, kinship_heir_1=YES)

    told = bank.get(number)
    assert (told["state"], told["missing"]) == ("settled", {"changed_name/heir.0": "not_asked"})
    assert next(q["not_asked"] for q in told["questions"] if q["code"] == "changed_name") == "not_granted"


def test_what_rests_on_a_statement_is_said(bank: Bank, number: str) -> None:
    bank.answer(number, death=YES, kinship_heir_0=YES)
    bank.move(number, "kinship/heir.1", "hand_over", MACHINE)
    bank.move(number, "kinship/heir.1", "take", CLERK)
    bank.move(number, "kinship/heir.1", "answer", CLERK, finding=SAID)
    bank.work()

    result = bank.get(number)["result"]
    assert (result["code"], result["usable"], result["on_statement"]) == ("shown_and_stated", "part", ["kinship/heir.1"])
    assert "statement" in result["statement"]["en"]


def test_a_batch_of_answers_costs_no_more_statements_than_one(bank: Bank) -> None:
    """What a worker does for a bundle does not grow with the answers that came together."""
    numbers = [bank.post(deposit(2, first)).json()["number"] for first in (20, 40)]
    police = Mover(Actor.MACHINE, "police", "police")
    for number in numbers:
        for place in ("death", "kinship/heir.0", "kinship/heir.1"):
            bank.move(number, place, "find", police, finding=YES)
    bank.work()

    assert [bank.get(number)["result"]["code"] for number in numbers] == ["shown", "shown"]
    with bank.doors.database.read() as session:
        assert session.exec(select(Amendment)).all() == []


@once
def test_one_text_tells_of_all_answers_of_a_bundle_that_were_put_right(county: County) -> None:
    with county.database.write() as session:
        session.get_one(Account, "asker").phone = "+8613900020021"
    asks = [
        ask(Question.model_validate(kinship(f"B-{n}")), "bank", "asker", county.now, batch)
        for n, batch in enumerate(("B1", "B1", ""))
    ]
    with county.database.write() as session:
        open_cases(session, asks, county.now, RULEBOOK)
    for name, mover in (("find", MACHINE), ("amend", CLERK)):
        county.moves([replace(wish(one.number, name, mover), note="misread") for one in asks])
    county.tick()

    assert [who for who, template in county.texts() if template == "asker_amended"] == ["asker", "asker"], "one, and the single one"
