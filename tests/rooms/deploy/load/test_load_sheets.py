"""What a load makes of sheets as offices keep them: titles above the headings, empty cells, namesakes, old permissions."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from access.accounts import Account
from access.units import Unit
from contacts.roster.namesakes import NO_PHONE, WHICH
from contacts.roster.roster import Contact
from deploy.load.loading import load_command
from deploy.load.sheets import read_sheets
from deploy.load.writing import RowsRefused, apply, try_out
from deploy.settings import Settings
from storage.database import Database
from storage.sheets.rows import TITLES
from tests.rooms.deploy.load.test_load import ACCOUNTS, AREAS, CONTACTS, GRANTS, NOW, UNITS, sheets_of
from tests.routes import RULEBOOK
from tests.sheets import csv, xlsx

HOOK = "https://bank.example/told"


def people(session: Session) -> list[tuple[str, str]]:
    return sorted((one.name, one.phone) for one in session.exec(select(Contact).where(col(Contact.active))))


def test_headings_are_found_below_titles_and_a_sheets_own_name_tells_what_it_is(database: Database, tmp_path: Path) -> None:
    title: list[list[object]] = [["义乌市数据局 2026 年单位表"], [], ["填表人", "", "日期"]]
    (tmp_path / "2026年.xlsx").write_bytes(xlsx({"单位": [*title, *UNITS, [" ", "\u3000", "\u200b"]]}))
    accounts = csv([[cell or "" for cell in row] for row in (*ACCOUNTS, ["", " ", "\u3000"])]).removeprefix(b"\xef\xbb\xbf")
    (tmp_path / "p.csv").write_bytes("义乌市账号表\r\n\r\n".encode() + accounts)
    sheets = read_sheets([tmp_path / "2026年.xlsx", tmp_path / "p.csv"])

    assert (sheets.faults, len(sheets["units"]), len(sheets["accounts"])) == ([], 2, 3)
    assert [(one.file, one.row, one.message, one.params) for one in sheets.left_out] == [
        ("2026年.xlsx", 0, TITLES, {"row": 4}), ("p.csv", 0, TITLES, {"row": 3})]  # fmt: skip
    assert sheets.account() == {"rows": 5, "good": 5, "bad": 0, "left_out": 0}
    with database.write() as session:
        session.add(Unit(code="x", name_zh="x", name_en="x"))
    lone = xlsx({"授权": [["单位代码", "核查事项"], ["bank", "kinship"]]})  # two of four columns: only its name tells what it is
    (tmp_path / "附件三.xlsx").write_bytes(lone)
    assert {fault.message for fault in read_sheets([tmp_path / "附件三.xlsx"]).faults} == {"The sheet has no column {column}."}


def test_a_fault_names_file_sheet_row_and_the_column_as_it_is_seen(tmp_path: Path, database: Database) -> None:
    wrong: list[object] = ["zhao", "赵", "nowhere", "国王", "12", None, None]
    with pytest.raises(RowsRefused) as refused:
        apply(database, sheets_of(tmp_path, 账号=[["表一"], *ACCOUNTS, [*wrong[:3], "asker", *wrong[4:]]]), RULEBOOK, NOW)
    told = [(fault.file, fault.sheet, fault.row, fault.column) for fault in refused.value.faults]

    assert told == [("all.xlsx", "账号", 6, "E 手机"), ("all.xlsx", "账号", 6, "C 单位代码")]


def test_an_empty_cell_erases_nothing_and_a_trial_shows_each_value_that_would_change(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(database, sheets_of(tmp_path), RULEBOOK, NOW)
    with database.write() as session:
        session.get_one(Unit, "bank").webhook = HOOK
    heads = ["单位代码", "中文名称", "英文名称", "可提问", "可答复", "窗口电话", "回调地址"]
    file = tmp_path / "units.csv"
    file.write_bytes(csv([heads, ["bank", "农商银行", "Bank", "", "", "", ""], ["new", "新", "[New]", "", "", "", ""]]))
    done = try_out(database, read_sheets([file]), RULEBOOK, NOW)

    assert [tuple(change) for change in done.merged["units"].changes] == [("bank", "name_zh", "银行", "农商银行")]
    assert load_command(Settings(home=tmp_path, database_url=database.url, locale="en"), [file], dry_run=True) == 0
    assert "units\tbank\tname_zh\t银行\t农商银行" in capsys.readouterr().out
    apply(database, read_sheets([file]), RULEBOOK, NOW)
    with database.read() as session:
        bank, new = session.get_one(Unit, "bank"), session.get_one(Unit, "new")
    assert (bank.webhook, bank.asks, bank.name_zh, new.asks, new.answers) == (HOOK, True, "农商银行", False, False)


def test_two_people_of_one_name_are_told_apart_by_their_telephone(database: Database, tmp_path: Path) -> None:
    head, place = CONTACTS[0], "丹溪社区"
    both: list[list[object]] = [head, [place, "王伟", "书记", "13900010021", 1], [place, "王 伟", "主任", "13900010022", 2]]
    apply(database, sheets_of(tmp_path, 联系人=both), RULEBOOK, NOW)
    again = try_out(database, sheets_of(tmp_path, 联系人=both), RULEBOOK, NOW)
    assert (again.merged["roster"].added, again.merged["roster"].changed) == (0, 0)
    moved = [head, both[1], [place, "王伟", "主任", "13900010029", 2]]
    apply(database, sheets_of(tmp_path, 联系人=moved), RULEBOOK, NOW)
    with database.read() as session:
        assert people(session) == [("王 伟", "+8613900010029"), ("王伟", "+8613900010021")] or people(session) == [
            ("王伟", "+8613900010021"), ("王伟", "+8613900010029")]  # fmt: skip
    for rows, message in (
        ([head, [place, "王伟", "书记", None, 1]], NO_PHONE),
        ([head, [place, "王伟", "书记", "13900010025", 1]], WHICH),
        ([head, both[1], both[1]], "This row says again what row {first} says."),
    ):
        with pytest.raises(RowsRefused) as refused:
            apply(database, sheets_of(tmp_path, 联系人=rows), RULEBOOK, NOW)
        assert [fault.message for fault in refused.value.faults if fault.sheet == "联系人"] == [message]


def test_permissions_that_are_over_are_named_and_one_that_leads_to_nobody_is_refused(database: Database, tmp_path: Path) -> None:
    old = [*GRANTS, ["bank", "kinship", "inheritance", date(2026, 3, 1)], ["bank", "death", "inheritance", date(2026, 3, 2)]]
    done = apply(database, sheets_of(tmp_path, 授权=old), RULEBOOK, NOW)
    assert [(note.sheet, note.row, note.column) for note in done.notes] == [("授权", 3, "D 有效期至")]
    lost = [*GRANTS, ["bank", "vehicle", "inheritance", "2026-12-31"], ["police", "kinship", "inheritance", "2026-12-31"]]
    units = [*UNITS[:1], [*UNITS[1][:3], "否", "是"], UNITS[2]]
    with pytest.raises(RowsRefused) as refused:
        apply(database, sheets_of(tmp_path, 授权=lost, 单位=units), RULEBOOK, NOW)

    assert [(fault.row, fault.field) for fault in refused.value.faults] == [(3, "item"), (4, "unit")]
    assert AREAS


def test_a_first_password_out_of_a_sheet_opens_nothing_but_choosing_ones_own(database: Database, tmp_path: Path) -> None:
    apply(database, sheets_of(tmp_path), RULEBOOK, NOW, tmp_path / "secret.csv")
    with database.read() as session:
        assert {one.username: one.password_given for one in session.exec(select(Account))} == dict.fromkeys(
            ("wu", "li", "he"), True
        )
