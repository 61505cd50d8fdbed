"""Certificates from sheets: new ones with their class, known ones changed, another class only proposed; bad rows by field."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cases.certificates.certificate import Certificate
from cases.certificates.directory import certificate_of
from cases.certificates.history import history_of, open_proposals
from cases.certificates.taking import takings_of
from deploy.load.certificate_sheets import WAITS, WAITS_ALREADY
from deploy.load.sheets import read_sheets
from deploy.load.writing import Loaded, RowsRefused, apply, try_out
from storage.database import Database
from tests.rooms.deploy.load.test_load import NOW, UNITS
from tests.routes import RULEBOOK
from tests.sheets import xlsx

HEAD = ["证明代码", "证明名称", "英文名称", "关键词", "类别", "自何日起", "文件", "说明", "英文说明", "替代事项", "年办件量"]
ZODIAC = [
    "zodiac",
    "生肖证明",
    "Zodiac",
    "属相，sx、zodiac",
    "无需证明",
    "2026-01-05",
    "某号",
    "看出生日期。",
    "See the birth date.",
    None,
    12,
]
KIN = ["kin", "亲属证明", "Kin", None, "部门核查", None, "某号", None, None, "kinship，household_history", None]
OPEN = ["open", "未分类证明", "Open", None, None, None, None, None, None, None, 3]
TAKING_HEAD = ["证明代码", "单位代码", "办理事项", "年办件量"]


def sheets(folder: Path, rows: Sequence[list[object]], takings: Sequence[list[object]] = ()):
    """These rows as a file that was read."""
    file = folder / "all.xlsx"
    more = {"索要证明": [TAKING_HEAD, *takings]} if takings else {}
    file.write_bytes(xlsx({"单位": UNITS, "证明": [HEAD, *rows], **more}))
    return read_sheets([file])


def load(database: Database, folder: Path, *rows: list[object], takings: Sequence[list[object]] = ()) -> Loaded:
    return apply(database, sheets(folder, rows, takings), RULEBOOK, NOW)


def stands(database: Database, code: str) -> Certificate:
    with database.read() as session:
        return certificate_of(session, code)


def test_new_certificates_come_with_their_class_and_a_history(database: Database, tmp_path: Path) -> None:
    done = load(database, tmp_path, ZODIAC, KIN, OPEN, takings=[["kin", "bank", "mortgage", 40], ["kin", "bank", "开户", None]])

    assert done.merged["certificates"].counts() == {"added": 3, "changed": 0, "same": 0}
    assert done.notes == []
    zodiac, kin = stands(database, "zodiac"), stands(database, "kin")
    assert (zodiac.certificate_class, str(zodiac.since), zodiac.keywords) == ("not_needed", "2026-01-05", ["属相", "sx", "zodiac"])
    assert (kin.certificate_class, kin.items) == ("check", ["kinship", "household_history"])
    assert stands(database, "open").certificate_class == ""
    with database.read() as session:
        (made,) = history_of(session, "zodiac")
        assert (made.state, made.who, made.document) == ("made", "load", "某号")
        assert [(one.matter, one.yearly_volume) for one in takings_of(session, ["kin"])["kin"]] == [("mortgage", 40), ("开户", 0)]


def test_the_same_sheet_again_changes_nothing_and_another_word_is_a_change(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, ZODIAC, KIN)
    assert load(database, tmp_path, ZODIAC, KIN).merged["certificates"].counts() == {"added": 0, "changed": 0, "same": 2}
    done = load(database, tmp_path, [*ZODIAC[:10], 13], KIN)

    assert [(one.subject, one.field, one.before, one.after) for one in done.merged["certificates"].changes] == [
        ("zodiac", "yearly_volume", 12, 13)
    ]
    assert (stands(database, "zodiac").yearly_volume, stands(database, "zodiac").version) == (13, 2)
    assert stands(database, "kin").version == 1


def test_another_class_of_a_known_certificate_waits_for_a_second_person(database: Database, tmp_path: Path) -> None:
    load(database, tmp_path, ZODIAC)
    changed = [*ZODIAC[:4], "取消", "2026-02-01", "另一号", *ZODIAC[7:10], 20]
    done = load(database, tmp_path, changed)

    assert [(note.field, note.message) for note in done.notes] == [("certificate_class", WAITS)]
    assert (stands(database, "zodiac").certificate_class, stands(database, "zodiac").yearly_volume) == ("not_needed", 20)
    with database.read() as session:
        (waiting,) = open_proposals(session)
        assert (waiting.who, waiting.new_class, waiting.document) == ("load", "cancelled", "另一号")
        assert set(waiting.after) == {"certificate_class", "since", "document"}
    again = load(database, tmp_path, changed)
    assert [note.message for note in again.notes] == [WAITS_ALREADY]
    other = load(database, tmp_path, KIN) and load(database, tmp_path, [*KIN[:9], "kinship", 7])
    assert [note.message for note in other.notes] == [WAITS], "no class changes, and yet another item would be asked"
    assert (stands(database, "kin").items, stands(database, "kin").yearly_volume) == (["kinship", "household_history"], 7)


def test_a_trial_writes_nothing(database: Database, tmp_path: Path) -> None:
    assert try_out(database, sheets(tmp_path, [ZODIAC]), RULEBOOK, NOW).merged["certificates"].added == 1
    with database.read() as session:
        assert session.get(Certificate, "zodiac") is None


@pytest.mark.parametrize(
    ("place", "value", "field"),
    [
        (0, "No Code", "code"), (4, "也许", "certificate_class"), (4, "取消", "since"), (5, "昨天", "since"), (6, None, "document"),
        (8, None, "clause_en"), (9, "no_such", "items"), (10, "many", "yearly_volume"), (10, -1, "yearly_volume"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_its_field_and_nothing_is_written(
    database: Database, tmp_path: Path, place: int, value: object, field: str
) -> None:
    row = [*ZODIAC]
    row[place] = value
    if (place, value) == (4, "取消"):
        row[5] = None
    with pytest.raises(RowsRefused) as refused:
        load(database, tmp_path, KIN, row)

    assert {(fault.row, fault.field) for fault in refused.value.faults} == {(3, field)}
    with database.read() as session:
        assert session.get(Certificate, "kin") is None


def test_takings_name_certificates_and_units_that_are_there(database: Database, tmp_path: Path) -> None:
    takings = [["none", "bank", "x", 1], ["kin", "nobody", "x", 1], ["kin", "bank", "x", 1], ["kin", "bank", "x", 2]]
    with pytest.raises(RowsRefused) as refused:
        load(database, tmp_path, KIN, takings=takings)

    assert [(fault.row, fault.field) for fault in refused.value.faults] == [(2, "certificate"), (3, "unit"), (5, "matter")]
