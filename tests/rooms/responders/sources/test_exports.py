"""A register in an export: read whole or not at all, and never taken for empty, whatever somebody did to the file."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from responders.handlers import RecordsAway
from responders.sources.export_file import find_export
from responders.sources.source_file import ExportConnection
from tests.rooms.responders.agent.letters import NOW
from tests.rooms.responders.agent.stores import BRIDE, DAUGHTER, FATHER, MOTHER, SON, YOUTH, about
from tests.rooms.responders.sources.files import COMMON, HEADINGS, NAMES_TOO, ROWS, SMALL, Asked, Row, loaded, write

EXPORT = """
[connection]
kind = "export"
path = "{path}"

[freshness]
as_of = "modified"
at_most_days = 3
"""
NONE, YES = about("vehicle", FATHER), about("vehicle", SON)
MANY = [YES, about("vehicle", MOTHER), about("vehicle", YOUTH), about("vehicle", DAUGHTER), about("vehicle", BRIDE), NONE,
        about("vehicle", SMALL, NAMES_TOO[SMALL])]  # fmt: skip
TOLD = ["confirmed", "confirmed", "contradicted", "not_digitised", "not_digitised", "no_record", "confirmed"]


def csv(rows: Sequence[Row] = ROWS, headings: Sequence[str] = HEADINGS, comma: str = ",") -> str:
    return "".join(comma.join(cell or "" for cell in row) + "\r\n" for row in [tuple(headings), *rows])


def put(path: Path, data: bytes | str, at: datetime = NOW - timedelta(hours=2)) -> Path:
    """Writes the file as if it were of this time."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def sheet(path: Path, rows: Sequence[Sequence[Any]] = ROWS) -> Path:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in [HEADINGS, *rows]:
        page.append(row)
    book.save(path)
    return put(path, path.read_bytes())


def source(folder: Path, path: Path, *changes: tuple[str, str]) -> Asked:
    text = EXPORT.format(path=path) + COMMON
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    write(folder, text)
    return Asked(loaded(folder))


@pytest.mark.parametrize("kind", ["csv", "bom", "gbk", "xlsx", "folder"])
def test_it_says_what_is_on_record_and_what_is_not(tmp_path: Path, kind: str) -> None:
    path, changes = tmp_path / "clxx-20260831.csv", list[tuple[str, str]]()
    if kind == "xlsx":
        path = sheet(tmp_path / "clxx.xlsx")
    elif kind == "gbk":
        put(path, csv(comma=";").encode("gb18030"))
        changes = [("at_most_days", "#\nat_most_days"), ("path = ", 'encoding = "gb18030"\nseparator = ";"\npath = ')]
    else:
        put(path, ("\ufeff" if kind == "bom" else "") + csv())
    if kind == "folder":
        put(tmp_path / "clxx-20260830.csv", csv(ROWS[:40]))
        changes = [(f'path = "{path}"', f'folder = "{tmp_path}"\npattern = "clxx-*.csv"'), ('"modified"', '"name"')]
    asked = source(tmp_path, path, *changes)

    assert asked.outcomes(*MANY) == TOLD
    assert asked.ask(NONE)[0].evidence["as_of"] == "2026-08-31", (
        "the last day that was over when it was written, or that in its name"
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (csv().encode("gb18030"), 'is in another encoding; write encoding = "gb18030"'),
        (csv(headings=("SFZHM", "姓名", "HPHM", "DJRQ", "ZXRQ")), "no column XM; there are: SFZHM, 姓名, HPHM, DJRQ, ZXRQ"),
        (csv(headings=("SFZHM", "XM", "HPHM", "DJRQ", "XM")), "there are several columns XM|no column ZXRQ"),
        (csv()[:-9], "line 48 does not end; the file may be half-written"),
        (csv().replace(",2010-01-01,9999-12-31", "", 1), "line 2 has 3 cells, the headings 5"),
        (csv([]), "has 0 entries, fewer than the 40"),
        ("", "there is no column SFZHM"),
        (csv(ROWS[:30]), "has 30 entries, fewer than the 40"),
        (csv([(*row[1:2], *row[:1], *row[2:]) for row in ROWS]), "the column SFZHM holds no ID numbers"),
        (csv([(row[0], "", *row[2:]) for row in ROWS]), "the column XM holds no names, or mostly blanks"),
        (csv([(*row[:3], "旧", row[4]) for row in ROWS]), "the column DJRQ holds no days"),
        (csv([*ROWS, (SON, f'"王\r\n{FATHER},王"', "", "", "")]), "a quotation mark may not be closed"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_named_and_says_no_to_nobody(tmp_path: Path, data: bytes | str, told: str) -> None:
    with pytest.raises(RecordsAway, match=told):
        source(tmp_path, put(tmp_path / "clxx.csv", data)).ask(NONE)


def test_what_only_a_sheet_can_do_wrong_is_named_too(tmp_path: Path) -> None:
    path = sheet(tmp_path / "clxx.xlsx", [(int(row[0] or 0) if (row[0] or "").isdigit() else row[0], *row[1:]) for row in ROWS])
    with pytest.raises(RecordsAway, match="holds numbers, whose last digits are lost"):
        source(tmp_path, path).ask(NONE)
    put(path, sheet(path).read_bytes()[:-400])
    with pytest.raises(RecordsAway, match="is no whole XLSX file"):
        source(tmp_path, path).ask(NONE)
    for row, told in [
        ((SON, "王建国", "浙GA9", "2010-01-01", "=DATE(2015,1,1)"), "line 49 has a formula without a value"),
        ((SON, "王建国", "浙GA9", "2010-01-01", None, "x"), "line 49 has 6 cells, the headings 5"),
    ]:
        with pytest.raises(RecordsAway, match=told):
            source(tmp_path, sheet(path, [*ROWS, row])).ask(NONE)
    with pytest.raises(RecordsAway, match="there are: Sheet"):
        source(tmp_path, sheet(path), ("path =", 'sheet = "车辆"\npath =')).ask(NONE)


def test_a_file_that_is_too_old_or_of_tomorrow_is_away(tmp_path: Path) -> None:
    path = put(tmp_path / "clxx.csv", csv(), NOW - timedelta(days=9))
    with pytest.raises(RecordsAway, match="stood on 2026-08-22, more than 3 days ago"):
        source(tmp_path, path).ask(NONE)
    for said in ("electronic_from = 1996", "complete_since = 1996-01-01"):
        with pytest.raises(RecordsAway, match="must not lie ahead"):
            source(tmp_path, path, (said, said.replace("1996", "2090"))).ask(NONE)
    put(path, csv(), NOW + timedelta(days=3))
    with pytest.raises(RecordsAway, match="is being written"):
        source(tmp_path, path).ask(NONE)


def test_what_was_read_holds_until_the_next_file_is_whole(tmp_path: Path) -> None:
    """Replaced by half of it, grown, whole: nobody is told to have none who has one."""
    path = put(tmp_path / "clxx.csv", csv())
    asked = source(tmp_path, path)
    assert asked.outcomes(YES, NONE) == ["confirmed", "no_record"]
    more = csv([*ROWS, (FATHER, "王根福", "浙GD1", "2026-08-30", None)])

    put(path, more[:300], NOW - timedelta(seconds=5))
    assert asked.outcomes(YES, NONE) == ["confirmed", "no_record"], "as of the day before: the new one is still being written"
    put(path, more[:300], NOW - timedelta(seconds=60))
    with pytest.raises(RecordsAway, match="half-written"):
        asked.ask(YES, NONE)
    put(path, more)
    assert asked.outcomes(YES, NONE) == ["confirmed", "confirmed"]
    path.unlink()
    with pytest.raises(RecordsAway, match=r"there is no file clxx\.csv"):
        asked.ask(NONE)


def test_a_file_that_is_replaced_while_it_is_read_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "clxx.csv", csv())
    open_file = Path.open

    def replacing(self: Path, *words: Any, **more: Any) -> Any:
        file = open_file(self, *words, **more)
        if self == path:
            put(tmp_path / "next.csv", csv(ROWS[:41])).rename(path)
        return file

    monkeypatch.setattr(Path, "open", replacing)
    with pytest.raises(RecordsAway, match="was changed while it was read"):
        source(tmp_path, path).ask(NONE)


def test_a_last_line_that_is_missing_tells_that_the_file_was_cut(tmp_path: Path) -> None:
    path = put(tmp_path / "clxx.csv", csv() + "合计,47\r\n")
    assert source(tmp_path, path, ("path =", 'last_line = "合计"\npath =')).outcomes(NONE) == ["no_record"]
    for data, told in [(csv(), "has no last line"), (csv() + "合计,47,,,\r\n" + csv(ROWS[:1]), "has more behind its last line")]:
        put(path, data)
        with pytest.raises(RecordsAway, match=told):
            source(tmp_path, path, ("path =", 'last_line = "合计"\npath =')).ask(NONE)


@pytest.mark.parametrize(
    ("names", "last"),
    [
        (["9", "10"], "10"),
        (["20260831", "20260831_1"], None),
        (["20260831", "20260831旧"], None),
        (["9", "09"], None),
    ],
)
def test_the_last_file_of_a_folder_is_that_of_the_highest_number(tmp_path: Path, names: list[str], last: str | None) -> None:
    files = [put(tmp_path / f"clxx-{name}.csv", csv()) for name in names]
    connection = ExportConnection(kind="export", folder=str(tmp_path), pattern="clxx-*.csv", separator="\t")
    assert connection.separator == "\t"
    if last:
        assert find_export(connection).path == files[names.index(last)]
    else:
        with pytest.raises(RecordsAway, match="which file is the last"):
            find_export(connection)


def test_whose_number_cannot_be_read_is_for_a_person(tmp_path: Path) -> None:
    wrong = SON[:17] + ("1" if SON[17] != "1" else "2")  # a slip of the pen: its check digit does not fit
    path = put(
        tmp_path / "clxx.csv", csv([row for row in ROWS if row[0] != SON] + [(wrong, "王建国", "浙GA0001", "2010-01-01", None)])
    )
    assert source(tmp_path, path).outcomes(YES, NONE) == ["not_digitised", "no_record"]
