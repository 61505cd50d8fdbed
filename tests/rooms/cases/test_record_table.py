"""A record as it is shown: a card for one, a card and a table for several, and what is empty shown as empty."""

from cases.catalogue.catalogue import load
from cases.catalogue.record_table import fields_of, record_table

PAGE = load().item("household_page")
ROWS = [
    {"address": "银杏路5号", "head": "王建国", "member_name": "王建国", "relation_to_head": "户主"},
    {"address": "银杏路5号", "head": "王建国", "member_name": "吴燕"},
]


def test_one_row_is_a_card() -> None:
    table = record_table(PAGE, {"member_name", "address"}, ROWS[:1])

    assert [(field.name, value) for field, value in table.card] == [("address", "银杏路5号"), ("member_name", "王建国")]
    assert (table.columns, table.rows) == ((), ())


def test_of_several_what_is_the_same_stands_once() -> None:
    table = record_table(PAGE, {"relation_to_head", "member_name", "address"}, ROWS)

    assert [(field.name, value) for field, value in table.card] == [("address", "银杏路5号")]
    assert [field.name for field in table.columns] == ["member_name", "relation_to_head"]
    assert table.rows == [["王建国", "户主"], ["吴燕", ""]]  # what is empty on record is a cell, and empty


def test_a_field_that_was_asked_for_is_never_left_away() -> None:
    assert [value for _, value in record_table(PAGE, {"member_number", "head"}, ROWS[1:]).card] == ["王建国", ""]


def test_nothing_beyond_what_was_asked_for_is_in_it() -> None:
    table = record_table(PAGE, {"head"}, ROWS)

    assert ([field.name for field, _ in table.card], table.rows) == (["head"], [])


def test_without_a_record_there_is_no_table() -> None:
    assert not record_table(PAGE, {"head"}, [])
    assert [field.name for field in fields_of(PAGE, {"head", "of_another_year"})] == ["head"]
