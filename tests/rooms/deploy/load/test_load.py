"""`hecha load`: all of it or nothing, twice the same, and every bad row by number and reason."""

import csv as csvfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import Session, col, func, select

from access.accounts import Account
from access.passwords import hash_of, is_password
from access.units import Unit
from cases.duty.standing_order import Duty
from cases.grants.grants import Grant, granted
from cases.trail.trail import Trail
from contacts.roster.history import ContactChange
from contacts.roster.roster import Area, Contact
from deploy.load.kinds import KINDS
from deploy.load.loading import ACCOUNT, load_command, write_templates
from deploy.load.sheets import HIDDEN_SHEET, Sheets, read_sheets
from deploy.load.writing import RowsRefused, apply, try_out
from deploy.settings import Settings
from storage.database import Database
from tests.routes import RULEBOOK
from tests.sheets import csv, saved, xlsx
from web.languages import say

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UNITS = [
    ["单位代码", "中文名称", "英文名称", "可提问", "可答复"],
    ["police", "公安局", "Police", "是", "是"],
    ["bank", "银行", "Bank", "是", "否"],
]
ACCOUNTS = [
    ["用户名", "姓名", "单位代码", "角色", "手机", "值班顺序", "负责人"],
    ["wu", "吴一", "police", "窗口人员、clerk", 13900010011.0, 1, "否"],
    ["li", "李二", "police", "clerk，keeper", "13900010012", None, "是"],
    ["he", "何三", "bank", "asker", None, None, None],
]
AREAS = [
    ["区域代码", "区域名称", "上级区域代码", "区域类型"],
    [330782001001, "丹溪社区", 330782001, "社区"],
    [330782001, "稠城街道", None, "镇街"],
]
CONTACTS = [
    ["区域", "姓名", "职务", "电话", "顺序"],
    ["丹溪社区", "书记甲", "书记", 13900010021.0, 1],
    [330782001001, "主任乙", "主任", "85230011", 2],
]
GRANTS = [["单位代码", "核查事项", "办理事项", "有效期至"], ["bank", "kinship", "close_relative_card", date(2026, 12, 31)]]


def sheets_of(folder: Path, **changed: list[list[object]]) -> Sheets:
    whole = {"单位": UNITS, "账号": ACCOUNTS, "区域": AREAS, "联系人": CONTACTS, "授权": GRANTS} | changed
    file = folder / "all.xlsx"
    file.write_bytes(xlsx(whole))
    return read_sheets([file])


def handed_out(file: Path) -> list[dict[str, str]]:
    return list(csvfile.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


def counts(session: Session) -> list[int]:
    tables = (Unit, Account, Duty, Area, Contact, Grant, Trail, ContactChange)
    return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


def test_a_whole_city_is_loaded(database: Database, tmp_path: Path) -> None:
    done = apply(database, sheets_of(tmp_path), RULEBOOK, NOW, tmp_path / "secret.csv")
    with database.read() as session:
        people = {a.username: a for a in session.exec(select(Account))}
        duty = {d.username: (d.unit, d.place, d.leader) for d in session.exec(select(Duty))}
        phones = {c.name: (c.area, c.phone, c.role) for c in session.exec(select(Contact))}
        town = session.get_one(Area, "330782001001").parent
        pairs = granted(session, "bank", date(2026, 12, 31))

    assert (people["wu"].roles, people["wu"].phone, people["li"].roles) == (["clerk"], "+8613900010011", ["clerk", "keeper"])
    assert duty == {"wu": ("police", 1, False), "li": ("police", 1, True)}
    assert phones == {
        "书记甲": ("330782001001", "+8613900010021", "secretary"),
        "主任乙": ("330782001001", "+8657985230011", "director"),
    }
    assert (town, pairs) == ("330782001", {("kinship", "close_relative_card")})
    assert (done.passwords, done.no_password) == (3, 0)


def test_first_passwords_open_the_door_and_only_their_owner_reads_the_list(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "secret.csv"
    apply(database, sheets_of(tmp_path), RULEBOOK, NOW, file)
    rows = handed_out(file)
    with database.read() as session:
        opened = [row["username"] for row in rows if is_password(row["password"], hash_of(session, row["username"]))]

    assert file.stat().st_mode & 0o777 == 0o600
    assert opened == ["wu", "li", "he"]


def test_loading_the_same_file_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    apply(database, sheets_of(tmp_path), RULEBOOK, NOW, tmp_path / "one.csv")
    with database.read() as session:
        before, hashes = counts(session), session.exec(select(Account.password_hash).order_by(Account.username)).all()
    done = apply(database, sheets_of(tmp_path), RULEBOOK, NOW, tmp_path / "two.csv")
    with database.read() as session:
        assert counts(session) == before
        assert session.exec(select(Account.password_hash).order_by(Account.username)).all() == hashes

    assert [(m.added, m.changed) for m in done.merged.values()] == [(0, 0)] * 8
    assert not (tmp_path / "two.csv").exists()


def test_changed_rows_are_changed_and_what_a_sheet_does_not_say_stays(database: Database, tmp_path: Path) -> None:
    apply(database, sheets_of(tmp_path), RULEBOOK, NOW)
    files = [tmp_path / "accounts.csv", tmp_path / "contacts.csv"]
    files[0].write_bytes(csv([["username", "name", "unit", "roles", "place"], ["wu", "吴一", "bank", "asker", ""]], "gbk"))
    files[1].write_bytes(csv([["area", "name", "phone"], ["丹溪社区", "书记甲", "１３９０００１００２９"]]))
    done = apply(database, read_sheets(files), RULEBOOK, NOW)
    with database.read() as session:
        wu = session.get_one(Account, "wu")
        contact = next(one for one in session.exec(select(Contact)) if one.name == "书记甲")
        noted = session.exec(select(ContactChange.field, ContactChange.who).where(ContactChange.what == "change")).all()
        on_duty = session.exec(select(Duty.username)).all()

    assert (wu.unit, wu.roles, wu.phone) == ("bank", ["asker"], "+8613900010011")
    assert (contact.phone, contact.place_in_order) == ("+8613900010029", 1)
    assert (list(noted), list(on_duty)) == ([("phone", "load")], ["li"])
    assert [(m.added, m.changed) for m in done.merged.values()] == [(0, 0), (0, 1), (0, 1), *[(0, 0)] * 5]


def test_one_bad_row_keeps_everything_out_and_every_bad_row_is_named(database: Database, tmp_path: Path) -> None:
    sheets = sheets_of(
        tmp_path,
        账号=[*ACCOUNTS, ["zhao", "赵", "nowhere", "asker", None, None, None], ["WU", "吴", "bank", "king", "123", "x", None]],
        联系人=[
            *CONTACTS,
            ["丹溪社区", "书记甲", "书记", None, 1],
            ["月球", "丙", None, None, None],
            ["丹溪社区", "丁", None, "12", None],
        ],
        授权=[*GRANTS, ["bank", "magic", "inheritance", "2026-12-31"], ["bank", "vehicle", "close_relative_card", "2026-12-31"]],
    )
    with pytest.raises(RowsRefused) as refused:
        apply(database, sheets, RULEBOOK, NOW, tmp_path / "secret.csv")
    found = {(fault.sheet, fault.row, fault.field) for fault in refused.value.faults}

    assert found == {
        ("账号", 5, "unit"), ("账号", 6, "roles"), ("账号", 6, "place"),
        ("联系人", 4, "phone"), ("联系人", 5, "area"), ("联系人", 6, "phone"), ("授权", 3, "item"),
        ("授权", 4, "item"), ("授权", 4, "matter"),
    }  # fmt: skip
    with database.read() as session:
        assert counts(session) == [0] * 8
    assert not (tmp_path / "secret.csv").exists()


def test_bad_names_and_numbers_are_named_without_being_repeated(database: Database, tmp_path: Path) -> None:
    sheets = sheets_of(tmp_path, 账号=[ACCOUNTS[0], ["Wu Yi!", "吴", "bank", "asker", "1390001", None, None]])
    with pytest.raises(RowsRefused) as refused:
        apply(database, sheets, RULEBOOK, NOW)
    words = " ".join(fault.words() for fault in refused.value.faults)

    assert [(f.row, f.field) for f in refused.value.faults] == [(2, "username"), (2, "phone")]
    assert "1390001" not in words
    assert "WuYi" not in words


def test_a_trial_writes_nothing(database: Database, tmp_path: Path) -> None:
    done = try_out(database, sheets_of(tmp_path), RULEBOOK, NOW)

    assert (done.merged["accounts"].added, done.no_password) == (3, 3)
    with database.read() as session:
        assert counts(session) == [0] * 8


def test_what_the_templates_hold_is_what_can_be_loaded(tmp_path: Path) -> None:
    write_templates(tmp_path, "en")
    for kind in KINDS:
        sheet = load_workbook(tmp_path / f"{kind.code}.xlsx").worksheets[0]
        heads = next(iter(sheet.iter_rows(min_row=1, max_row=1)))

        assert [str(cell.value).rstrip("*") for cell in heads] == [column.en for column in kind.columns]
        assert all(cell.comment for cell in heads)
        assert {sheet.column_dimensions[cell.column_letter].number_format for cell in heads} == {"@"}
    assert read_sheets(tmp_path.glob("*.xlsx")).faults == []


def test_a_file_that_nobody_can_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_bytes(csv([["colour", "size"], ["red", "1"]]))
    (tmp_path / "empty.csv").write_bytes(b"")

    faults = read_sheets([tmp_path / "odd.csv", tmp_path / "none.xlsx", tmp_path / "empty.csv"]).faults

    assert [(fault.sheet, fault.row) for fault in faults] == [("odd", 1), ("none.xlsx", 0), ("empty.csv", 0)]


def test_the_command_says_what_it_did(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(home=tmp_path, database_url=database.url, locale="en")
    sheets_of(tmp_path)
    file, bad = tmp_path / "all.xlsx", tmp_path / "accounts.csv"
    bad.write_bytes(csv([["username", "name", "unit", "roles"], ["zhao", "赵", "nowhere", "asker"]]))

    assert load_command(settings, [file], dry_run=True) == 0
    assert load_command(settings, [bad]) == 1
    assert load_command(settings, [file], passwords=tmp_path / "secret.csv") == 0
    assert load_command(settings, [file], passwords=tmp_path / "secret.csv") == 2
    assert load_command(settings, [], template=tmp_path / "blank") == 0
    said = capsys.readouterr().out
    assert "accounts: 3 added" in said
    assert "There is no such unit" in said
    secrets = [row["password"] for row in handed_out(tmp_path / "secret.csv")]
    assert len(secrets) == 3
    assert [secret for secret in secrets if secret in said] == []


def test_the_command_speaks_chinese(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(home=tmp_path, database_url=database.url, locale="zh")
    (tmp_path / "账号.csv").write_bytes(csv([ACCOUNTS[0], ["zhao", "赵", "nowhere", "国王", "", "", ""]], "gbk"))

    assert load_command(settings, [tmp_path / "账号.csv"]) == 1
    said = capsys.readouterr().out
    assert say("zh", "{count} faults were found. Nothing was written.", count=1) in said
    assert "nowhere" not in said


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_command_accounts_for_every_row(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], locale: str
) -> None:
    """What nobody sees in the file is not loaded and told; rows = in order + bad + left out, whether it went well or not."""
    settings = Settings(home=tmp_path, database_url=database.url, locale=locale)
    book = Workbook()
    book.worksheets[0].title = "单位"
    for line in (*UNITS, ["old", "旧单位", "Old", "是", "是"]):
        book.worksheets[0].append(line)
    book.worksheets[0].row_dimensions[4].hidden = True
    book.create_sheet("旧").append(["x"])
    book["旧"].sheet_state = "veryHidden"
    (tmp_path / "units.xlsx").write_bytes(saved(book))
    book["单位"]["B2"] = "#N/A"
    (tmp_path / "wrong.xlsx").write_bytes(saved(book))

    assert [load_command(settings, [tmp_path / name], dry_run=True) for name in ("units.xlsx", "wrong.xlsx")] == [0, 1]
    said = capsys.readouterr().out
    assert say(locale, ACCOUNT, rows=3, good=2, bad=0, left_out=1) in said
    assert say(locale, ACCOUNT, rows=3, good=1, bad=1, left_out=1) in said
    assert say(locale, HIDDEN_SHEET) in said
    assert "Old" not in said


def test_a_county_is_loaded_in_seconds(database: Database, tmp_path: Path) -> None:
    """1,425 accounts and 226 contacts, as in the county the figures come from."""
    accounts = [ACCOUNTS[0], *([f"u{n}", f"某{n}", "police", "clerk", 13900000000 + n, n, None] for n in range(1425))]
    contacts = [CONTACTS[0], *([330782001001, f"联{n}", "书记", 13800000000 + n, n + 1] for n in range(226))]
    begun = datetime.now(UTC)
    apply(database, sheets_of(tmp_path, 账号=accounts, 联系人=contacts), RULEBOOK, NOW)

    assert (datetime.now(UTC) - begun).total_seconds() < 10
    with database.read() as session:
        assert session.exec(select(func.count()).select_from(Account).where(col(Account.phone) != "")).one() == 1425
