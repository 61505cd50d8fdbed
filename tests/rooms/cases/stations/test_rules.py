"""Which station a question is led to: the most exact rule first, nobody's stays; overlapping rules are told of."""

import random

import pytest

from cases.question import Question
from cases.stations.rules import Where, can_fit, deciding, overlaps, where_of, written
from tests.rooms.cases.stations.house import EAST, WEST, rule
from tests.routes import FATHER, RULEBOOK, SON, kinship

COMMUNITY = rule(EAST, "community", "丹溪社区")
TOWN, ROAD = rule(WEST, "address", "佛堂镇"), rule(EAST, "address", "佛堂镇银杏路")
COUNTY, CITY, ITEM = rule(EAST, "prefix", "330725"), rule(WEST, "prefix", "3307"), rule(EAST, "every", "", "kinship")
ONLY = rule(WEST, "prefix", "330725", "kinship")
ALL = (COMMUNITY, TOWN, ROAD, COUNTY, CITY, ITEM)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where("death", [], "佛堂镇丹溪社区银杏路1号"), COMMUNITY),  # a community before any words of an address
        (Where("death", ["330725196205140015"], "佛堂镇银杏路1号"), ROAD),  # the longer words
        (Where("death", ["330725196205140015"], "佛堂镇稻香路1号"), TOWN),  # words before the ID number
        (Where("kinship", ["330725196205140015"], ""), COUNTY),  # the longer prefix, and any place before the item
        (Where("kinship", ["330782196205140015"], ""), CITY),
        (Where("kinship", ["330782196205140015", "330725193607120013"], ""), CITY),  # whom the item names first
        (Where("kinship", ["110101196205140015"], ""), ITEM),
        (Where("death", ["110101196205140015"], ""), None),  # nobody's: it stays with the unit
        (Where("death", [], ""), None),
    ],
)
def test_the_most_exact_rule_decides_in_whatever_order_they_are_given(where, expected):
    rules = list(ALL)
    for seed in range(6):
        random.Random(seed).shuffle(rules)
        assert deciding(rules, where) is expected


def test_the_rule_of_one_item_goes_before_that_of_all_items_with_the_same_value():
    assert deciding([COUNTY, ONLY], Where("kinship", [SON], "")) is ONLY
    assert deciding([COUNTY, ONLY], Where("death", [SON], "")) is COUNTY


def test_what_is_looked_at_are_people_in_the_items_order_and_free_texts_never_a_name():
    named = kinship(purpose="佛堂镇的事")
    named["subjects"] = {"relative": {"name": "丹溪社区", "id_number": FATHER}, "person": {"name": "佛堂镇", "id_number": SON}}
    seen = where_of(Question.model_validate(named), RULEBOOK.catalogue.item("kinship"))
    assert (seen.id_numbers, seen.words) == ([SON, FATHER], "")
    person = {"person": {"name": "吴一", "id_number": SON}}
    lived = kinship(item="household_history", subjects=person, details={"address": "佛堂镇 丹溪社区１号"})
    seen = where_of(Question.model_validate(lived), RULEBOOK.catalogue.item("household_history"))
    assert seen.words == "佛堂镇丹溪社区1号", "as it is compared, whatever blanks and widths were typed"
    assert (written("address", " 佛堂镇 银杏路"), written("prefix", "３３０７２５ ")) == ("佛堂镇银杏路", "330725")


def test_overlapping_and_unreachable_rules_are_named_and_those_that_do_not_touch_are_not():
    shadowed = rule(WEST, "address", "丹溪社区银杏路")  # whatever says that, says the community too
    told = [(one.rule, one.other, one.unreachable) for one in overlaps([COMMUNITY, shadowed, COUNTY, CITY, TOWN, ROAD])]
    assert (shadowed, COMMUNITY, True) in told
    assert (CITY, COUNTY, False) in told
    assert (TOWN, ROAD, False) in told
    assert len(told) == 3
    assert not list(overlaps([COUNTY, ITEM, COMMUNITY])), "an item alone is what is left, and no overlap"
    assert not list(overlaps([ONLY, rule(WEST, "prefix", "330725", "death")]))


def test_a_rule_fits_only_items_that_ask_for_what_it_looks_at():
    kin, lived, firm = (RULEBOOK.catalogue.item(code) for code in ("kinship", "household_history", "enterprise_tax"))
    assert [can_fit(TOWN, item) for item in (kin, lived, firm)] == [False, True, False]
    assert [can_fit(COUNTY, item) for item in (kin, lived, firm)] == [True, True, False]
    assert can_fit(ITEM, firm)
