"""Sheets that wait: nothing is written before the yes, then exactly what was looked at; what goes out comes in unchanged."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, select

from contacts.roster import areas, roster, roster_imports
from contacts.roster.changes import recent
from contacts.roster.roster import Area, Contact, ContactEntry
from contacts.roster.roster_book import blank_book, filled_book
from contacts.roster.roster_imports import RosterImport
from storage.database import Database
from storage.sheets.limits import BadFile
from tests.kinds import once
from tests.rooms.contacts.city import NOW
from tests.sheets import xlsx
from web.languages import say

HEADER = ["区域", "姓名", "职务", "电话", "顺序"]
TOWN, HERE, THERE = "330782001", "330782001001", "330782001002"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        areas.add(session, {"area_code": TOWN, "area_name": "稠城街道", "kind": "town"}, "keeper", NOW)
        for code, name in ((HERE, "丹溪社区"), (THERE, "胜利社区")):
            areas.add(session, {"area_code": code, "area_name": name, "kind": "community", "parent": TOWN}, "keeper", NOW)
        entries = [("甲", HERE, "13900010011"), ("乙", HERE, "85230012"), ("丙", THERE, "")]
        roster.add_all(session, [ContactEntry(name=n, area=area, phone=phone) for n, area, phone in entries], "keeper", NOW)
        yield session


def keep(session: Session, rows: Sequence[Sequence[Any]], complete: bool = False) -> RosterImport:
    return roster_imports.keep(session, "花名册.xlsx", xlsx({"联系人": [HEADER, *rows]}), complete, "keeper", NOW)


def people(session: Session) -> dict[str, str]:
    return {one.name: one.phone for one in session.exec(select(Contact).where(Contact.active))}


ROWS = [["丹溪社区", "甲", "书记", "13900010099", 1], ["丹溪社区", "丁", "副主任", "", 2]]


def test_a_preview_says_every_change_and_writes_none(session: Session) -> None:
    before = people(session)
    kept = keep(session, [*ROWS, ["胜利社区", "丙", "", "", ""]], complete=True)

    assert kept.counts == {"rows": 3, "add": 1, "change": 1, "remove": 1, "same": 1, "bad": 0, "left_out": 0}
    assert [(row["what"], row["row"], row["area_name"], row["name"]) for row in kept.preview["rows"]] == [
        ("change", 2, "丹溪社区", "甲"),
        ("add", 3, "丹溪社区", "丁"),
        ("remove", 0, "丹溪社区", "乙"),
    ]
    assert kept.preview["rows"][0]["fields"] == {"phone": {"before": "+8613900010011", "after": "+8613900010099"}}
    assert people(session) == before


def test_an_empty_cell_changes_nothing_and_a_word_clears_what_is_known(session: Session) -> None:
    """A sheet of places in the order, sent in without telephones, made the whole county unreachable."""
    (one,) = [one for one in session.exec(select(Contact)) if one.name == "甲"]
    roster.change_all(session, {one.id or 0: {"note": "上午在", "away_until": date(2026, 10, 8)}}, "keeper", NOW)
    header = [*HEADER, "备注", "休假至"]

    def preview(*cells: Any) -> dict[str, Any]:
        data = xlsx({"联系人": [header, ["丹溪社区", "甲", *cells]]})
        kept = roster_imports.keep(session, "花名册.xlsx", data, False, "keeper", NOW)
        return {name: value["after"] for row in kept.preview["rows"] for name, value in row["fields"].items()}

    assert preview("", "", 7, "", "") == {"place_in_order": 7}
    assert preview("书记", "-", "", "清空", "－") == {"phone": "", "note": "", "away_until": None}
    assert preview("", "", "", "—", " clear ") == {"note": "", "away_until": None}


def test_a_sheet_that_is_not_complete_removes_nobody(session: Session) -> None:
    assert keep(session, ROWS).counts["remove"] == 0


def test_the_yes_takes_what_was_shown_once_and_forgets_the_file(session: Session) -> None:
    kept = keep(session, ROWS, complete=True)
    done = roster_imports.take(session, kept.id, "keeper", LATER)

    assert done is not None
    assert done.taken
    assert people(session) == {"甲": "+8613900010099", "丁": "", "丙": ""}
    assert (kept.data, kept.taken_at) == (b"", LATER)
    assert roster_imports.take(session, kept.id, "keeper", LATER) is None
    assert {(change.what, change.name) for change in recent(session)[0] if change.at == LATER} == {
        ("add", "丁"),
        ("change", "甲"),
        ("remove", "乙"),
    }


def test_where_the_roster_has_changed_since_a_new_preview_is_shown_instead(session: Session) -> None:
    kept = keep(session, ROWS)
    first = next(one.id for one in session.exec(select(Contact)) if one.name == "甲")
    roster.change(session, first or 0, {"phone": "13900010055"}, "other", LATER)
    done = roster_imports.take(session, kept.id, "keeper", LATER)

    assert done is not None
    assert not done.taken
    assert people(session)["甲"] == "+8613900010055"
    assert kept.preview["rows"][0]["fields"]["phone"]["before"] == "+8613900010055"
    again = roster_imports.take(session, kept.id, "keeper", LATER)
    assert again is not None
    assert again.taken
    assert people(session)["甲"] == "+8613900010099"


@once
@pytest.mark.parametrize(
    ("row", "field"),
    [
        (["月球", "戊", "", "", 1], "area"),
        (["丹溪社区", "戊", "皇帝", "", 1], "role"),
        (["丹溪社区", "戊", "", "123", 1], "phone"),
        (["丹溪社区", "", "", "", 1], "name"),
        (["丹溪社区", "戊", "", "", 0], "place_in_order"),
        (["丹溪社区", "戊", "", "", 123456789], "place_in_order"),
    ],
)
def test_a_sheet_with_a_bad_row_cannot_be_taken(session: Session, row: list[Any], field: str) -> None:
    kept = keep(session, [*ROWS, row])

    assert [(fault["row"], fault["field"]) for fault in kept.preview["faults"]] == [(4, field)]
    assert roster_imports.take(session, kept.id, "keeper", LATER) is None
    assert "丁" not in people(session)


def test_nobody_takes_or_sees_the_sheet_of_another(session: Session) -> None:
    kept = keep(session, ROWS)

    assert roster_imports.find(session, kept.id, "other") is None
    assert roster_imports.take(session, kept.id, "other", LATER) is None
    roster_imports.drop(session, kept.id, "other")
    assert [file for _, file, _ in roster_imports.waiting(session, "keeper", LATER)] == ["花名册.xlsx"]
    roster_imports.drop(session, kept.id, "keeper")
    assert roster_imports.waiting(session, "keeper", LATER) == []


def test_a_sheet_is_forgotten_after_a_day(session: Session) -> None:
    keep(session, ROWS)
    roster_imports.forget(session, NOW + timedelta(days=1, seconds=1))

    assert session.exec(select(RosterImport.id)).all() == []


def test_an_empty_file_and_a_foreign_one_are_told_apart(session: Session) -> None:
    assert keep(session, []).preview["faults"][0]["message"] == roster_imports.NOTHING_IN_IT
    foreign = roster_imports.keep(session, "x.xlsx", xlsx({"x": [["a", "b"], [1, 2]]}), False, "keeper", NOW)
    assert [fault["message"] for fault in foreign.preview["faults"]] == [roster_imports.NO_SHEET]
    with pytest.raises(BadFile):
        roster_imports.keep(session, "x.xlsx", b"\0", False, "keeper", NOW)


def test_a_retired_area_takes_no_rows(session: Session) -> None:
    areas.retire(session, THERE, "keeper", NOW)
    kept = keep(session, [["胜利社区", "戊", "", "", 1]])

    assert [fault["field"] for fault in kept.preview["faults"]] == ["area"]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_roster_that_goes_out_comes_in_as_it_was(session: Session, locale: str) -> None:
    first = next(one.id for one in session.exec(select(Contact)) if one.name == "甲")
    roster.change(session, first or 0, {"note": "=1+1", "away_until": date(2026, 5, 1), "role": "deputy"}, "keeper", NOW)
    book, count = filled_book(session, locale, say)
    kept = roster_imports.keep(session, "roster.xlsx", book, True, "keeper", NOW)

    assert count == 3
    assert kept.counts == {"rows": 6, "add": 0, "change": 0, "remove": 0, "same": 6, "bad": 0, "left_out": 0}


def test_a_sheet_that_goes_out_holds_no_formula_and_can_be_of_one_town(session: Session, tmp_path: Any) -> None:
    session.add(Area(code="330782002", name="江东街道", kind="town"))
    session.flush()
    first = next(one.id for one in session.exec(select(Contact)) if one.name == "甲")
    roster.change(session, first or 0, {"note": "=cmd()"}, "keeper", NOW)
    (tmp_path / "r.xlsx").write_bytes(filled_book(session, "zh", say, TOWN)[0])
    book = load_workbook(tmp_path / "r.xlsx")

    cells = [cell for row in book["联系人"].iter_rows() for cell in row if cell.value == "=cmd()"]
    assert [cell.data_type for cell in cells] == ["s"]
    assert [row[0].value for row in book["区域"].iter_rows(min_row=2)] == [TOWN, HERE, THERE]


def test_an_empty_book_has_both_sheets(tmp_path: Any) -> None:
    (tmp_path / "b.xlsx").write_bytes(blank_book("en", say))
    book = load_workbook(tmp_path / "b.xlsx")

    assert [(sheet.title, sheet.max_row) for sheet in book] == [("Areas", 1), ("Contacts", 1)]


def test_a_keeper_has_room_for_so_many_sheets_without_a_yes(session: Session) -> None:
    kept = [keep(session, [[HERE, f"新{n}"]]) for n in range(roster_imports.WAITING_SHOWN)]
    with pytest.raises(BadFile, match="wait already"):
        keep(session, [[HERE, "丁"]])
    roster_imports.drop(session, kept[0].id, "keeper")

    assert keep(session, [[HERE, "丁"]]).counts["add"] == 1
