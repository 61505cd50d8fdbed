"""Questions that come as letters: opened like any other, and what is wrong is told to the unit."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from broker.letter import Letter
from cases.case import Case
from cases.grants.grants import Grant
from requesters.ask.questions_by_letter import take_requests
from tests.kinds import once
from tests.rooms.county import MONDAY, County, counted, long_remembered
from tests.routes import RULEBOOK, kinship


@pytest.fixture(autouse=True)
def _granted(county: County) -> None:
    with county.database.write() as session:
        session.add(Grant(unit="bank", item="kinship", matter="close_relative_card", until=date(2026, 12, 31)))


def request(key: Any = "r1", question: Any = None, unit: Any = "bank", **more: Any) -> Letter:
    body = {"unit": unit, "key": key, "question": kinship() if question is None else question, **more}
    return Letter.post("request", "requests", "", body, MONDAY)


def take(county: County, *letters: Letter) -> list[dict[str, Any]]:
    """What the unit is told, letter by letter."""
    known = len(county.letters("outcome"))
    with county.database.write() as session:
        take_requests(session, letters, county.now, RULEBOOK)
    return [{"to": letter.to_queue, **json.loads(letter.body)} for letter in county.letters("outcome")[known:]]


def count(county: County) -> int:
    with county.database.read() as session:
        return session.exec(select(func.count()).select_from(Case)).one()


def test_a_good_letter_opens_a_case_and_the_unit_is_told_its_number(county: County):
    (told,) = take(county, request())
    case = county.case(told["number"])

    assert told == {"to": "outcomes.bank", "number": case.number, "state": "asked", "move": "ask", "key": "r1"}
    assert (case.unit, case.asked_by) == ("bank", "system:bank")


def test_a_letter_that_comes_twice_opens_one_case(county: County):
    (first,), (again,) = take(county, request()), take(county, request())

    assert first["number"] == again["number"]
    assert count(county) == 1


@once
@pytest.mark.parametrize(
    ("letter", "field", "code"),
    [
        (request(key=""), "key", "missing"),
        (request(key="k" * 129), "key", "too_long"),
        (request(question={}), "item", "missing"),
        (request(question="x"), "", "wrong_kind"),
        (request(question=kinship(item="shoe_size")), "item", "unknown_item"),
        (request(unit="court"), "item", "not_granted"),
    ],
)
def test_what_is_wrong_is_told_field_by_field(county: County, letter: Letter, field: str, code: str):
    (told,) = take(county, letter)

    assert (told["state"], told["move"]) == ("refused", "ask")
    assert (field, code) in [(error["field"], error["code"]) for error in told["errors"]]
    assert all(error["message"] for error in told["errors"])
    assert count(county) == 0


def test_what_is_wrong_never_holds_what_was_typed(county: County):
    people = {"person": {"name": "吴一", "id_number": "330725196205140019"}, "relative": {"name": "吴大", "id_number": "12"}}
    (told,) = take(county, request(question=kinship(subjects=people)))

    assert {error["field"] for error in told["errors"]} >= {"subjects.person.id_number", "subjects.relative.id_number"}
    assert "330725" not in json.dumps(told)


def test_the_good_letters_of_a_batch_do_not_suffer_from_the_bad(county: County):
    told = take(county, request("a"), request("b", question={}), request("c"), request("c", question=kinship(purpose="x")))

    assert sorted((one["key"], one["state"]) for one in told) == [
        ("a", "asked"), ("b", "refused"), ("c", "asked"), ("c", "refused")
    ]  # fmt: skip


def test_a_batch_of_nothing_good_opens_nothing(county: County):
    assert [one["state"] for one in take(county, request(""), request("b", question={}))] == ["refused"] * 2


def test_a_letter_without_a_unit_has_nobody_to_be_told(county: County):
    assert take(county, request(unit="")) == []
    assert count(county) == 0


def test_200_letters_cost_as_many_statements_as_one(county: County):
    def cost(name: str, number: int) -> int:
        letters = [request(f"{name}{n}") for n in range(number)]
        with county.database.write() as session, counted(county.database) as statements:
            take_requests(session, letters, county.now, RULEBOOK)
        return len(statements)

    with long_remembered():
        cost("c", 1)  # what changes rarely is remembered from now on
        assert cost("a", 200) == cost("b", 1) <= 9
