"""Kinship from household registers of any time."""

import pytest

from tests.counting import calls_of
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import (  # fmt: skip
    BRIDE,
    DAUGHTER,
    FAMILY,
    FATHER,
    GRANDSON,
    MOTHER,
    NAMES,
    SON,
    STRANGER,
    YOUTH,
    kinship,
    line,
    number,
    old,
    person,
    question,
)

RELATIONS = [
    (SON, FATHER, "father"), (SON, MOTHER, "mother"), (FATHER, SON, "son"), (MOTHER, DAUGHTER, "daughter"),
    (SON, BRIDE, "spouse"), (BRIDE, SON, "spouse"), (SON, DAUGHTER, "sibling"), (DAUGHTER, SON, "sibling"),
    (GRANDSON, FATHER, "grandparent"), (GRANDSON, MOTHER, "grandparent"), (FATHER, GRANDSON, "grandchild"),
    (GRANDSON, BRIDE, "mother"), (GRANDSON, SON, "father"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "relative", "relation"), RELATIONS)
def test_each_relation_is_confirmed(store: Opener, who: str, relative: str, relation: str) -> None:
    police = store("police", member=FAMILY)

    assert police.find([kinship(who, relative, relation)])[0].outcome == "confirmed"


def test_father_and_son_who_no_longer_share_a_household_are_found_in_the_old_one(store: Opener) -> None:
    """the old household's line stands under 15 digits."""
    found = store("police", member=FAMILY).find([kinship(SON, FATHER, "father")])[0]

    assert found.evidence == {
        "id_form": "15", "household": "H1", "shared_from": "1976", "shared_until": "1998", "shared_today": "no",
        "as_of": "2026-09-01",
    }  # fmt: skip
    assert found.words == "户籍登记信息显示：王根福是王建国的父亲。"
    assert found.grade == "A"


def test_a_household_shared_today_is_current_and_found_by_18_characters(store: Opener) -> None:
    found = store("police", member=FAMILY).find([kinship(GRANDSON, SON, "father")])[0]

    assert found.evidence == {
        "id_form": "18", "household": "H2", "shared_from": "2005", "shared_today": "yes", "as_of": "2026-09-01",
    }  # fmt: skip


def test_a_relation_known_only_under_15_digits_on_both_sides_is_found(store: Opener) -> None:
    lines = [
        line(FATHER, "户主", "H1", "1974-05-01", "1997-01-01", form="15"),
        line(SON, "子", "H1", "1976-01-10", "1997-01-01", form="15"),
    ]

    assert store("police", member=lines).find([kinship(FATHER, SON, "son")])[0].evidence["id_form"] == "15"


WRONG = [
    (SON, STRANGER, "father"), (SON, MOTHER, "father"), (GRANDSON, FATHER, "father"), (SON, DAUGHTER, "spouse"),
    (FATHER, DAUGHTER, "son"), (STRANGER, SON, "son"), (SON, YOUTH, "spouse"), (SON, GRANDSON, "sibling"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "relative", "relation"), WRONG)
def test_another_relation_or_another_person_in_its_place_contradicts_and_is_not_told(
    store: Opener, who: str, relative: str, relation: str
) -> None:
    police = store("police", member=[*FAMILY, line(STRANGER, "户主", "H9", "1970-01-01"), line(YOUTH, "户主", "H8", "2001-03-03")])
    found = police.find([kinship(who, relative, relation)])[0]

    assert found.outcome == "contradicted"
    assert found.evidence == {"as_of": "2026-09-01"}
    assert not any(name in found.words for number, name in NAMES.items() if number not in (who, relative))


def test_who_married_in_later_is_not_the_mother(store: Opener) -> None:
    lines = [
        line(SON, "户主", "H2", "1998-06-01"),
        line(GRANDSON, "子", "H2", "2005-04-04", why_in="出生"),
        line(BRIDE, "妻", "H2", "2010-01-01"),
    ]
    police = store("police", member=lines)

    assert [found.outcome for found in police.find([kinship(GRANDSON, SON, "father"), kinship(GRANDSON, BRIDE, "mother")])] == [
        "confirmed",
        "no_record",
    ]


def test_an_adopted_child_is_a_child_of_both(store: Opener) -> None:
    lines = [
        line(SON, "户主", "H2", "1998-06-01"),
        line(BRIDE, "妻", "H2", "1998-06-01"),
        line(GRANDSON, "养子", "H2", "2007-01-01", why_in="收养"),
    ]
    police = store("police", member=lines)

    assert police.find([kinship(GRANDSON, BRIDE, "mother")])[0].outcome == "confirmed"


def test_a_marriage_ended_by_death_is_confirmed_and_one_ended_otherwise_is_for_a_person(store: Opener) -> None:
    widow = [
        line(FATHER, "户主", "H1", "1974-05-01", "2020-02-02", why_out="死亡"),
        line(MOTHER, "妻", "H1", "1974-05-01", "2020-02-02"),
    ]
    parted = [line(SON, "户主", "H2", "1998-06-01"), line(BRIDE, "妻", "H2", "1998-06-01", "2012-06-01")]
    found = store("police", member=widow + parted).find([kinship(FATHER, MOTHER, "spouse"), kinship(SON, BRIDE, "spouse")])

    assert [(one.outcome, one.evidence["shared_today"]) for one in found] == [("confirmed", "no"), ("not_digitised", "no")]


def test_a_year_before_the_electronic_registers_is_for_a_person(store: Opener) -> None:
    """even where the machine would know, the asked year is one it does not hold."""
    found = store("police", member=FAMILY).find(
        [kinship(SON, FATHER, "father", year=1984), kinship(SON, FATHER, "father", year=1985)]
    )

    assert [one.outcome for one in found] == ["not_digitised", "confirmed"]
    assert found[0].evidence == {"electronic_from": "1985", "as_of": "2026-09-01", "near": "not_searched"}


def test_the_machine_says_how_close_it_came(store: Opener) -> None:
    """for the clerk who looks next: the years it holds, the forms of the numbers, and whom of the two it knows."""
    records = store("police", member=FAMILY)
    some, nobody = records.find([kinship(SON, STRANGER, "grandparent"), kinship(STRANGER, YOUTH, "sibling")])

    covered = {"electronic_from": "1985", "as_of": "2026-09-01", "forms": "15 18"}
    assert (some.evidence, nobody.evidence) == (covered | {"near": "some"}, covered | {"near": "nobody"})


def test_a_wrong_name_is_an_outcome_of_its_own_without_telling_the_right_one(store: Opener) -> None:
    """Trap 14: nobody learns whose number it is by trying."""
    wrong = question("kinship", {"person": person(SON, "李平"), "relative": person(FATHER)}, relation="father")
    found = store("police", member=FAMILY).find([wrong])[0]

    assert (found.outcome, found.facts) == ("identity_mismatch", {})
    assert found.words == ""


def test_two_numbers_of_one_person_are_no_kin(store: Opener) -> None:
    again = number("19760110", 23)
    former = [(SON, NAMES[SON], again, NAMES[SON], "2008-08-08")]
    pair = question("kinship", {"person": person(SON), "relative": person(again, NAMES[SON])}, relation="sibling")

    assert store("police", member=FAMILY, former=former).find([pair])[0].outcome == "contradicted"


def test_a_new_number_and_name_find_the_household_of_the_old_ones(store: Opener) -> None:
    again = number("19760110", 23)
    former = [(again, "王晓国", SON, NAMES[SON], "2008-08-08")]
    police = store("police", member=FAMILY, former=former)
    asked = [
        question("kinship", {"person": person(again, name), "relative": person(FATHER)}, relation="father")
        for name in ("王晓国", NAMES[SON], "李平")
    ]

    assert [found.outcome for found in police.find(asked)] == ["confirmed", "confirmed", "identity_mismatch"]


SILENT = [
    (SON, STRANGER, "grandparent", "not_digitised"),  # a stranger to the registers, born before 1985
    (YOUTH, GRANDSON, "sibling", "no_record"),  # unknown and born since
    (FATHER, STRANGER, "sibling", "not_digitised"),
    (GRANDSON, number("20100101", 61, "330782"), "son", "no_record"),
]


@pytest.mark.parametrize(("who", "relative", "relation", "outcome"), SILENT)
def test_who_is_unknown_is_looked_for_on_paper_only_where_paper_could_tell(
    store: Opener, who: str, relative: str, relation: str, outcome: str
) -> None:
    asked = question(
        "kinship", {"person": person(who), "relative": person(relative, NAMES.get(relative, "钱一"))}, relation=relation
    )

    assert store("police", member=FAMILY).find([asked])[0].outcome == outcome


def test_both_known_and_unrelated_is_for_a_person_only_where_the_tie_could_be_older_than_the_registers(store: Opener) -> None:
    lines = [line(who, "户主", f"H{place}", "1986-01-01") for place, who in enumerate((FATHER, SON, GRANDSON, YOUTH))]
    asked = [
        kinship(SON, FATHER, "father"), kinship(GRANDSON, FATHER, "father"), kinship(GRANDSON, FATHER, "grandparent"),
        kinship(YOUTH, GRANDSON, "sibling"),
    ]  # fmt: skip
    found = store("police", member=lines).find(asked)

    assert [one.outcome for one in found] == ["not_digitised", "no_record", "not_digitised", "no_record"]


def test_an_unknown_relation_is_for_a_person(store: Opener) -> None:
    assert store("police", member=FAMILY).find([kinship(SON, FATHER, "uncle")])[0].outcome == "not_digitised"


def test_a_15_digit_number_may_be_asked(store: Opener) -> None:
    asked = question(
        "kinship", {"person": person(old(SON), NAMES[SON]), "relative": person(old(FATHER), NAMES[FATHER])}, relation="father"
    )

    assert store("police", member=FAMILY).find([asked])[0].outcome == "confirmed"


def test_a_question_of_a_batch_takes_few_steps(store: Opener) -> None:
    police = store("police", member=FAMILY)
    batch = [kinship(SON, FATHER, "father") for _ in range(200)]

    assert calls_of(lambda: police.find(batch)) < 200 * 250


def test_who_was_divorced_is_not_the_spouse_because_the_other_died_later(store: Opener) -> None:
    divorced = [
        line(SON, "户主", "H2", "1998-06-01", "2026-01-21", why_out="死亡"),
        line(BRIDE, "妻", "H2", "1998-06-01", "2010-12-08", why_in="结婚迁入", why_out="分户"),
        line(BRIDE, "户主", "H5", "2010-12-08"),
    ]
    found = store("police", member=divorced).find([kinship(SON, BRIDE, "spouse"), kinship(BRIDE, SON, "spouse")])

    assert [one.outcome for one in found] == ["not_digitised"] * 2


def test_a_marriage_of_today_does_not_rule_out_a_late_spouse_of_whom_only_paper_knows(store: Opener) -> None:
    found = store("police", member=FAMILY).find([kinship(FATHER, STRANGER, "spouse"), kinship(FATHER, BRIDE, "spouse")])

    assert [one.outcome for one in found] == ["not_digitised", "contradicted"]
