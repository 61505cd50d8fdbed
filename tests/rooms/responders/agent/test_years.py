"""The year of a question: of what the records do not reach, no machine says anything."""

import pytest

from cases.catalogue.catalogue import load
from cases.catalogue.headline import headline
from sample.city.archives import HOLDINGS, Row
from sample.city.papers import ELECTRONIC_FROM
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import (
    BRIDE,
    CODE,
    FAMILY,
    FATHER,
    NAMES,
    SON,
    STRANGER,
    about,
    couple,
    entry,
    firm,
    kinship,
)

CATALOGUE = load()
HAPPENED = [
    ("death", "death", entry(SON, "2012-06-06", None, "D1"), 2012, {"died_on": "2012-06-06"}),
    ("birth", "birth", entry(SON, "2012-06-06", None, "Q1"), 2012, {"born_on": "2012-06-06"}),
    ("identity_change", "former", (SON, NAMES[SON], SON, "王小建", "2012-06-06"), 2012, {"former_name": "王小建"}),
]
UNITS = [(item, unit) for unit, items in ELECTRONIC_FROM.items() for item in items]
ROWS: dict[str, list[Row]] = {
    "marriage": [(FATHER, NAMES[FATHER], BRIDE, NAMES[BRIDE], "1995-01-01", None, "")],
    "enterprise_archive": [(CODE, "新名厂", "", "王建国", SON, "2003-03-03", None, "")],
    "enterprise_tax": [(CODE, "新名厂", "", 2025, "2003-03-03", None)],
    "adopter_children": [(SON, NAMES[SON], "2005-04-04", "生育")],
}
TABLES = {"enterprise_archive": "enterprise", "enterprise_tax": "taxpayer", "adopter_children": "child"}


@pytest.mark.parametrize(("item", "unit"), UNITS)
def test_a_year_after_the_records_day_is_for_a_person(store: Opener, item: str, unit: str) -> None:
    """Every register alike: what is on record today is not said of a year to come."""
    held = ROWS.get(item) or ([entry(SON, "2010-01-01", None, "浙GA00001")] if item in HOLDINGS.get(unit, ()) else [])
    records = store(unit, **({TABLES.get(item, item): held} if held else {}))
    for year in (2027, 2099):
        asked = {
            "kinship": kinship(SON, FATHER, "father", year), "marriage": couple(FATHER, BRIDE, year),
            "enterprise_archive": firm(item, "新名厂", year=year), "enterprise_tax": firm(item, "新名厂", year=year),
            "enterprise_register": firm(item, "新名厂", year=year),
        }.get(item, about(item, SON, year=year))  # fmt: skip
        found = records.find([asked])[0]
        assert (found.outcome, found.facts, found.evidence["near"]) == ("not_digitised", {}, "not_searched")
        assert "2026-09-01" in found.words


@pytest.mark.parametrize(("item", "table", "row", "year", "details"), HAPPENED)
def test_a_stated_year_is_compared_and_never_passed_over(
    store: Opener, item: str, table: str, row: Row, year: int, details: dict[str, str]
) -> None:
    """With or without a day: 1990 is not headed true where it was 2012."""
    police, of = store("police", **{table: [row]}), CATALOGUE.item(item)
    for more in ({}, details):
        right, wrong, none = (about(item, SON, year=when, **more) for when in (year, 1990, None))
        found = police.find([right, wrong, none])

        assert [one.outcome for one in found] == ["confirmed", "contradicted", "confirmed"]
        assert [one.facts.get("year") for one in found] == ["agrees", "differs", None]
        heads = [headline(of, asked, one.plain()) for asked, one in zip((right, wrong, none), found, strict=True)]
        assert [text.zh.split("：")[0] for text in heads] == ["属实", "部分不属实", "属实"]


def test_children_of_a_year_are_those_born_by_then(store: Opener) -> None:
    children = [(who, NAMES[who], day, "生育") for who, day in ((SON, "2005-04-04"), (SON, "2015-04-04"), (FATHER, "2015-04-04"))]
    civil, item = store("civil", child=children), "adopter_children"

    assert [civil.ask(item, SON, year=year).facts.get("in_year") for year in (2004, 2005, 2020, None)] == [
        "differs", "agrees", "agrees", None,
    ]  # fmt: skip
    assert civil.ask(item, SON, year=2004).outcome == "contradicted"
    # Elder children of the father may stand on paper; how many there were in a year, where more came later, a person counts.
    assert civil.ask(item, FATHER, year=2004).outcome == "not_digitised"
    assert [civil.ask(item, SON, year=2010, children=count).outcome for count in "12"] == ["not_digitised"] * 2
    assert [civil.ask(item, SON, year=2016, children=count).outcome for count in "12"] == ["contradicted", "confirmed"]


def test_spouses_of_a_year_shared_a_household_in_it(store: Opener) -> None:
    """They stand together since 1998; who was married to whom in another year, a person finds out."""
    police = store("police", member=FAMILY)
    found = police.find([kinship(SON, BRIDE, "spouse", year) for year in (1997, 1998, 2020, None)])
    others = police.find([kinship(SON, STRANGER, "spouse", 2020), kinship(SON, FATHER, "spouse", 1997)])

    assert [one.outcome for one in found] == ["not_digitised", "confirmed", "confirmed", "confirmed"]
    assert [one.outcome for one in others] == ["not_digitised"] * 2
