"""What is said of entries: fields of a record, what happened once, what is kept for today alone, addresses."""

from collections.abc import Set
from typing import Any

import pytest

from cases.question import Question
from responders.handlers.persons import Source
from responders.sources.answers import Answering
from responders.sources.entries import read_entry
from responders.sources.handler import person_of
from responders.sources.item_checks import check_item
from responders.sources.source_file import SourceFile
from tests.rooms.responders.agent.stores import SON, about
from tests.rooms.responders.sources.files import ITEMS

AS_OF = "2026-09-01"
PROPERTY = {
    "values": {"address": "ZL", "use": "YT", "area": "MJ", "registered_on": "DJSJ"},
    "choices": {"use": {"住宅": "home"}},
    "coverage": {"keeps": "past", "electronic_from": 1998},
}
HOUSE = {"from": "2010-01-01", "address": "稠城街道1号", "use": "住宅", "area": "89.50", "registered_on": "2010/1/1"}


def answering(item: str, **file: Any) -> Answering:
    columns = {"number": "H", "name": "M", "from": "Q"} | ({"until": "Z"} if file["coverage"]["keeps"] == "past" else {})
    rest = {"columns": columns, "freshness": {"as_of": "live"}, "checks": {"rows_at_least": 1}}
    made = SourceFile.model_validate({"connection": {"kind": "database", "address": "sqlite:///x", "table": "t"}, **rest, **file})
    assert check_item(made, ITEMS[item]) == []
    return Answering(ITEMS[item], made, ITEMS[item].subjects[0].role)


def told(by: Answering, question: Question, *rows: dict[str, str], unsure: Set[str] = frozenset()) -> Any:
    coverage, person = by.file.coverage, person_of(question.subjects["person"])
    entries = [read_entry({"number": SON, "name": "王建国", **row}, by.file.values, True, coverage.open_ends) for row in rows]
    complete = coverage.complete_since.isoformat() if coverage.complete_since else ""
    return by.finding(question, person, entries, unsure, Source(coverage.electronic_from, AS_OF, complete, coverage.region))


def record(year: int | None = None) -> Question:
    wanted = {name: ITEMS["property_register"].by_field[name].kind for name in ("address", "use", "area", "registered_on")}
    return about("property_register", SON, year=year).model_copy(update={"mode": "query", "wanted": wanted})


def test_a_record_is_given_back_in_the_form_of_its_fields() -> None:
    by = answering("property_register", **PROPERTY)
    sold = {**HOUSE, "until": "2020-01-01", "address": "稠城街道2号"}
    found = told(by, record(), sold, HOUSE)

    assert found.records == [{"address": "稠城街道1号", "use": "home", "area": "89.50", "registered_on": "2010-01-01"}]
    assert [row["address"] for row in told(by, record(2015), HOUSE, sold).records] == ["稠城街道2号", "稠城街道1号"]
    assert told(by, record(), sold).outcome == "not_digitised", "without complete_since what was before 1998 may be on paper"


@pytest.mark.parametrize("harm", [{"use": "厂房"}, {"registered_on": "去年"}, {"area": "很大"}, {"until": "不详"}])
def test_a_value_that_cannot_be_read_is_never_left_out_in_silence(harm: dict[str, str]) -> None:
    assert told(answering("property_register", **PROPERTY), record(), {**HOUSE, **harm}).outcome == "not_digitised"


def test_what_happened_once_is_on_record_and_its_year_is_compared() -> None:
    facts = {"registered": {"there": True}, "day": {"value": "from", "detail": "died_on", "kind": "date"},
             "year": {"value": "from", "detail": "year", "kind": "year"}}  # fmt: skip
    by = answering("death", facts=facts, coverage={"keeps": "events", "electronic_from": 1985})
    died = {"from": "2010年6月6日"}

    assert told(by, about("death", SON), died).outcome == "confirmed"
    assert told(by, about("death", SON, died_on="2010-06-07"), died).facts == {"registered": "agrees", "day": "differs"}
    assert told(by, about("death", SON, year=2010), died).outcome == "confirmed"
    assert told(by, about("death", SON, year=2011)).outcome == "no_record", "it names the year, which the register holds"
    assert told(by, about("death", SON)).outcome == "not_digitised", "born before the register began"
    assert told(by, about("death", SON, died_on="2010-06-06"), {"from": "不详"}).facts == {"registered": "agrees", "day": "unknown"}


def test_what_is_kept_for_today_alone_says_only_yes_of_the_past() -> None:
    by = answering("low_income", facts={"registered": {"held": True}},
                   coverage={"keeps": "present", "electronic_from": 1999, "complete_since": "1999-01-01"})  # fmt: skip
    held = {"from": "2010-01-01"}

    assert told(by, about("low_income", SON)).outcome == "no_record"
    assert told(by, about("low_income", SON, year=2015), held).outcome == "confirmed"
    for year in (2005, 2026):
        assert told(by, about("low_income", SON, year=year)).outcome == "not_digitised", "it may have ended since"
    assert told(by, about("low_income", SON, year=2005), held).outcome == "not_digitised", "there may have been another"
    assert told(by, about("low_income", SON, year=2015), {"from": ""}).outcome == "not_digitised"


def test_another_address_is_no_denial() -> None:
    facts = {"registered": {"held": True}, "this_one": {"held": True, "value": "address", "detail": "address", "kind": "address"}}
    by = answering("real_estate", facts=facts, values={"address": "ZL"},
                   coverage={"keeps": "past", "electronic_from": 1998, "region": "浙江省义乌市"})  # fmt: skip
    house = {"from": "2010-01-01", "address": "稠城街道银杏路5号"}

    assert told(by, about("real_estate", SON, address="浙江省义乌市稠城街道银杏路5号"), house).facts == {"this_one": "agrees"}
    assert told(by, about("real_estate", SON, address="银杏路6号"), house).outcome == "not_digitised"


def test_what_another_entry_could_change_is_for_a_person_where_one_of_the_name_cannot_be_read() -> None:
    coverage = {"keeps": "past", "electronic_from": 1996, "complete_since": "1996-01-01"}
    by = answering("low_income", facts={"registered": {"held": True}}, coverage=coverage)
    asked, ended, now = about("low_income", SON), {"from": "2010-01-01", "until": "2015-01-01"}, {"from": "2010-01-01"}

    assert told(by, asked, ended).outcome == "contradicted"
    assert told(by, asked, ended, unsure={"王建国"}).outcome == "not_digitised"
    assert told(by, asked, ended | {"former_name": "王小国"}, unsure={"王小国"}).outcome == "not_digitised"
    assert told(by, asked, now, unsure={"王建国"}).outcome == "confirmed"
    assert told(by, asked, now | {"until": AS_OF}).outcome == "confirmed", "it is in force on its last day"
    assert told(answering("property_register", **PROPERTY), record(), HOUSE, unsure={"王建国"}).outcome == "not_digitised"
