"""Every row of a roster sheet is told as one thing: added, changed, as before, refused or left out."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import Session

from contacts.roster import roster_api, roster_imports
from storage.database import Database
from storage.sheets import rows
from tests.kinds import once
from tests.rooms.contacts.city import NOW
from tests.rooms.contacts.test_roster_imports import HEADER, HERE, session
from tests.routes import Doors, open_doors
from tests.sheets import saved

__all__ = ["session"]
AREAS_HEADER = ["区域代码", "区域名称", "上级区域代码"]
PEOPLE: dict[str, Any] = {
    "same": ["丹溪社区", "乙", "书记", "85230012", 1],
    "add": ["丹溪社区", "丁", "委员", "", 2],
    "change": ["丹溪社区", "甲", "书记", "13900010099", 1],
    "nowhere": ["月球", "戊", "", "", 1],
    "phone": ["丹溪社区", "己", "", "123", 1],
    "error": ["丹溪社区", "#N/A", "", "", 1],
    "place": ["丹溪社区", "庚", "", "", 0],
    "blank": [None],
}
PLACES: dict[str, Any] = {
    "same": [HERE, "丹溪社区", "330782001"],
    "add": ["330782001009", "新社区", "330782001"],
    "odd": ["无数字", "怪社区", "330782001"],
    "orphan": ["330782001008", "孤社区", "999"],
    "header": None,
}
Lines = list[tuple[str, bool]]


def workbook(people: Lines, places: Lines) -> tuple[bytes, int, int]:
    """The file, how many rows it has, and how many of them are hidden."""
    made, count, hidden = Workbook(), 0, 0
    made.remove(made.worksheets[0])
    for name, header, known, lines in (("联系人", HEADER, PEOPLE, people), ("区域", AREAS_HEADER, PLACES, places)):
        sheet = made.create_sheet(name)
        wrong = any(known[what] is None for what, _ in lines)
        for place, words in enumerate([*header, *(["什么"] if wrong else [])], 1):
            sheet.cell(1, place, words)
        for number, (what, unseen) in enumerate([line for line in lines if known[line[0]] is not None], 2):
            for place, value in enumerate(known[what], 1):
                sheet.cell(number, place, value)
            sheet.row_dimensions[number].hidden = unseen
            count += what != "blank"
            hidden += what != "blank" and unseen
    return saved(made), count, hidden


def lines_of(known: dict[str, Any]) -> st.SearchStrategy[Lines]:
    return st.lists(st.tuples(st.sampled_from(sorted(known)), st.booleans()), max_size=8)


@once
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=lines_of(PEOPLE), places=lines_of(PLACES), complete=st.booleans())
def test_the_sums_always_agree(session: Session, people: Lines, places: Lines, complete: bool) -> None:
    data, count, hidden = workbook(people, places)
    kept = roster_imports.keep(session, "花名册.xlsx", data, complete, "keeper", NOW + timedelta(minutes=1))
    counts, preview = kept.counts, kept.preview
    session.delete(kept)  # others find room

    assert counts["rows"] == count == sum(counts[what] for what in ("add", "change", "same", "bad", "left_out"))
    assert counts["left_out"] == len(preview["left_out"]) == (0 if complete else hidden)
    told = {(fault["sheet"], fault["row"]) for fault in preview["faults"] if fault["row"] > 1}
    assert not told & {(one["sheet"], one["row"]) for one in [*preview["rows"], *preview["left_out"]]}
    assert len(told) <= counts["bad"]
    assert sum(row["what"] in ("add", "change") for row in preview["rows"]) == counts["add"] + counts["change"]


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [roster_api.router])


@once
def test_the_api_accounts_for_every_row_taken_or_refused(doors: Doors) -> None:
    def send(people: Lines) -> Any:
        data, _, _ = workbook(people, [("add", False)])
        parts = {"file": ("r.xlsx", data)}
        return doors.client("keeper").post("/api/v1/contacts/import?dry_run=true", files=parts).json()

    refused = send([("nowhere", False), ("nowhere", True)])
    assert [(e["field"], e["code"]) for e in refused["errors"]] == [
        ("rows.2.parent", "bad_row"), ("rows.2.area", "bad_row"), ("rows.3", "left_out"), ("rows", "account"),
    ]  # fmt: skip
    assert "3 = 0 in order + 2 that cannot be taken + 1 left out" in refused["errors"][-1]["message"]


@once
def test_hidden_rows_are_named_when_the_rest_is_taken(doors: Doors) -> None:
    made = Workbook()
    made.worksheets[0].title = "区域"
    for line in (AREAS_HEADER, ["330782002", "新街道", None], ["330782003", "旧街道", None]):
        made.worksheets[0].append(line)
    made.worksheets[0].row_dimensions[3].hidden = True
    made.create_sheet("旧").append(["x"])
    made["旧"].sheet_state = "hidden"
    told = doors.client("keeper").post("/api/v1/contacts/import", files={"file": ("r.xlsx", saved(made))}).json()

    assert (told["row_count"], told["added"], told["left_out"], told["sheets_not_read"]) == (2, 1, 1, ["旧"])
    assert [(one["row"], one["message"]) for one in told["left_out_rows"]] == [(3, rows.HIDDEN_ROW)]


@once
def test_many_faults_are_told_in_part_and_how_many_more(doors: Doors) -> None:
    made = Workbook()
    made.worksheets[0].title = "联系人"
    made.worksheets[0].append(HEADER)
    for number in range(roster_api.MOST_TOLD + 5):
        made.worksheets[0].append(["月球", f"人{number}", "", "", 1])
    told = doors.client("keeper").post("/api/v1/contacts/import", files={"file": ("r.xlsx", saved(made))}).json()["errors"]

    assert len(told) == roster_api.MOST_TOLD + 2
    assert told[-2]["message"] == "... and 5 more."
