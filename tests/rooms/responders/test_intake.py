"""A finding arrives: it answers, goes on to the desk, comes too late, or is not this unit's to give."""

import json
from dataclasses import replace
from typing import Any

import pytest

from broker.letter import Letter
from cases.lifecycle import State
from responders.intake import WRONG_ANSWER, WrongFinding, take_findings
from tests.kinds import once
from tests.rooms.county import ASKER, CLERK, MONDAY, NO, PAPER, YES, County, counted, found, never_remembered
from tests.routes import RULEBOOK


def take(county: County, *letters: Letter) -> list[str]:
    """Takes these findings, which name the question that stands; why some are refused."""
    return take_as_they_are(county, *county.named(*letters))


def take_as_they_are(county: County, *letters: Letter) -> list[str]:
    with county.database.write() as session:
        return list(take_findings(session, letters, county.now, RULEBOOK).values())


def told(county: County) -> list[dict[str, Any]]:
    return [json.loads(letter.body) for letter in county.letters("outcome")]


def test_a_finding_answers_and_the_asker_is_told(county: County):
    (number,) = county.ask()
    take(county, found(number))
    case = county.case(number)

    assert (case.state, case.outcome, case.source, case.answered_by) == ("answered", "confirmed", "record", "police")
    assert [(one["number"], one["state"], one["move"]) for one in told(county)] == [(number, "answered", "find")]
    assert told(county)[0]["finding"]["outcome"] == "confirmed"


@pytest.mark.parametrize("outcome", ["not_digitised", "cannot_say"])
def test_trap_2_what_the_machine_cannot_tell_goes_to_a_person_by_itself(county: County, outcome: str):
    """Trap 2: the asker has nothing to do; the machine's words stand on the trail for the clerk."""
    (number,) = county.ask()
    take(county, found(number, {**PAPER, "outcome": outcome, "words": "1985年前未电子化"}))
    case, line = county.case(number), county.trail(number)[-1]

    assert (case.state, case.outcome, case.wake_for) == ("at_desk", "", "desk")
    assert (line.action, line.note, line.details["machine"]["outcome"]) == ("hand_over", "1985年前未电子化", outcome)
    assert told(county) == []


def test_trap_10_nobody_waits_for_a_person_with_a_letter_in_hand(county: County):
    """Trap 10: when a finding sends a case to the desk its handler is done at once; what waits is a row, not a letter."""
    (number,) = county.ask()
    take(county, found(number, PAPER))

    assert county.under_way() == ["question"], "the one that the machine has answered"
    assert county.case(number).wake_at == county.now


@pytest.mark.parametrize("finding", [YES, PAPER])
def test_a_finding_of_a_unit_that_does_not_hold_the_case_changes_nothing(county: County, finding: dict[str, Any]):
    """It is put on the trail under its own name, and the asker is not told anything."""
    (number,) = county.ask()
    take(county, found(number, finding, unit="civil"))
    case, line = county.case(number), county.trail(number)[-1]

    assert (case.state, case.version, case.outcome) == ("asked", 1, "")
    assert (line.action, line.who, line.unit, line.details["finding"]["outcome"]) == (
        "foreign_finding", "civil", "civil", finding["outcome"],
    )  # fmt: skip
    assert told(county) == []
    take(county, found(number))
    assert county.case(number).state == "answered"


def test_after_forwarding_the_first_units_late_word_is_only_kept(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    county.move(number, "forward", CLERK)
    take(county, found(number))

    assert (county.case(number).state, county.actions(number)[-1]) == ("asked", "foreign_finding")
    take(county, found(number, unit="civil"))
    assert county.case(number).answered_by == "civil"


def test_a_finding_for_an_answered_foreign_case_is_not_told_to_its_asker(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    take(county, found(number, NO, unit="civil"))

    assert county.actions(number)[-1] == "foreign_finding"
    assert [one["move"] for one in told(county)] == ["find"]


# Twice, and too late


def test_the_same_finding_twice_in_one_batch_answers_once(county: County):
    """Trap 15: the second copy is kept on the trail and says nothing new to the asker."""
    (number,) = county.ask()
    take(county, found(number), found(number))

    assert county.actions(number) == ["ask", "find", "late_finding"]
    assert [one["move"] for one in told(county)] == ["find"]


def test_two_findings_that_differ_keep_the_first_and_tell_of_the_second(county: County):
    (number,) = county.ask()
    take(county, found(number), found(number, NO))

    assert county.case(number).outcome == "confirmed"
    assert [(one["move"], one["finding"]["outcome"]) for one in told(county)] == [
        ("find", "confirmed"), ("late_finding", "contradicted")
    ]  # fmt: skip


@pytest.mark.parametrize(("state", "letters"), [(State.ANSWERED, 2), (State.CLOSED, 3), (State.WITHDRAWN, 0), (State.RETURNED, 1)])
def test_trap_3_a_late_finding_is_kept_and_told_where_somebody_has_an_answer(county: County, state: State, letters: int):
    """Trap 3: a late answer is never thrown away; it stands on the trail with what it said."""
    (number,) = county.asked_into(state)
    before = county.case(number)
    take(county, found(number, NO))
    line = county.trail(number)[-1]

    assert (county.case(number).state, county.case(number).outcome) == (before.state, before.outcome)
    assert (line.action, line.start, line.to, line.details["finding"]["outcome"]) == (
        "late_finding", state, state, "contradicted",
    )  # fmt: skip
    assert len(told(county)) == letters


def test_trap_3_at_the_desk_a_late_machine_still_answers(county: County):
    """Trap 3: while a person is looking the machine may still find it; the clerk is texted no more."""
    (number,) = county.asked_into(State.WITH_CONTACT)
    county.later(days=3)
    take(county, found(number))

    assert (county.case(number).state, county.case(number).taken_by) == ("answered", "clerk")
    assert county.actions(number)[-1] == "find"


def test_the_machines_late_word_that_a_person_must_look_is_kept_with_its_content(county: County):
    (number,) = county.asked_into(State.AT_DESK)
    take(county, found(number, {**PAPER, "words": "x"}))

    assert county.trail(number)[-1].details["finding"]["words"] == "x"


def test_a_disputed_case_is_not_settled_by_a_second_copy(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    county.move(number, "dispute", ASKER)
    take(county, found(number))

    assert (county.case(number).state, county.actions(number)[-1]) == ("at_desk", "late_finding")


def test_a_finding_about_no_case_is_nothing(county: County):
    take(county, found("20200101-AAAAAAAA"))

    assert county.trail("20200101-AAAAAAAA") == []


# Malformed


@once
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, "number, unit"),
        ({"number": "1", "unit": "police"}, "finding"),
        ({"number": 5, "unit": "police", "finding": YES}, "number"),
        ({"number": "1", "unit": "", "finding": YES}, "unit"),
        ({"number": "1", "unit": "u" * 33, "finding": YES}, "unit"),
        ({"number": "1", "unit": "police", "finding": {**YES, "outcome": "perhaps"}}, "finding.outcome"),
        ({"number": "1", "unit": "police", "finding": {**YES, "source": "gossip"}}, "finding.source"),
        ({"number": "1", "unit": "police", "finding": {"source": "record"}}, "finding.outcome"),
        ({"number": "1", "unit": "police", "finding": {**YES, "outcome": "available_from"}}, "finding.available_on"),
        ({"number": "1", "unit": "police", "finding": {**YES, "王五 330725196205140015": "x"}}, "finding.?"),
        ({"number": "1", "unit": "police", "finding": "yes"}, "finding"),
    ],
)
def test_a_malformed_finding_names_its_fields_and_never_their_values(county: County, body: dict[str, Any], fields: str):
    with county.database.write() as session, pytest.raises(WrongFinding) as caught:
        take_findings(session, [Letter.post("finding", "findings", "1", body, MONDAY)], county.now, RULEBOOK)

    assert str(caught.value) == fields


def test_200_findings_cost_as_many_statements_as_one(county: County):
    def cost(count: int, finding: dict[str, Any]) -> int:
        numbers = county.ask(count)
        letters = county.named(*[found(number, finding) for number in numbers])
        with counted(county.database) as statements:
            take_as_they_are(county, *letters)
        return len(statements)

    assert cost(1, YES) == cost(200, YES) <= 6
    with never_remembered():
        assert cost(1, PAPER) == cost(200, PAPER) <= 6


def test_200_late_findings_cost_as_many_statements_as_one(county: County):
    def cost(count: int) -> int:
        numbers = county.asked_into(State.ANSWERED, count)
        letters = county.named(*[found(number, NO) for number in numbers])
        with counted(county.database) as statements:
            take_as_they_are(county, *letters)
        return len(statements)

    assert cost(1) == cost(200) <= 7


WRONG_FINDINGS = [
    ({**YES, "outcome": "available_from", "available_on": "2027-01-01"}, "UnknownOutcome"),
    ({**YES, "facts": {"horoscope": "agrees"}}, "UnknownFact"),
    ({**YES, "identity": {"uncle": "agrees"}}, "UnknownFact"),
    ({**YES, "facts": {"related": "differs"}}, "FactsDenyOutcome"),
    ({**NO, "facts": {"related": "agrees"}}, "FactsDenyOutcome"),
]


@pytest.mark.parametrize(("finding", "why"), WRONG_FINDINGS)
def test_what_an_item_does_not_have_is_refused_and_its_unit_sees_why(county: County, finding: dict[str, Any], why: str):
    """It was printed as the raw word, on the page and on the sealed paper."""
    items = dict(RULEBOOK.catalogue.items)
    known = items["kinship"].outcomes
    items["kinship"] = items["kinship"].model_copy(update={"outcomes": {k: v for k, v in known.items() if k != "available_from"}})
    book = replace(RULEBOOK, catalogue=replace(RULEBOOK.catalogue, items=items))
    (number,) = county.ask()
    with county.database.write() as session:
        refused = take_findings(session, county.named(found(number, finding)), county.now, book)
    case, line = county.case(number), county.trail(number)[-1]

    assert list(refused.values()) == [why]
    assert (case.state, case.finding) == ("at_desk", None)
    assert (line.action, line.note) == ("hand_over", WRONG_ANSWER)
    assert told(county) == []


@pytest.mark.parametrize(("day", "state", "why"), [("2026-03-02", "at_desk", ["PastDay"]), ("2026-03-03", "answered", [])])
def test_what_can_be_told_later_can_not_be_told_since_today(county: County, day: str, state: str, why: list[str]):
    """Asked again on that day the machine would say the same; a person looks at once."""
    (number,) = county.ask()
    finding = {**YES, "outcome": "available_from", "available_on": day}
    with county.database.write() as session:
        refused = take_findings(session, county.named(found(number, finding)), county.now, RULEBOOK)

    assert (county.case(number).state, list(refused.values())) == (state, why)


def test_a_finding_of_before_there_were_facts_is_taken(county: County):
    (number,) = county.ask()
    take(county, found(number, {"outcome": "contradicted", "source": "record", "words": "", "evidence": {"id_form": "15"}}))

    assert county.case(number).outcome == "contradicted"


def test_the_records_own_value_is_kept_only_where_the_matter_allows_it(county: County):
    (number,) = county.ask()
    take(county, found(number, {**YES, "facts": {"related": "agrees"}, "values": {"related": "father"}}))
    finding = county.case(number).finding

    assert finding is not None
    assert finding["facts"] == {"related": "agrees"}
    assert "values" not in finding


# What was delivered is put right


def amending(
    number: str, finding: dict[str, Any] | None, reason: Any = "登记有误，已更正", unit: str = "police", amends: Any = True
) -> Letter:
    letter = found(number, finding or YES, unit)
    return letter.model_copy(update={"body": {**letter.body, "finding": finding, "amends": amends, "reason": reason}})


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED])
def test_a_machine_amends_what_it_delivered(county: County, state: State):
    (number,) = county.asked_into(state)
    assert take(county, amending(number, {**YES, "outcome": "no_record"})) == []
    case, line = county.case(number), county.trail(number)[-1]

    assert (case.state, case.outcome, case.unseen) == (state, "no_record", True)
    assert (line.action, line.actor, line.note) == ("amend", "machine", "登记有误，已更正")
    assert (told(county)[-1]["move"], told(county)[-1]["finding"]["outcome"]) == ("amend", "no_record")


def test_a_machine_s_turn_waits_for_a_clerk(county: County):
    (number,) = county.asked_into(State.CLOSED)
    take(county, amending(number, NO))
    case = county.case(number)

    assert (case.outcome, case.wake_for, county.actions(number)[-1]) == ("confirmed", "proposed", "propose_amendment")


def test_a_machine_withdraws_what_it_delivered(county: County):
    (number,) = county.asked_into(State.ANSWERED)
    take(county, amending(number, None))

    assert (county.case(number).state, told(county)[-1]["move"]) == ("retracted", "withdraw_answer")


def test_an_amendment_comes_from_the_holder_and_about_the_question_that_stands(county: County):
    (number,) = county.asked_into(State.CLOSED)
    foreign, other = amending(number, NO, unit="civil"), amending(number, NO)
    other = other.model_copy(update={"body": {**other.body, "question_hash": "0" * 64}})
    assert take(county, foreign) == []
    assert take(county, other) == ["WrongQuestion"]

    assert (county.case(number).outcome, county.case(number).proposed_at) == ("confirmed", None)
    assert county.actions(number)[-1] == "foreign_finding"


def test_what_amends_nothing_goes_on_the_trail(county: County):
    """Nothing was delivered yet, or the same again: the case stays as it is, and nothing is lost."""
    (open_one,), (same,) = county.asked_into(State.AT_DESK), county.asked_into(State.CLOSED)
    assert take(county, amending(open_one, NO), amending(same, YES)) == []

    assert [county.actions(number)[-1] for number in (open_one, same)] == ["late_finding"] * 2
    assert (county.case(open_one).state, county.case(same).unseen) == ("at_desk", False)


@once
@pytest.mark.parametrize(
    "letter",
    [
        amending("N", NO, reason=""), amending("N", NO, reason=None), amending("N", NO, reason="长" * 501),
        amending("N", NO, amends="yes"),
        amending("N", PAPER), amending("N", {**NO, "outcome": "maybe"}),
    ],
)  # fmt: skip
def test_an_amendment_without_reason_or_answer_is_refused(county: County, letter: Letter):
    with pytest.raises(WrongFinding):
        take_as_they_are(county, letter)
