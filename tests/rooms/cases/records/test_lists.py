"""Lists of data in the catalogue: which matter gets which fields, what a city adds, what is refused by file and key."""

from pathlib import Path
from typing import Any

import pytest

from cases.catalogue.catalogue import CatalogueProblem, load
from cases.catalogue.mode_checks import mode_faults, with_mode
from cases.question import Question
from tests.rooms.cases.test_catalogue import CATALOGUE, KIND, with_item

QUERY = (
    KIND.replace('class = "check"', 'class = "query"\nvalid_days = 30').replace('matters = ["mortgage"]\n', "")
    + """
contradicted = { zh = "不一致", en = "Not as stated" }

[[fields]]
name = "breed"
kind = "choice"
label = { zh = "品种", en = "Breed" }
choices = [{ code = "poodle", zh = "贵宾犬", en = "Poodle" }, { code = "husky", zh = "哈士奇", en = "Husky" }]

[[fields]]
name = "chip"
kind = "id"
label = { zh = "芯片号", en = "Chip" }
order = -1

[needed_by]
mortgage = ["breed"]

[compared_by]
inheritance = ["chip"]
"""
)
QUERIES = [item for item in CATALOGUE.items.values() if item.is_query]


def test_one_file_adds_a_query_with_its_lists(tmp_path: Path) -> None:
    catalogue = with_item(tmp_path, QUERY)
    item = catalogue.item("pet_licence")

    assert list(item.by_field) == ["chip", "breed"], "by their order"
    assert catalogue.matter("mortgage").listed(item.code, "query") == ("breed",)
    assert [catalogue.matter(code).modes_of(item.code) for code in ("mortgage", "inheritance", "newborn")] == [
        ("query",),
        ("compare",),
        (),
    ]
    assert (catalogue.allows("mortgage", item.code), catalogue.allows("newborn", item.code)) == (True, False)


def test_one_file_adds_a_field_to_a_packaged_item_and_lets_a_matter_have_it(tmp_path: Path) -> None:
    further = """code = "household_page"
    fields = [{ name = "grid", kind = "text", label = { zh = "网格", en = "Grid" } }]
    [needed_by]
    mortgage = ["grid"]
    legal_aid = ["address"]
    [compared_by]
    mortgage = ["grid"]"""
    catalogue = with_item(tmp_path, further, "fields/household_page.toml")
    before, mortgage = CATALOGUE.matter("mortgage").listed("household_page", "query"), catalogue.matter("mortgage")

    assert "grid" in catalogue.item("household_page").by_field
    assert mortgage.listed("household_page", "query") == (*before, "grid")
    assert "grid" in mortgage.listed("household_page", "compare")
    assert "address" in catalogue.matter("legal_aid").listed("household_page", "query")
    assert {"grid", "address"} <= {fact.code for fact in catalogue.item("household_page").facts}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("items/pet_licence.toml", QUERY.replace('["breed"]', '["owner"]'),
         'needed_by.mortgage: there is no field of pet_licence "owner"; known are breed, chip'),
        ("items/pet_licence.toml", QUERY.replace("mortgage =", "mortgag ="), 'needed_by: there is no matter "mortgag"'),
        ("items/pet_licence.toml", QUERY.replace('kind = "id"', 'kind = "uuid"'), "fields.1.kind: Choose one of these"),
        ("items/pet_licence.toml", QUERY.replace("valid_days = 30", "valid_days = 30\nmodes = ['query']"),
         "compared_by.inheritance: pet_licence is not asked by compare; its modes are query"),
        ("items/pet_licence.toml", QUERY.replace("\nvalid_days = 30", ""), "An item of class query names valid_days"),
        ("items/pet_licence.toml", QUERY.replace("valid_days = 30", "valid_days = 30\nfree_words = true"),
         "has no consult, free_words"),
        ("items/pet_licence.toml", QUERY.replace('["breed"]', "[]"), "needed_by.mortgage: names no field"),
        ("items/pet_licence.toml", KIND.replace('class = "check"', 'class = "query"'),
         'Give [[fields]] exactly where class is "query"'),
        ("matters/toy.toml",
         'code = "toy"\ntitle = { zh = "一", en = "Toy" }\nkeywords = []\nitems = []\n[fields]\nkinship = ["relation"]',
         'fields: there is no item of class query "kinship"'),
        ("matters/toy.toml", 'code = "toy"\ntitle = { zh = "一", en = "Toy" }\nkeywords = []\nitems = ["household_page"]',
         "items: household_page gives fields of a record: say which in [fields] or [compares]"),
        ("matters/toy.toml",
         'code = "toy"\ntitle = { zh = "一", en = "Toy" }\nkeywords = []\nitems = []\n[compares]\nhousehold_page = ["shoe_size"]',
         'compares.household_page: there is no field of household_page "shoe_size"'),
        ("fields/kinship.toml", 'code = "kinship"', 'code: there is no item of class query "kinship"'),
        ("fields/household_page.toml",
         'code = "household_page"\nfields = [{ name = "address", kind = "text", label = { zh = "一", en = "A" } }]',
         "a name of its own"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_by_file_and_key(tmp_path: Path, file: str, text: str, told: str) -> None:
    with pytest.raises(CatalogueProblem) as caught:
        with_item(tmp_path, text, file)

    assert str(caught.value).startswith(f"{tmp_path / file}: ")
    assert told in str(caught.value)


def ask(item: str, matter: str, mode: str = "", **details: str) -> Question:
    people = {"person": {"name": "吴一", "id_number": "330725196205140015"}}
    plain = {
        "item": item,
        "matter": matter,
        "purpose": "x",
        "reference": "B-1",
        "subjects": people,
        "mode": mode,
        "details": details,
    }
    return with_mode(Question.model_validate(plain), CATALOGUE)


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        (("kinship", "inheritance", "query"), "mode", "no_mode"),
        (("household_page", "mortgage"), "mode", "missing"),
        (("household_page", "mortgage", "compare"), "details", "missing"),
        (("household_page", "school_enrolment", "compare"), "mode", "mode_not_allowed"),
    ],
)
def test_a_matter_asks_only_in_its_own_ways(asked: tuple[str, ...], field: str, code: str) -> None:
    assert [(fault.field, fault.code) for fault in mode_faults(ask(*asked), CATALOGUE)] == [(field, code)]


def test_values_are_stated_only_to_be_compared_and_only_those_of_the_list() -> None:
    stated: dict[str, Any] = {"address": "丹溪路1号", "born": "1976年1月10日"}
    query, compare = (ask("household_page", "mortgage", mode, **stated) for mode in ("query", "compare"))

    assert compare.details["born"] == "1976-01-10", "written as its kind is"
    assert [fault.field for fault in mode_faults(query, CATALOGUE)] == ["details.address", "details.born"]
    assert [(fault.field, fault.code) for fault in mode_faults(compare, CATALOGUE)] == [("details.born", "not_compared")]


def test_nobody_says_for_the_matter_what_it_needs() -> None:
    question = ask("household_page", "mortgage", "query")
    question.wanted = {"member_number": "id"}

    assert [fault.field for fault in mode_faults(question, CATALOGUE)] == ["wanted"]


def test_the_only_way_is_filled_in() -> None:
    only = [matter for matter in CATALOGUE.matters.values() if matter.modes_of("household_page") == ("query",)]

    assert only
    assert ask("household_page", only[0].code).mode == "query"


def test_what_is_wanted_is_the_list_and_of_a_compare_what_is_stated() -> None:
    for item in QUERIES:
        for matter in CATALOGUE.matters.values():
            listed = matter.listed(item.code, "query")
            assert set(CATALOGUE.wanted(ask(item.code, matter.code, "query"))) == set(listed) <= set(item.by_field)
            for name in item.by_field:
                stated = CATALOGUE.wanted(ask(item.code, matter.code, "compare", **{name: "1"}))
                assert set(stated) == {name} & set(matter.listed(item.code, "compare"))


def test_every_packaged_query_is_needed_by_some_matter() -> None:
    assert len(QUERIES) >= 8
    assert [item.code for item in QUERIES if not any(m.modes_of(item.code) for m in load().matters.values())] == []
