"""Hints while somebody types: right numbers are told back, wrong ones at once, and nothing is called wrong too early."""

from datetime import date

import pytest

from cases.catalogue.part import Text
from cases.catalogue.role import Role
from cases.documents.id_numbers import ResidentId
from requesters.ask.ask_form import question_so_far, typed_year
from requesters.ask.echoes import echo_of, echoes
from tests.routes import FATHER, RULEBOOK, SON

TODAY = date(2026, 3, 2)
PERSON = Role(role="person", kind="person", label=Text(zh="当事人", en="Person"))
FIRM = Role(role="firm", kind="enterprise", label=Text(zh="企业", en="Enterprise"))
KINSHIP = RULEBOOK.catalogue.item("kinship")
CODE = "91330782MA2E00001P"


@pytest.mark.parametrize(
    ("typed", "state", "birth", "sex", "age"),
    [
        (SON, "good", date(1962, 5, 14), "male", 63),
        (f" {SON[:6]} {SON[6:14]}-{SON[14:]} ", "good", date(1962, 5, 14), "male", 63),
        ("".join(chr(ord(letter) + 0xFEE0) for letter in SON), "good", date(1962, 5, 14), "male", 63),
    ],
)
def test_a_right_number_says_birth_sex_and_age(typed: str, state: str, birth: date, sex: str, age: int) -> None:
    echo = echo_of(PERSON, typed, TODAY)

    assert (echo.state, echo.number, echo.birth, echo.sex, echo.age) == (state, SON, birth, sex, age)


def test_fifteen_digits_are_bridged_before_the_eyes() -> None:
    old = SON[:6] + SON[8:17]
    echo = echo_of(PERSON, old, TODAY)

    assert (echo.state, echo.old, echo.number) == ("good", old, SON)


@pytest.mark.parametrize(("typed", "state"), [("", "empty"), ("3", "typing"), (SON[:14], "typing"), (SON[:16], "typing")])
def test_what_is_not_finished_is_not_wrong(typed: str, state: str) -> None:
    assert echo_of(PERSON, typed, TODAY).state == state


@pytest.mark.parametrize("typed", [SON[:17] + "4", SON + "1", "330725299905140013", "3307251962051400AB"])
def test_a_wrong_number_is_told_at_once_and_not_repeated(typed: str) -> None:
    echo = echo_of(PERSON, typed, TODAY)

    assert echo.state == "wrong"
    assert typed not in str(echo)


@pytest.mark.parametrize(("typed", "state"), [(CODE[:17], "typing"), (CODE[:17] + "0", "wrong"), ("", "empty")])
def test_a_credit_code_is_checked_when_it_is_whole(typed: str, state: str) -> None:
    assert echo_of(FIRM, typed, TODAY).state == state


def test_two_people_with_one_number_are_told() -> None:
    """Also where one of them is typed in its old form."""
    typed = {"subjects.person.id_number": SON, "subjects.relative.id_number": SON[:6] + SON[8:17]}

    assert [echo.state for echo in echoes(KINSHIP, typed, TODAY)] == ["good", "wrong"]


def test_a_question_can_be_compared_as_soon_as_it_says_whom_and_what() -> None:
    people = {"subjects.person.name": "甲", "subjects.person.id_number": SON, "subjects.relative.name": "乙"}
    typed = {**people, "subjects.relative.id_number": FATHER, "details.relation": "father", "urgent": "yes"}
    whole = question_so_far(KINSHIP, typed, TODAY)

    assert whole is not None
    assert whole.subjects["person"].id_number == ResidentId(SON).number
    assert question_so_far(KINSHIP, {**typed, "details.relation": ""}, TODAY) is None
    assert question_so_far(KINSHIP, people, TODAY) is None


@pytest.mark.parametrize(("text", "year"), [("1979", 1979), ("197", None), ("", None), ("一九七九", None)])
def test_a_year_counts_when_it_is_one(text: str, year: int | None) -> None:
    assert typed_year({"year": text}) == year


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("吴一", ""),
        (" 吴一 ", ""),
        ("吴　一", "吴一"),
        ("吴\u200b一", "吴一"),
        ("古丽•艾力", "古丽·艾力"),
        ("⾼山", "高山"),
        ("Anna Li", ""),
        ("", ""),
    ],
)
def test_a_name_that_was_mended_is_shown_as_it_is_read(typed: str, read: str) -> None:
    """Before anything is sent, whoever typed it sees what will be compared."""
    form_data = {"subjects.person.name": typed, "subjects.person.id_number": SON}

    assert echoes(KINSHIP, form_data, TODAY)[0].name == read
