"""What an office program shows and what it hides: errors, formulas, merged cells, lost zeros, hidden rows, columns and sheets."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900
from openpyxl.worksheet.worksheet import Worksheet

from storage.days import NO_DAY
from storage.sheets import cells, files, rows, table
from storage.sheets.cells import Column, Kind
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import RowFault, left_out, read_rows
from tests.hostile.books import MAIN, book, sheet
from tests.sheets import csv, saved, xlsx

NAME, CODE = Column("name", "姓名", "Name", required=True), Column("code", "编号", "Code", Kind.CODE)
NOTE, PHONE = Column("note", "备注", "Note"), Column("phone", "电话", "Phone", Kind.PHONE)
DAY, ID = Column("day", "日期", "Day", Kind.DAY), Column("id", "证件", "ID", Kind.ID)
COUNT, YES = Column("count", "数量", "Count", Kind.WHOLE), Column("yes", "是否", "Yes", Kind.YES_NO)
COLUMNS = (NAME, CODE, NOTE, PHONE, DAY, ID, COUNT, YES)
HEADER = [column.zh for column in COLUMNS]
THE_DAY = date(2026, 3, 4)
OFFICE_ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]


def written(*lines: Sequence[Any], change: Callable[[Worksheet], object] = lambda one: None) -> bytes:
    """A workbook of these rows, changed by hand."""
    kept, made = io.BytesIO(), Workbook()
    one = made.worksheets[0]
    for cells_of in (HEADER, *lines):
        one.append(list(cells_of))
    change(one)
    made.save(kept)
    return kept.getvalue()


def line(name: Any = "甲", **values: Any) -> list[Any]:
    return [name, *(values.get(column.field) for column in COLUMNS[1:])]


def read(data: bytes) -> tuple[list[dict[str, Any]], list[RowFault]]:
    good, faults = read_rows(read_book("x.xlsx", data).tables[0], COLUMNS)
    return [row.values for row in good], faults


def faults_of(data: bytes) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.field, fault.message) for fault in read(data)[1]]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
@pytest.mark.parametrize("error", OFFICE_ERRORS)
def test_an_error_cell_is_named_in_every_column_needed_or_not(error: str, column: Column) -> None:
    data = written(line(), line(**{"name": "乙", column.field: error}))

    assert faults_of(data) == [(3, column.field, table.ERROR)]
    assert error in read(data)[1][0].words()


@pytest.mark.parametrize("error", [*OFFICE_ERRORS, " #n/a ", "＃Ｎ／Ａ", "#SPILL!", "Err:502", "########"])
def test_an_error_that_came_as_text_into_csv_is_no_name(error: str) -> None:
    """A name #N/A was once asked about, and answered."""
    assert faults_of(csv([["姓名", "备注"], [error, ""], ["甲", error]])) == [(2, "name", table.ERROR), (3, "note", table.ERROR)]


@pytest.mark.parametrize("words", ["#1 Building", "N/A", "Err", "E502", "# 甲"])
def test_what_only_looks_like_an_error_is_taken(words: str) -> None:
    assert read(written(line(note=words)))[0][0]["note"] == words


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
def test_a_formula_without_a_result_is_named(column: Column) -> None:
    data = written(line(), line("=A1") if column is NAME else line(**{column.field: "=1+1"}))

    assert faults_of(data) == [(3, column.field, table.UNCALCULATED)]


def test_a_formula_with_its_result_is_that_result_be_it_nothing() -> None:
    cells_of = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>备注</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"甲"</f><v>甲</v></c><c r="B2" t="str"><f>IF(1,"","")</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>"乙"</f></c><c r="B3"><f>1</f><v/></c></row>'
    )
    good, faults = read_rows(read_book("x", book(sheet(cells_of))).tables[0], (NAME, NOTE))

    assert [row.values for row in good] == [{"name": "甲", "note": ""}]
    assert [(fault.row, fault.field, fault.message) for fault in faults] == [
        (3, "name", table.UNCALCULATED),
        (3, "note", table.UNCALCULATED),
    ]


def test_merged_cells_are_named_in_every_row_but_the_first_in_optional_columns_too() -> None:
    data = written(line(note="同上"), line("乙"), line("丙"), line("丁"), change=lambda one: one.merge_cells("C2:C4"))

    assert faults_of(data) == [(3, "note", table.MERGED), (4, "note", table.MERGED)]


def test_cells_merged_across_columns_are_named() -> None:
    assert faults_of(written(line("甲"), line("乙"), change=lambda one: one.merge_cells("A3:C3"))) == [
        (3, "code", table.MERGED),
        (3, "note", table.MERGED),
    ]


@pytest.mark.parametrize("column", [CODE, NOTE], ids=lambda column: column.field)
def test_a_number_where_zeros_may_have_been_lost_is_named(column: Column) -> None:
    data = written(line(**{column.field: 123}), line(**{column.field: "00123"}))

    assert faults_of(data) == [(2, column.field, cells.ZEROS_LOST)]
    assert read(data)[0][0][column.field] == "00123"


def test_zeros_that_the_format_of_the_cell_shows_are_read_as_shown() -> None:
    def show(one: Worksheet) -> None:
        one["B2"].number_format, one["B3"].number_format, one["B4"].number_format = "00000", '"No. "000', "0000"

    assert [row["code"] for row in read(written(line(code=123), line(code="x"), line(code=12345), change=show))[0]] == [
        "00123",
        "x",
        "12345",
    ]


def test_a_format_of_zeros_brings_no_lost_digits_back() -> None:
    def show(one: Worksheet) -> None:
        one["F2"].number_format = "0" * 18

    assert faults_of(written(line(id=330782199001011234), change=show)) == [(2, "id", cells.AS_TEXT)]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"d"日"', "2026-03-02"), ("[$-804]yyyy/m/d;@", "2026-03-02"), ("[Red]dd-mmm", "2026-03-02"),
        ('0"d"', None), ("[Blue]0.00", None), ("0.00E+00", None), ("General", None), ('#,##0_);"days"', None),
    ],
)  # fmt: skip
def test_a_number_is_a_day_where_its_format_says_so(code: str, shown: str | None) -> None:
    def show(one: Worksheet) -> None:
        one["E2"].number_format = code

    good, faults = read(written(line(day=46083), change=show))
    assert [str(row["day"]) for row in good] + [fault.message for fault in faults] == [shown or NO_DAY]


@pytest.mark.parametrize("from_1904", [False, True])
def test_days_are_counted_from_where_the_book_counts_them(from_1904: bool) -> None:
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    for cells_of in (HEADER, line(day=THE_DAY)):
        made.worksheets[0].append(cells_of)

    assert read(saved(made))[0][0]["day"] == THE_DAY


def test_what_never_begins_with_a_zero_may_be_a_number() -> None:
    area = Column("area", "区域", "Area", Kind.CODE, from_number=True)
    (one,) = read_book("x", xlsx({"s": [["区域"], [330782001001]]})).tables

    assert read_rows(one, [area])[0][0].values == {"area": "330782001001"}


@pytest.mark.parametrize(
    "value", [date(2026, 3, 4), datetime.fromisoformat("2026-03-04T05:06"), time(3, 4), timedelta(hours=30), True]
)
@pytest.mark.parametrize("column", [CODE, NOTE, PHONE, ID], ids=lambda column: column.field)
def test_a_file_number_that_was_made_a_day_or_a_yes_is_named(column: Column, value: Any) -> None:
    """3-4 becomes 4 March, 1:30 a time; the words that were typed are gone."""
    assert faults_of(written(line(**{column.field: value}))) == [(2, column.field, cells.NOT_TYPED_SO)]


def test_a_power_is_no_file_number_either() -> None:
    assert faults_of(csv([["姓名", "备注"], ["甲", "3.30782E+17"]])) == [(2, "note", cells.AS_TEXT)]


def test_rows_that_nobody_sees_are_left_out_and_named() -> None:
    def filtered(one: Worksheet) -> None:
        for row in (2, 4, 6):
            one.row_dimensions[row].hidden = True

    (found,) = read_book("x", written(line("甲"), line("乙"), line(), line("丁"), change=filtered)).tables
    assert [number for number, _ in found.rows] == [3, 5]
    assert [(fault.row, fault.message) for fault in left_out(found)] == [(2, rows.HIDDEN_ROW), (4, rows.HIDDEN_ROW)]
    assert found.row_count == 4


@pytest.mark.parametrize("how", ['hidden="1"', 'hidden="true"', 'ht="0" customHeight="1"', 'ht="0.0"', 'hidden="1" collapsed="1"'])
def test_a_row_is_hidden_however_it_was_done(how: str) -> None:
    cell = '<c t="inlineStr"><is><t>姓名</t></is></c>'
    (found,) = read_book(
        "x", book(sheet(f'<row r="1">{cell}</row><row r="2" {how}>{cell}</row><row r="3" ht="10.0">{cell}</row>'))
    ).tables

    assert ([number for number, _ in found.rows], found.hidden_rows) == ([3], [2])


def test_a_column_that_nobody_sees_is_named_where_it_is_not_empty() -> None:
    def hide(one: Worksheet) -> None:
        one.column_dimensions["C"].hidden = one.column_dimensions["Z"].hidden = True

    assert faults_of(written(line(note="x"), change=hide)) == [(1, "", rows.HIDDEN_COLUMN)]


def test_a_cell_beside_the_headings_is_named_in_its_row_alone() -> None:
    """A comma too many in a line of CSV moves the rest of it: nothing of such a row can be trusted."""
    good, faults = read_rows(read_book("x.csv", csv([["姓名", "备注"], ["甲", "a", "b"], ["乙", "c"]])).tables[0], COLUMNS)

    assert [row.values["name"] for row in good] == ["乙"]
    assert [(fault.row, fault.message, fault.params) for fault in faults] == [(2, rows.NO_HEADING, {"column": "C"})]


def with_states(**states: str) -> bytes:
    kept, made = io.BytesIO(), Workbook()
    made.remove(made.worksheets[0])
    for name, state in states.items():
        one = made.create_sheet(name)
        one.append(HEADER)
        one.append(line(name))
        one.sheet_state = state
    made.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_sheet_that_can_be_seen_is_read_and_the_hidden_one_told(state: str) -> None:
    found = read_book("x", with_states(old=state, new="visible"))

    assert [(one.name, one.rows[0][1][0]) for one in found.tables] == [("new", "new")]
    assert found.hidden == ["old"]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_workbook_whose_only_filled_sheet_is_hidden_is_told_as_such(state: str) -> None:
    data = with_states(old=state, new="visible")
    empty = io.BytesIO()
    made = load_workbook(io.BytesIO(data))
    made["new"].delete_rows(1, 2)
    made.save(empty)

    with pytest.raises(BadFile) as told:
        read_book("x", empty.getvalue())
    assert (told.value.message, told.value.params) == (files.ONLY_HIDDEN, {"sheets": "old"})


@pytest.mark.parametrize(
    "wrong",
    [
        '<row r="2"/><row r="2"/>',
        '<row r="3"/><row r="2"/>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="x"/>',
        '<row r="1"><c r="1A"/></row>',
    ],
)
def test_a_place_that_cannot_be_is_refused_and_never_guessed(wrong: str) -> None:
    with pytest.raises(BadFile):
        read_book("x", book(sheet(wrong)))


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "0x10", "１"])
def test_a_number_that_is_none_is_told_not_stumbled_over(value: str) -> None:
    cells_of = f'<row r="1"><c r="A1" t="inlineStr"><is><t>数量</t></is></c></row><row r="2"><c r="A2"><v>{value}</v></c></row>'
    found, faults = read_rows(read_book("x", book(sheet(cells_of))).tables[0], [COUNT])

    assert [*[row.values["count"] for row in found], *[fault.message for fault in faults]] in ([cells.WHOLE_NUMBER], [1])


def test_what_is_read_aloud_beside_a_name_and_how_characters_are_written_is_no_part_of_it() -> None:
    cells_of = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row><row r="2"><c r="A2" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><r><t>李</t></r><r><t>四_x000D_</t></r><rPh sb="0"><t>LI</t></rPh></is></c></row>'
    )
    strings = f'<sst xmlns="{MAIN}"><si><r><t>张</t></r><r><t>三</t></r><rPh sb="0" eb="1"><t>ZHANG</t></rPh></si></sst>'
    (found,) = read_book("x", book(sheet(cells_of), xl__sharedStrings_xml=strings)).tables

    assert [row.values["name"] for row in read_rows(found, [NAME])[0]] == ["张三", "李四"]


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9).filter(
    lambda words: "_x" not in words and not words.startswith(("=", "#"))
)
MOMENTS = st.datetimes(datetime.fromisoformat("1900-03-01"), datetime.fromisoformat("2100-01-01")).map(
    lambda at: at.replace(microsecond=0)
)
FLOATS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4))
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), FLOATS, WORDS, MOMENTS)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(VALUES, min_size=1, max_size=6), min_size=1, max_size=8))
def test_every_value_that_is_written_is_read_again(lines: list[list[Any]]) -> None:
    found = read_book("x", xlsx({"s": [["h1", "h2", "h3", "h4", "h5", "h6"], *lines]})).tables[0]
    there = dict(found.rows)
    for number, cells_of in enumerate(lines, 2):
        got = [*there.get(number, ()), *[None] * 6][: len(cells_of)]
        assert [near(one) for one in got] == [near(one) for one in cells_of]


def near(value: Any) -> Any:
    """Excel counts days and their parts in floats: seconds are exact enough."""
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
