"""Our own checks: asked in time, in calm hours, with a grant; held against what was stated, turned by another answer."""

from datetime import timedelta

import pytest

from access.freezes import UNIT, Frozen
from cases.certificates.certificate import Certificate
from cases.grants.holders import NOT_CHECKED, gaps
from cases.rechecks.own_check import ASKER, MATTER
from tests.rooms.cases.test_amendments import done, proposal, reasoned
from tests.rooms.committed import NO, Committed
from tests.rooms.county import ASKER as BANK
from tests.rooms.county import CLERK, MACHINE, NOTHING, SECOND, YES
from tests.routes import RULEBOOK


def test_it_is_asked_after_a_week_in_calm_hours_as_a_case_of_the_unit(committed: Committed) -> None:
    committed.grant()
    (number,) = committed.sign()
    committed.calm(days=6)
    committed.chores()
    assert committed.cases() == [], "not before its time"
    committed.at(committed.now + timedelta(days=1, hours=3))
    committed.chores()
    assert committed.cases() == [], "not in the evening"

    committed.calm(days=1)
    committed.chores()
    committed.chores()
    (case,) = committed.cases()
    assert (case.unit, case.asked_by, case.matter, case.batch, case.reference) == ("bank", ASKER, MATTER, number, number)
    assert case.purpose == "承诺核查 check of a commitment"
    assert {role: one.name for role, one in case.subjects.items()} == {"person": "吴一", "relative": "吴大"}
    assert case.details == {"relation": "father"}
    assert committed.state(number) == "being_checked"
    assert committed.county.actions(number) == ["check_asked"]


def test_calm_hours_are_on_working_days(committed: Committed) -> None:
    committed.grant()
    committed.sign()
    committed.calm(days=12)  # a Saturday
    committed.chores()
    assert committed.cases() == []


def test_few_are_asked_a_minute(committed: Committed) -> None:
    committed.grant()
    committed.sign(8, person={"name": "吴一", "id_number": "330725196205140015"})
    committed.calm(days=7)
    committed.chores()
    assert len(committed.cases()) == RULEBOOK.rechecks.at_once
    committed.chores()
    assert len(committed.cases()) == 8


def test_without_a_grant_nothing_is_asked_and_everybody_who_can_mend_it_is_told(committed: Committed) -> None:
    (number,) = committed.sign()
    committed.calm(days=7)
    committed.chores()
    committed.chores()
    assert committed.cases() == []
    check = committed.check(number)
    assert (check.state, check.reason, committed.state(number)) == ("not_asked", "not_granted", "signed")
    assert committed.county.actions(number) == ["check_not_asked"], "written down once"
    with committed.county.database.read() as session:
        (gap,) = [one for one in gaps(session, RULEBOOK.catalogue, committed.now.date()) if one.message == NOT_CHECKED]
    assert gap.params == {"count": 1, "unit": "bank", "item": "kinship"}

    committed.grant()
    committed.calm(days=1)
    committed.chores()
    assert committed.check(number).state == "asked"
    with committed.county.database.read() as session:
        assert not [one for one in gaps(session, RULEBOOK.catalogue, committed.now.date()) if one.message == NOT_CHECKED]


def test_the_day_after_it_is_tried_again_and_the_line_is_written_once(committed: Committed) -> None:
    (number,) = committed.sign()
    for _ in range(3):
        committed.calm(days=7 if committed.commitment(number).check_due is None else 1)
        committed.chores()
    committed.calm(days=7)
    committed.chores()
    assert committed.county.actions(number) == ["check_not_asked"]


def test_a_frozen_unit_asks_nothing(committed: Committed) -> None:
    committed.grant()
    (number,) = committed.sign()
    with committed.county.database.write() as session:
        session.add(Frozen(kind=UNIT, subject="bank", at=committed.now, by="supervisor", reason="x"))
    committed.calm(days=7)
    committed.chores()
    assert committed.check(number).reason == "frozen"


def test_where_the_certificate_says_another_check_meanwhile_nothing_else_is_asked(committed: Committed) -> None:
    committed.grant()
    (number,) = committed.sign()
    with committed.county.database.write() as session:
        certificate = session.get_one(Certificate, "kinship_proof")
        certificate.commitment = {**certificate.commitment, "check": {"item": "marriage"}}
    committed.calm(days=7)
    committed.chores()
    assert committed.check(number).reason == "no_question"


@pytest.mark.parametrize(
    ("finding", "state", "result", "reason"),
    [
        (YES, "held_true", "true", ""),
        (NO, "found_false", "false", ""),
        (NOTHING, "signed", "not_verifiable", "no_record"),
        ({**YES, "outcome": "cannot_say"}, "signed", "not_verifiable", "cannot_say"),
        ({"outcome": "identity_mismatch", "source": "record", "identity": {"person": "name_differs"}}, "signed", "not_verifiable",
         "identity_mismatch"),
        ({**NO, "source": "community"}, "signed", "not_verifiable", "statement_only"),
    ],
)  # fmt: skip
def test_only_facts_make_a_commitment_false(committed: Committed, finding: dict, state: str, result: str, reason: str) -> None:  # type: ignore[type-arg]
    number = committed.checked({"words": "", "evidence": {}, **finding})
    check = committed.check(number)
    assert (committed.state(number), check.state, check.result, check.reason) == (state, "settled", result, reason)
    committed.read()
    assert committed.county.actions(number).count("check_settled") == 1, "read twice it is held against it once"


def test_what_only_a_person_can_find_goes_to_the_desk_as_usual(committed: Committed) -> None:
    committed.grant()
    (number,) = committed.sign()
    committed.calm(days=7)
    committed.chores()
    case = committed.check(number).case_number
    committed.county.move(case, "hand_over", MACHINE)
    committed.read()
    assert committed.state(number) == "being_checked"
    assert committed.county.case(case).state == "at_desk"
    committed.county.move(case, "answer", CLERK)
    committed.read()
    assert committed.state(number) == "held_true"


def test_another_answer_turns_it(committed: Committed) -> None:
    number, county = committed.checked(YES), committed.county
    case = committed.check(number).case_number
    wrong = {**NO, "source": "archive", "evidence": {"archive": "7-12"}}
    done(county, reasoned(case, "amend", CLERK, finding=wrong))
    done(county, reasoned(case, "confirm_amendment", SECOND, **proposal(county, case)))
    committed.read()
    assert committed.state(number) == "found_false"
    hearing = committed.hearing(number)
    assert (hearing.state, hearing.found_by, hearing.finders.split()) == ("to_tell", "check", ["clerk"])

    done(county, reasoned(case, "withdraw_answer", SECOND))
    committed.read()
    assert (committed.state(number), committed.hearing(number).state) == ("corrected", "ended")
    assert committed.check(number).result == "not_verifiable"


def test_a_true_one_whose_answer_is_withdrawn_is_not_held_true_any_more(committed: Committed) -> None:
    number = committed.checked(YES)
    done(committed.county, reasoned(committed.check(number).case_number, "withdraw_answer", CLERK))
    committed.read()
    assert (committed.state(number), committed.check(number).reason) == ("signed", "withdrawn")


def test_a_question_that_the_unit_withdraws_says_nothing(committed: Committed) -> None:
    committed.grant()
    (number,) = committed.sign()
    committed.calm(days=7)
    committed.chores()
    committed.county.move(committed.check(number).case_number, "withdraw", BANK)
    committed.read()
    assert (committed.state(number), committed.check(number).reason) == ("signed", "withdrawn")


def test_a_day_from_which_it_can_be_told_is_waited_for(committed: Committed) -> None:
    later = (committed.now + timedelta(days=30)).date()
    number = committed.checked({**YES, "outcome": "available_from", "available_on": later.isoformat()})
    assert (committed.state(number), committed.check(number).state) == ("signed", "not_asked")
    due = committed.commitment(number).check_due
    assert due is not None
    assert RULEBOOK.calendar.day_at(due) >= later
    committed.at(due)
    committed.calm()
    committed.chores()
    assert committed.check(number).state == "asked"
