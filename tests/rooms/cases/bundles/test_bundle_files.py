"""The files of bundles: what is packaged, what a city adds, what is refused; people, choices, and blamed fields."""

from pathlib import Path

import pytest

from cases.bundles.expanding import blamed, question_for
from cases.bundles.expression import BadExpression, parse
from cases.bundles.loading import load_bundles
from cases.bundles.people import Person, people_faults
from cases.catalogue.catalogue import OURS, CatalogueProblem
from cases.catalogue.checks import check_question
from storage.problem import FieldFault
from tests.rooms.cases.bundles.family import BUNDLES, estate, person, plan_of
from tests.routes import CATALOGUE

COMMON = {"purpose": "办理", "reference": "D-1", "urgent": False, "urgent_reason": ""}
GOOD = (OURS / "bundles" / "close_relative_card.toml").read_text(encoding="utf-8")


def test_the_packaged_bundles() -> None:
    assert set(BUNDLES) == {
        "deposit_of_deceased", "close_relative_card", "court_filing", "legal_aid", "mortgage", "property_transfer", "newborn",
    }  # fmt: skip
    read = [
        (BUNDLES[code].matter, one.item)
        for code in ("mortgage", "property_transfer")
        for one in BUNDLES[code].questions
        if one.mode
    ]
    assert len(read) == 7
    assert [pair for pair in read if not CATALOGUE.matters[pair[0]].fields.get(pair[1])] == []
    of_one_card = [one.item for one in BUNDLES["legal_aid"].questions if set(one.subjects.values()) == {"applicant"}]
    assert len(of_one_card) == len(set(of_one_card)) == 7


def test_a_bundle_of_a_city_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "bundles").mkdir()
    (tmp_path / "bundles" / "old_card.toml").write_text(GOOD.replace('code = "close_relative_card"', 'code = "old_card"', 1))

    assert load_bundles(CATALOGUE, [tmp_path])["old_card"].matter == "close_relative_card"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('matter = "close_relative_card"', 'matter = "no_such"', 'matter: there is no matter "no_such"'),
        ('item = "death"', 'item = "vehicle"', 'questions.death.item: the matter "close_relative_card" does not allow "vehicle"'),
        ('relative = "relative" }', 'cousin = "relative" }', 'questions.kinship.subjects: "kinship" has no role "cousin"'),
        ('relative = "relative" }', 'relative = "aunt" }', 'questions.kinship.subjects: the bundle has no role "aunt"'),
        ('relation = "relative.relation"', 'relation = "relative.age"', '"relative.age" must be ROLE.FIELD'),
        ('details = { relation = "relative.relation" }', "", 'questions.kinship: "kinship" needs "relation"'),
        ('details = { died_on = "holder.died_on" }', "", 'roles.holder.fields: "died_on" fills nothing'),
        ('when = "otherwise"', 'when = "kinship.no_record"', 'needs when = "otherwise"'),
        ("kinship.recorded and", "kinship.recorded &", "results.1.when: may hold and, or, not"),
        ("kinship.recorded and", "kinship.sworn and", '"kinship.sworn" says nothing; known words are'),
        ("kinship.recorded and", "cousin.recorded and", 'results.shown.when: there is no question "cousin" before it'),
        (
            "kinship.recorded and",
            "agrees(kinship.age) and",
            'results.shown.when: "kinship" states no fact "age"; it states related',
        ),
        ("kinship.no_record or", "changed_name.no_record or", 'there is no question "changed_name" before it'),
        ('condition = "kinship.no_record or kinship.cannot_say"', "", 'Give condition = "..." exactly where ask is "if"'),
        ('label = { zh = "代办亲属"', 'max = 3\nlabel = { zh = "代办亲属"', "put it into all(...), any(...) or count(...)"),
    ],
)
def test_a_wrong_file_is_told_with_its_key_and_what_would_be_right(tmp_path: Path, old: str, new: str, told: str) -> None:
    (tmp_path / "bundles").mkdir()
    assert old in GOOD
    text = GOOD.replace('code = "close_relative_card"', 'code = "odd"', 1).replace(old, new)
    (tmp_path / "bundles" / "odd.toml").write_text(text, encoding="utf-8")

    with pytest.raises(CatalogueProblem) as caught:
        load_bundles(CATALOGUE, [tmp_path])

    assert told in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')", "death.__class__", "death.recorded.so", "().answered", "all(any(kinship.recorded))",
        "count(kinship.recorded)", "count(kinship.recorded) >= 1.5", "1 < count(kinship.recorded) < 3", "[death.recorded]",
        "lambda: death.recorded", "death.recorded if death.recorded else death.asked", "every(kinship.recorded)", "", "(" * 500,
        " and ".join(["death.recorded"] * 400), "not " * 13 + "death.recorded", "all(death.recorded, death.asked)",
        "death.recorded == 1",
    ],
)  # fmt: skip
def test_an_expression_is_nothing_but_what_it_may_be(text: str) -> None:
    with pytest.raises(BadExpression):
        parse(text)


def test_one_question_for_each_heir_and_each_fits_its_item() -> None:
    people, kind = estate(20), BUNDLES["deposit_of_deceased"]

    plan = plan_of("deposit_of_deceased", people)

    assert (sum(p.asked for p in plan), sum(p.waits for p in plan)) == (21, 20)
    asked = [question_for(kind, p, people, COMMON) for p in plan if p.asked]
    assert [check_question(question, CATALOGUE.item(question.item)) for question in asked] == [[]] * 21
    assert [q.subjects["relative"].name for q in asked[1:]] == [one.name for one in people["heir"]]
    assert (plan[2].place, plan[2].people) == ("kinship/heir.1", {"deceased": "deceased.0", "heir": "heir.1"})


def test_where_nobody_stands_nothing_is_asked_and_what_was_not_chosen_neither() -> None:
    plan = plan_of("mortgage", {"borrower": [person(1)], "spouse": [person(2)]}, chosen=["identity"])

    assert [p.place for p in plan if p.asked] == ["real_estate", "housing_fund", "social_insurance", "marriage", "identity"]
    assert "tax" not in [p.code for p in plan]


def test_an_heir_without_a_resident_card_is_one_person_under_a_renewed_permit() -> None:
    people = estate(1)
    permits = [{"kind": "hk_macao_travel_permit", "number": number} for number in ("H1234567800", "H1234567801", "M12345678")]
    people["heir"] = [Person.model_validate({"name": "陈", "document": one, "details": {"relation": "son"}}) for one in permits]

    assert [fault.field for fault in people_faults(BUNDLES["deposit_of_deceased"], people)] == ["people.heir.1.document.number"]


def test_the_people_of_a_role_are_counted_and_told_apart() -> None:
    people = {
        "heir": [person(1), person(1), person(2).model_copy(update={"details": {"age": "3"}})],
        "witness": [person(3)], "李四": [person(4)],
    }  # fmt: skip

    faults = people_faults(BUNDLES["deposit_of_deceased"], people)

    assert [(fault.field, fault.code) for fault in faults] == [
        ("people.witness", "unknown_role"), ("people.?", "unknown_role"), ("people.deceased", "missing"),
        ("people.heir.1.id_number", "same_person"), ("people.heir.2.details.age", "unknown_field"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "blames"),
    [
        ("subjects.relative.id_number", "people.heir.1.id_number"), ("subjects.person", "people.deceased.0"),
        ("details.relation", "people.heir.1.details.relation"), ("item", "questions.kinship"), ("matter", "kind"),
        ("reference", "reference"), ("", ""),
    ],
)  # fmt: skip
def test_a_fault_of_one_question_names_the_field_of_the_bundle(field: str, blames: str) -> None:
    plan = plan_of("deposit_of_deceased", estate(2))

    assert blamed(BUNDLES["deposit_of_deceased"], plan[2], FieldFault(field, "wrong", "")).field == blames
