"""Sheets as people send them: read right, or refused by row and reason."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from contacts.roster.roster_sheets import CONTACTS
from storage.sheets.cells import Column, Kind
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import read_rows
from tests.sheets import csv, xlsx

ID = (Column("number", "证件号", "ID number", Kind.ID, required=True), Column("name", "姓名", "Name"))


def contact_rows(*rows: list[Any], header: list[str] | None = None) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
    data = xlsx({"联系人": [header or ["区域", "姓名", "电话"], *rows]})
    good, faults = read_rows(read_book("x.xlsx", data).tables[0], CONTACTS.columns)
    return [row.values for row in good], [(fault.row, fault.field, fault.words()) for fault in faults]


@pytest.mark.parametrize("cell", [13857900000.0, 13857900000, "13857900000", "１３８５７９０００００", "13857900000.0"])
def test_a_phone_is_read_right_however_the_cell_was_typed(cell: object) -> None:
    assert contact_rows(["丹溪社区", "吴一", cell])[0][0]["phone"] == "13857900000"


@pytest.mark.parametrize("header", [["Area", "Name", "Phone"], ["区域", "姓名*", "电话"], ["area", " name ", "PHONE"]])
def test_headers_may_be_chinese_or_english(header: list[str]) -> None:
    assert contact_rows(["丹溪社区", "吴一", "1"], header=header)[0] == [{"area": "丹溪社区", "name": "吴一", "phone": "1"}]


@pytest.mark.parametrize("cell", [330782199001011234, 3.30782199001011e17, 330782620514001])
def test_a_numeric_id_cell_is_refused_with_advice(cell: object) -> None:
    """DESIGN section 7: a spreadsheet with numeric ID cells is refused by row."""
    good, faults = read_rows(
        read_book("x.xlsx", xlsx({"s": [["证件号", "姓名"], [cell, "甲"], ["330782199001011234", "乙"]]})).tables[0], ID
    )

    assert [row.values["name"] for row in good] == ["乙"]
    assert [(fault.row, fault.field) for fault in faults] == [(2, "number")]
    assert "Format the column as text" in faults[0].words()


def test_an_id_that_a_program_wrote_as_a_power_into_csv_is_refused() -> None:
    table = read_book("x.csv", csv([["证件号", "姓名"], ["3.30782E+17", "甲"]])).tables[0]

    assert [fault.row for fault in read_rows(table, ID)[1]] == [2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_comes_in_any_of_the_usual_encodings(encoding: str) -> None:
    table = read_book("联系人.csv", csv([["区域", "姓名"], ["丹溪社区", "吴晓"]], encoding)).tables[0]

    assert (table.name, table.rows) == ("联系人", [(2, ["丹溪社区", "吴晓"])])


def test_rows_keep_the_numbers_that_excel_shows() -> None:
    good, faults = contact_rows([None, None, None], ["丹溪社区", "甲", "1"], [None, None, None], ["丹溪社区", None, "1"])

    assert len(good) == 1
    assert faults == [(5, "name", "This field is needed.")]


def test_every_kind_of_cell_is_read_or_named() -> None:
    header = ["区域", "姓名", "职务", "顺序", "离任日期"]
    good, faults = contact_rows(
        ["a", "甲", "书记", "２", "2026年3月2日"],
        ["a", "乙", "deputy", 3, date(2026, 3, 2)],
        ["a", "丙", "国王", "x", "soon"],
        header=header,
    )

    assert [(v["role"], v["place_in_order"], v["left_on"]) for v in good] == [
        ("secretary", 2, date(2026, 3, 2)),
        ("deputy", 3, date(2026, 3, 2)),
    ]
    assert [(row, field) for row, field, _ in faults] == [(4, "role"), (4, "place_in_order"), (4, "left_on")]
    assert not any("国王" in words or "soon" in words for _, _, words in faults)


def test_a_column_that_nobody_knows_or_that_is_missing_is_named() -> None:
    assert [field for _, field, _ in contact_rows(["a", "b"], header=["区域", "电话号"])[1]] == ["", "name"]


def swollen() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/worksheets/sheet1.xml", b"0" * 200 * 1024 * 1024)
    return packed.getvalue()


def cornered() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx({"s": [["a"], ["b"]]}))) as whole, zipfile.ZipFile(kept, "w") as out:
        for name in whole.namelist():
            out.writestr(name, whole.read(name).replace(b'r="A2"', b'r="XFD1048576"'))
    return kept.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(swollen(), id="a zip that swells"),
        pytest.param(cornered(), id="one cell in the last corner"),
        pytest.param(b"PK\x03\x04 and no more", id="a broken zip"),
        pytest.param(b"\xd0\xcf\x11\xe0 old", id="an old xls"),
        pytest.param(b"\x00\x01\x02", id="no text"),
        pytest.param(b"a" * (10 * 1024 * 1024 + 1), id="too many bytes"),
        pytest.param(b"a,b\n" * 20_002, id="too many rows"),
        pytest.param(b'a,"b\n', id="an open quote"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(data: bytes) -> None:
    with pytest.raises(BadFile):
        read_book("x.xlsx", data)
