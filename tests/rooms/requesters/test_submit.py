"""Submitting: grants, keys, deadlines, and what a wrong question hears."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from cases.case import Case
from cases.grants.grants import Grant
from cases.question import Question
from cases.safeguards.urgency import UrgencyLimit, month_of, urgent_of
from requesters.ask.idempotency import IdempotencyRecord
from requesters.ask.submit import Accepted, Submission, accept, read_question, submit, submit_one
from storage.problem import Problem
from tests.kinds import once
from tests.rooms.county import MONDAY, County, at_once, counted
from tests.routes import FATHER, RULEBOOK, kinship

LAST = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def _granted(county: County) -> None:
    with county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=LAST))


def said(key: str = "", unit: str = "bank", **change: Any) -> Submission:
    return Submission(Question.model_validate(kinship(**change)), unit, "asker", key)


def send(county: County, *submissions: Submission) -> list[str | Problem]:
    with county.database.write() as session:
        return submit(session, submissions, county.now, RULEBOOK)


def faults(result: str | Problem) -> list[tuple[str, str]]:
    assert isinstance(result, Problem), result
    return [(fault.field, fault.code) for fault in result.faults]


def count(county: County) -> int:
    with county.database.read() as session:
        return session.exec(select(func.count()).select_from(Case)).one()


# What may be asked


@once
@pytest.mark.parametrize(
    ("change", "fault", "status"),
    [
        ({"item": "shoe_size"}, ("item", "unknown_item"), 422),
        ({"matter": "holiday"}, ("matter", "unknown_matter"), 422),
        ({"matter": "business_loan"}, ("matter", "matter_not_allowed"), 422),
        ({"details": {}}, ("details.relation", "missing"), 422),
        ({"details": {"relation": "boss"}}, ("details.relation", "not_a_choice"), 422),
        ({"subjects": {"person": {"name": "吴一", "id_number": FATHER}}}, ("subjects.relative", "missing"), 422),
    ],
)
def test_a_wrong_question_hears_which_field(county: County, change: dict[str, Any], fault: tuple[str, str], status: int):
    (result,) = send(county, said(**change))

    assert faults(result) == [fault]
    assert isinstance(result, Problem)
    assert result.status == status
    assert count(county) == 0


def test_without_a_grant_nothing_is_asked(county: County):
    (result,) = send(county, said(unit="court"))

    assert faults(result) == [("item", "not_granted")]
    assert isinstance(result, Problem)
    assert result.status == 403


def test_a_grant_ends_with_its_last_day_in_the_office(county: County):
    """The office's midnight, eight hours before UTC's."""
    midnight = datetime(2026, 4, 1, tzinfo=RULEBOOK.calendar.zone)
    county.now = (midnight - timedelta(seconds=1)).astimezone(UTC)
    assert isinstance(send(county, said())[0], str)
    county.now = midnight.astimezone(UTC)
    assert faults(send(county, said())[0]) == [("item", "not_granted")]


def test_the_good_of_a_batch_are_opened_and_the_bad_hear_why(county: County):
    results = send(county, said(), said(item="shoe_size"), said(), said(unit="court"))

    assert [isinstance(result, str) for result in results] == [True, False, True, False]
    assert count(county) == 2


def test_submit_one_raises_what_is_wrong(county: County):
    with county.database.write() as session, pytest.raises(Problem) as caught:
        submit_one(session, said(unit="court"), county.now, RULEBOOK)

    assert caught.value.status == 403


def test_a_birth_in_the_future_is_measured_by_the_offices_day():
    """Half past midnight on Tuesday in Yiwu is still Monday in UTC: who is born on Tuesday is not yet of the future."""
    young = "330782202603030011"[:17]
    weights, tail = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    young += tail[sum(int(d) * w for d, w in zip(young, weights, strict=True)) % 11]
    people = {"person": {"name": "吴一", "id_number": young}, "relative": {"name": "吴大", "id_number": FATHER}}
    tuesday = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)

    assert read_question(kinship(subjects=people), tuesday, RULEBOOK).subjects["person"].id_number == young
    with pytest.raises(Problem) as caught:
        read_question(kinship(subjects=people), tuesday - timedelta(hours=1), RULEBOOK)
    assert caught.value.faults[0].field == "subjects.person.id_number"


@once
@pytest.mark.parametrize("data", [None, [], "x", {}, {"item": 5}])
def test_what_is_no_question_is_told_field_by_field(data: Any):
    with pytest.raises(Problem) as caught:
        read_question(data, MONDAY, RULEBOOK)

    assert caught.value.faults


# When it is due


def test_trap_2_an_old_question_goes_to_the_desk_at_once(county: County):
    """Trap 2: asked about a year before the records: a person looks, and nobody has to start again."""
    (number,) = send(county, said(year=1975))
    assert isinstance(number, str)

    assert county.case(number).state == "at_desk"
    assert county.case(number).due_at == RULEBOOK.calendar.add_office_minutes(MONDAY, 420).at
    county.tick()
    assert county.texts() == [("clerk", "desk_new")]


def test_an_urgent_question_is_due_sooner_and_a_far_one_provisionally(county: County):
    urgent, plain = send(county, said(urgent=True, urgent_reason="surgery tomorrow"), said())
    assert county.case(str(urgent)).due_at < county.case(str(plain)).due_at
    with county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="mortgage", until=date(2040, 1, 1)))
    county.now = datetime(2030, 12, 31, 8, 0, tzinfo=UTC)
    assert RULEBOOK.catalogue.allows("mortgage", "kinship") in (True, False)
    with county.database.write() as session:
        session.get_one(Grant, ("bank", "kinship", "close_relative_card")).until = date(2040, 1, 1)
    assert county.case(str(send(county, said())[0])).due_provisional


# Keys


def test_trap_15_the_same_key_and_question_give_the_same_case(county: County):
    """Trap 15: a duplicate gets the same answer, never an error: senders would retry for ever."""
    first, again = send(county, said("k")), send(county, said("k"))

    assert first == again
    assert count(county) == 1
    assert county.actions(str(first[0])) == ["ask"]


def test_the_same_key_with_another_question_is_refused(county: County):
    send(county, said("k"))

    assert faults(send(county, said("k", purpose="other"))[0]) == [("Idempotency-Key", "key_reused")]
    assert count(county) == 1


def test_a_key_is_the_units_own(county: County):
    with county.database.write() as session:
        session.add(Grant(unit="court", item="kinship", matter="close_relative_card", until=LAST))
    first, other = send(county, said("k"), said("k", unit="court"))

    assert isinstance(first, str)
    assert isinstance(other, str)
    assert first != other


def test_one_key_twice_in_one_batch_opens_one_case(county: County):
    first, twin, wrong, free = send(county, said("k"), said("k"), said("k", purpose="other"), said())

    assert first == twin != free
    assert faults(wrong) == [("Idempotency-Key", "key_reused")]
    assert count(county) == 2


def test_a_refused_question_does_not_use_its_key_up(county: County):
    assert faults(send(county, said("k", details={}))[0])
    assert isinstance(send(county, said("k"))[0], str)


def test_two_senders_with_one_key_at_one_moment_open_one_case(county: County):
    """Both are given the same number, whoever was first."""
    for key in "abc":
        results = at_once(*[lambda: send(county, said(key))] * 3)  # noqa: B023  # done before the next round
        assert len({str(result) for result in results}) == 1, results
    assert count(county) == 3


def test_batches_with_the_same_keys_in_opposite_order_do_not_deadlock(county: County):
    keys = [f"k{n:02}" for n in range(30)]
    forth, back = at_once(
        lambda: send(county, *[said(key) for key in keys]), lambda: send(county, *[said(key) for key in keys[::-1]])
    )

    assert forth == back[::-1], (forth, back)
    assert count(county) == 30
    with county.database.read() as session:
        assert session.exec(select(func.count()).select_from(IdempotencyRecord)).one() == 30


# How much it costs


@pytest.mark.parametrize("key", ["", "k"])
def test_a_batch_of_200_costs_as_many_statements_as_one(county: County, key: str):
    def cost(start: int, number: int) -> int:
        batch = [said(f"{key}{start + n}" if key else "") for n in range(number)]
        with counted(county.database) as statements:
            results = send(county, *batch)
        assert all(isinstance(result, str) for result in results)
        return len(statements)

    county.hear("police")
    cost(300, 1)  # what changes rarely, and which machines were heard of, is remembered from now on
    assert cost(0, 1) == cost(10, 200) <= 9


def test_nothing_submitted_opens_nothing(county: County):
    assert send(county) == []
    assert count(county) == 0


@once
def test_a_year_that_has_not_begun_is_refused_at_the_gate(county: County) -> None:
    with pytest.raises(Problem) as refused:
        read_question(kinship(year=county.now.year + 1), county.now, RULEBOOK)

    assert faults(refused.value) == [("year", "year_in_future")]
    assert read_question(kinship(year=county.now.year), county.now, RULEBOOK).year == county.now.year


@once
@pytest.mark.parametrize(
    ("reason", "good"),
    [("surgery tomorrow", True), ("病人明天上午手术需要亲属签字", True), ("急", False), ("急急急急急急急急急急急急", False),
     ("紧急紧急紧急紧急紧急紧急", False), ("....................", False), ("请尽快办理", False),
     ("12345678901", False), ("2026年12月3日8点开庭", True)],
)  # fmt: skip
def test_an_urgent_question_has_a_reason_of_substance(county: County, reason: str, good: bool) -> None:
    (result,) = send(county, said(urgent=True, urgent_reason=reason))

    assert isinstance(result, str) == good
    if isinstance(result, Problem):
        assert [(fault.field, fault.code) for fault in result.faults] == [("urgent_reason", "no_substance")]


def test_of_a_months_questions_a_share_may_be_urgent(county: County) -> None:
    """The share is the city's setting; within one sheet too, and anew in the next month."""
    book = replace(RULEBOOK, urgency=UrgencyLimit(share=0.5, free=1))
    urgent, plain = said(urgent=True, urgent_reason="surgery tomorrow"), said()

    def sent(*submissions: Submission) -> list[bool]:
        with county.database.write() as session:
            return [isinstance(one, str) for one in submit(session, submissions, county.now, book)]

    county.now = MONDAY - timedelta(days=4)
    assert sent(urgent, urgent, plain, plain, urgent, urgent) == [True, False, True, True, True, False]
    assert sent(urgent, plain, urgent) == [False, True, True]
    county.later(days=4)
    assert sent(urgent, urgent) == [True, False]
    with county.database.read() as session:
        counted = urgent_of(session, ["bank"], month_of(county.now, RULEBOOK.calendar))
    assert (counted["bank"].urgent, counted["bank"].share) == (1, 1.0)


def test_copies_in_one_round_are_of_the_first_ones_case_and_count_once(county: County):
    urgent = said(urgent=True, urgent_reason="the notary waits until noon today").question
    first, copy = (Submission(urgent, "bank", who, "k") for who in ("asker", "clerk"))
    limit = replace(RULEBOOK, urgency=UrgencyLimit(share=0.0, free=1))
    with county.database.write() as session:
        one, two = accept(session, [first, copy], county.now, limit)
    assert isinstance(one, Accepted)
    assert isinstance(two, Accepted)
    assert (one.number, one.earlier, two.earlier, two.opened) == (two.number, False, True, None)
    with county.database.write() as session:  # and again, now that no other may be urgent
        assert accept(session, [first], county.now, limit) == [Accepted(one.number, earlier=True)]
