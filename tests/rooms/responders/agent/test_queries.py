"""Handlers of class query: what a register holds, field by field; names that do not fit; what a person must look for."""

from typing import Any

import pytest

from cases.catalogue.catalogue import load
from cases.records.field_values import read_value
from tests.rooms.responders.agent.conftest import Opener
from tests.rooms.responders.agent.stores import (
    BRIDE,
    CODE,
    DAUGHTER,
    DEAD_CODE,
    FAMILY,
    FATHER,
    GRANDSON,
    HANDLERS,
    NAMES,
    SON,
    STRANGER,
    YOUTH,
    about,
    firm,
    number,
    old,
)

CATALOGUE = load()
QUERIES = sorted(item.code for item in CATALOGUE.items.values() if item.is_query)
HOME = "浙江省金华市义乌市"
HOUSES = [("H1", "稠城街道", "东溪沿社区", "稠城街道银杏路5号"), ("H2", "佛堂镇", "新桥头社区", "佛堂镇稻香路9号")]
Row = tuple[object, ...]


def held(who: str, since: str, until: str | None, *more: object) -> Row:
    """A line that begins with whose it is and since when; written in the form of its day."""
    return (old(who) if since < "1999" else who, NAMES[who], since, until, *more)


def deed(who: str, since: str, until: str | None = None, burden: str = "抵押", address: str = "稠城街道银杏路5号") -> Row:
    """A line of the register of real estate."""
    return held(who, since, until, f"浙({since[:4]})义乌市不动产权第0000001号", address, "住宅", "89.50", "共同共有", burden)


def wedding(event: str, day: str, husband: str = SON, wife: str = BRIDE) -> Row:
    """A line of the register of marriages."""
    form = old if day < "1999" else str
    return (event, form(husband), NAMES[husband], form(wife), NAMES[wife], day, "J330782-1", "义乌市民政局")


def test_every_query_of_the_catalogue_has_a_handler_and_fields_for_some_matter() -> None:
    needed = {item for matter in CATALOGUE.matters.values() for item in (*matter.fields, *matter.compares)}

    assert len(QUERIES) >= 8
    assert set(QUERIES) <= set(HANDLERS)
    assert needed == set(QUERIES)


def test_property_in_force_is_given_back_in_the_order_of_its_days(store: Opener) -> None:
    """What was sold is not: of a year it is what was in force in it. Old entries stand under 15 digits."""
    rows = [deed(SON, "2012-02-02", address="稻香路9号"), deed(SON, "1998-06-06"), deed(SON, "2001-01-01", "2015-05-05")]
    resources = store("resources", deed=rows)
    found = resources.ask("property_register", SON)

    assert [row["registered_on"] for row in found.records] == ["1998-06-06", "2012-02-02"]
    assert found.records[1] == {
        "certificate": "浙(2012)义乌市不动产权第0000001号", "address": "稻香路9号", "use": "home", "area": "89.50",
        "share": "joint", "burden": "mortgaged", "registered_on": "2012-02-02",
    }  # fmt: skip
    assert found.evidence == {"electronic_from": "1998", "as_of": "2026-09-01"}
    assert len(resources.ask("property_register", SON, year=2013).records) == 3
    assert resources.ask("property_register", SON, "李平").outcome == "identity_mismatch"
    assert resources.ask("property_register", SON, "李平").records == []


def test_no_entry_today_is_no_record_and_one_that_may_lie_on_paper_is_looked_for(store: Opener) -> None:
    resources = store("resources", deed=[deed(SON, "2001-01-01", "2015-05-05")])
    asked = [(SON, None), (YOUTH, None), (FATHER, 2001), (YOUTH, 2022), (FATHER, 1990)]

    assert [resources.ask("property_register", who, year=year).outcome for who, year in asked] == [
        "no_record", "no_record", "no_record", "no_record", "not_digitised",
    ]  # fmt: skip


def test_periods_that_have_ended_are_given_back_and_say_when(store: Opener) -> None:
    rows = [
        held(SON, "1997-03-01", "2003-07-01", "职工基本养老保险", 70, "停保"),
        held(SON, "2004-01-01", None, "军人养老", 200, "正常参保"),
    ]
    found = store("social", period=rows).ask("insured_periods", SON)

    assert found.records == [
        {"kind": "employees", "since": "1997-03-01", "until": "2003-07-01", "months": "70", "state": "stopped"},
        {"kind": "other", "since": "2004-01-01", "months": "200", "state": "insured"},  # not over: no day stands there
    ]


def test_registrations_of_both_sides_and_nothing_of_who_is_single(store: Opener) -> None:
    rows = [wedding("离婚登记", "2012-03-03"), wedding("结婚登记", "1998-02-02")]
    civil = store("civil", registration=rows, resident=[(YOUTH, NAMES[YOUTH]), (FATHER, NAMES[FATHER])])
    found = civil.ask("marriage_record", BRIDE)

    assert [(row["event"], row["registered_on"], row["spouse"]) for row in found.records] == [
        ("marriage", "1998-02-02", NAMES[SON]), ("divorce", "2012-03-03", NAMES[SON]),
    ]  # fmt: skip
    assert [row["spouse_number"] for row in found.records] == [old(SON), SON]
    assert len(civil.ask("marriage_record", SON, year=2012).records) == 1
    # Who was grown before the registers were electronic may have married on paper.
    assert [civil.ask("marriage_record", who).outcome for who in (FATHER, YOUTH)] == ["not_digitised", "no_record"]
    assert civil.ask("marriage_record", YOUTH, "李平").outcome == "identity_mismatch"
    assert civil.ask("marriage_record", BRIDE).words == ""


def test_a_birth_with_its_parents_as_they_were_entered(store: Opener) -> None:
    entry = (GRANDSON, NAMES[GRANDSON], "男", "2005-04-04", NAMES[BRIDE], BRIDE, "", "", "Q33050001")
    police = store("police", member=FAMILY, birth_entry=[entry])
    found = police.ask("birth_record", GRANDSON)

    assert found.records == [
        {
            "name": NAMES[GRANDSON], "sex": "male", "born_on": "2005-04-04", "mother": NAMES[BRIDE], "mother_number": BRIDE,
            "certificate": "Q33050001",
        }
    ]  # fmt: skip
    assert [police.ask("birth_record", who).outcome for who in (SON, YOUTH)] == ["not_digitised", "no_record"]
    assert police.ask("birth_record", GRANDSON, year=2004).outcome == "no_record"


def test_a_household_page_is_of_today_the_head_first(store: Opener) -> None:
    police = store("police", member=FAMILY, household=HOUSES)
    found = police.ask("household_page", BRIDE)

    assert [(row["member_name"], row["relation_to_head"], row["born"]) for row in found.records] == [
        (NAMES[SON], "户主", "1976-01-10"), (NAMES[BRIDE], "妻", "1977-02-02"), (NAMES[GRANDSON], "子", "2005-04-04"),
    ]  # fmt: skip
    assert {(row["head"], row["address"], row["household_number"], row["entered_on"]) for row in found.records} == {
        (NAMES[SON], f"{HOME}佛堂镇稻香路9号", "H2", "1998-06-01")
    }
    assert police.ask("household_page", DAUGHTER).outcome == "no_record"  # she moved away
    assert police.ask("household_page", BRIDE, year=2005).outcome == "not_digitised"


def test_who_may_not_know_the_members_does_not_learn_how_many_they_are(store: Opener) -> None:
    police = store("police", member=FAMILY, household=HOUSES)
    asked = about("household_page", BRIDE).model_copy(update={"wanted": {"address": "text"}})

    assert len(police.find([asked])[0].records) == 1


def test_an_enterprise_by_its_code(store: Opener) -> None:
    row = (
        CODE,
        "义乌市恒瑞饰品有限公司",
        "义乌市恒瑞厂",
        "王建国",
        "有限责任公司",
        "500000.00",
        "稠城街道1号",
        "2010-01-01",
        None,
        "存续",
    )
    market = store("market", licence=[row])
    found = market.find([firm("enterprise_register", "义乌市恒瑞饰品有限公司")])[0]

    assert found.records == [
        {
            "name": "义乌市恒瑞饰品有限公司", "former_name": "义乌市恒瑞厂", "head": "王建国", "kind": "limited",
            "capital": "500000.00", "address": "稠城街道1号", "founded_on": "2010-01-01", "state": "in_business",
        }
    ]  # fmt: skip
    assert market.find([firm("enterprise_register", "义乌市恒瑞厂")])[0].outcome == "confirmed"  # the name it had before is its own
    others = [firm("enterprise_register", "别的有限公司"), firm("enterprise_register", "义乌市恒瑞厂", DEAD_CODE)]
    assert [one.outcome for one in market.find(others)] == ["identity_mismatch", "no_record"]


ROWS: dict[str, tuple[str, dict[str, list[Row]]]] = {
    "birth_record": ("police", {"birth_entry": [(SON, NAMES[SON], "男", "1976-01-10", "", "", "", "", "Q1")]}),
    "household_page": ("police", {"member": FAMILY, "household": HOUSES}),
    "marriage_record": ("civil", {"registration": [wedding("结婚登记", "2001-02-02")]}),
    "property_register": ("resources", {"deed": [deed(SON, "2012-02-02")]}),
    "insured_periods": ("social", {"period": [held(SON, "2004-01-01", None, "职工基本养老保险", 9, "正常参保")]}),
    "housing_fund_record": (
        "housing-fund",
        {"account": [held(SON, "2004-01-01", None, "正常", "1200.00", "30000.50", "有")]},
    ),
    "vehicle_record": ("transport", {"car": [held(SON, "2014-01-01", None, "浙GA00001", "小型汽车", "正常")]}),
}


@pytest.mark.parametrize("item", sorted(ROWS))
def test_each_value_has_the_form_of_its_field_and_a_batch_takes_as_many_statements_as_one(store: Opener, item: str) -> None:
    unit, rows = ROWS[item]
    records = store(unit, **rows)
    asked: list[Any] = [about(item, who) for who in (SON, STRANGER, YOUTH, SON)]
    found = records.find(asked)
    fields = CATALOGUE.item(item).by_field

    assert found[0].records == found[3].records != []
    for name, value in ((name, value) for row in found[0].records for name, value in row.items()):
        assert read_value(fields[name].kind, value) == value
        assert not fields[name].choices or value in fields[name].by_code
    assert records.count_queries(asked) == records.count_queries(asked[:1])


@pytest.mark.parametrize("item", sorted(ROWS))
def test_somebody_else_is_never_shown(store: Opener, item: str) -> None:
    """Under another name, and under a number that nobody has, no row comes back."""
    unit, rows = ROWS[item]
    records = store(unit, **rows)
    nobody = number("19800101", 77)
    found = records.find([about(item, SON, "李平"), about(item, nobody, "李平")])

    assert found[0].outcome == "identity_mismatch"
    assert [one.records for one in found] == [[], []]
