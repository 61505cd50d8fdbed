"""The rows of a record as a clerk types them: read by the kind of each field, what stands in every row once."""

import pytest

from cases.catalogue.catalogue import load
from responders.desk.answering import AnswerForm
from responders.desk.typed_records import read_rows, rows_typed

CATALOGUE = load()
PAGE = CATALOGUE.item("household_page")


def test_what_is_the_same_in_every_row_is_typed_once() -> None:
    """It stands in the first; where the first says nothing of its own, it is no row."""
    rows = rows_typed({"records.0.address": "银杏路5号", "records.1.member_name": "王建国", "records.2.member_name": "吴燕"})
    read, faults = read_rows(rows, PAGE, {"address", "member_name"})

    assert faults == []
    assert read == [{"address": "银杏路5号", "member_name": name} for name in ("王建国", "吴燕")]
    assert read_rows([{"address": "银杏路5号"}], PAGE, {"address"})[0] == [{"address": "银杏路5号"}]


@pytest.mark.parametrize(
    "name", ["records.200.spouse", "records.-1.spouse", "records.x.spouse", "records.0.", "records", "record.0.spouse"]
)
def test_what_is_no_field_of_a_row_makes_none(name: str) -> None:
    assert rows_typed({name: "吴燕"}) == []


def test_amounts_are_read_as_people_type_them() -> None:
    fund = CATALOGUE.item("housing_fund_record")
    read, _ = read_rows([{"monthly": "１,２50元", "since": "2004/1/2"}], fund, {"monthly", "since"})

    assert read == [{"monthly": "1250.00", "since": "2004-01-02"}]
    assert AnswerForm.model_validate({"outcome": "confirmed", "records.0.monthly": "1250"}).records == [{"monthly": "1250"}]
