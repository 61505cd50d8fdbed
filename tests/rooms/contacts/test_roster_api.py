"""The roster over the API: who may, what is refused by field or row, and that a bad sheet writes nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, func, select

from cases.trail.trail import Trail
from contacts.roster import roster_api, roster_sheets
from contacts.roster.history import ContactChange
from contacts.roster.roster import Area, Contact
from storage.database import Database
from tests.kinds import once
from tests.routes import Doors, open_doors
from tests.sheets import csv, xlsx
from web.languages import say

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HEADER = ["区域", "姓名", "职务", "电话", "顺序"]
ENTRY = {"area": "330782001001", "name": "吴书记", "phone": "0579-85230011"}


@pytest.fixture
def doors(database: Database) -> Doors:
    with database.write() as session:
        session.add(Area(code="330782001", name="稠城街道", kind="town"))
        session.flush()
        session.add(Area(code="330782001001", name="丹溪社区", parent="330782001"))
    return open_doors(database, NOW, [roster_api.router])


def send(doors: Doors, data: bytes, query: str = "", who: str = "keeper", language: str = "en") -> Any:
    return doors.client(who, language).post(f"/api/v1/contacts/import{query}", files={"file": ("联系人.xlsx", data)})


def contacts_in(doors: Doors) -> dict[str, str]:
    with doors.database.read() as session:
        return {contact.name: contact.phone for contact in session.exec(select(Contact).where(Contact.active))}


def noted(doors: Doors) -> list[tuple[str, dict[str, Any]]]:
    """What stands on the trail, oldest first."""
    with doors.database.read() as session:
        return [(line.action, dict(line.details)) for line in session.exec(select(Trail).order_by(col(Trail.id)))]


def test_a_keeper_adds_changes_removes_and_reads(doors: Doors) -> None:
    keeper = doors.client("keeper")
    made = keeper.post("/api/v1/contacts", json=ENTRY)
    changed = keeper.patch(made.headers["Location"], json={"phone": "１３９０００１００１１", "away_until": "2026-03-09"})
    found = keeper.get("/api/v1/contacts", params={"area": "330782001", "q": "丹溪"}).json()["contacts"]
    gone = keeper.delete(made.headers["Location"])

    assert (made.status_code, made.json()["phone"], made.json()["takes_sms"]) == (201, "+8657985230011", False)
    assert (changed.json()["phone"], changed.json()["name"], changed.json()["away_until"]) == (
        "+8613900010011",
        "吴书记",
        "2026-03-09",
    )
    assert [(one["name"], one["area_name"]) for one in found] == [("吴书记", "丹溪社区")]
    assert (gone.status_code, keeper.get("/api/v1/contacts").json()["contacts"]) == (204, [])
    assert keeper.delete(made.headers["Location"]).status_code == 404


@once
@pytest.mark.parametrize("who", ["asker", "clerk", "supervisor"])
def test_only_a_keeper_writes(doors: Doors, who: str) -> None:
    client = doors.client(who)

    assert client.post("/api/v1/contacts", json=ENTRY).status_code == 403
    assert send(doors, xlsx({"s": [HEADER]}), who=who).status_code == 403
    assert client.get("/api/v1/contacts").status_code == {"asker": 403, "clerk": 422, "supervisor": 200}[who]


@once
def test_supervisors_read_no_telephones_and_clerks_need_a_case_of_their_unit(doors: Doors) -> None:
    doors.client("keeper").post("/api/v1/contacts", json={**ENTRY, "note": "0579 85230012"})
    watched = doors.client("supervisor").get("/api/v1/contacts").json()["contacts"]
    clerk = doors.client("clerk")
    bare = clerk.get("/api/v1/contacts").json()["errors"]
    unknown = clerk.get("/api/v1/contacts", params={"case": "20260302-00000000", "area": ENTRY["area"]})

    assert [one["name"] for one in watched] == ["吴书记"]
    assert not {"phone", "note", "phone_index", "ref"} & watched[0].keys()
    assert [fault["field"] for fault in bare] == ["case", "area"]
    assert unknown.status_code == 404


@once
def test_a_look_beside_a_case_names_the_community(doors: Doors) -> None:
    doors.client("keeper").post("/api/v1/contacts", json=ENTRY)
    (number,) = doors.ask("R1")
    for area in (ENTRY["area"], "nowhere"):
        assert doors.client("clerk").get("/api/v1/contacts", params={"case": number, "area": area}).status_code == 200
    assert [details for action, details in noted(doors) if action == "look"] == [{"area": ENTRY["area"]}, {}]


@once
@pytest.mark.parametrize(
    ("change", "field"), [({"phone": "123"}, "phone"), ({"area": "9"}, "area"), ({"role": "king"}, "role"), ({"name": ""}, "name")]
)
def test_a_wrong_field_is_named(doors: Doors, change: dict[str, str], field: str) -> None:
    told = doors.client("keeper").post("/api/v1/contacts", json={**ENTRY, **change})

    assert (told.status_code, told.json()["errors"][0]["field"]) == (422, field)
    assert contacts_in(doors) == {}


def test_a_sheet_is_previewed_then_taken_and_the_second_time_changes_nothing(doors: Doors) -> None:
    doors.client("keeper").post("/api/v1/contacts", json=ENTRY)
    data = xlsx(
        {"联系人": [HEADER, ["丹溪社区", "吴书记", "书记", 13900010011.0, 1], [330782001001, "李主任", "主任", "85230012", 2]]}
    )
    preview = send(doors, data, "?dry_run=true").json()

    assert (preview["added"], preview["changed"], preview["same"]) == (1, 1, 0)
    assert preview["rows"][0]["fields"] == {"phone": {"before": "+8657985230011", "after": "+8613900010011"}}
    assert contacts_in(doors) == {"吴书记": "+8657985230011"}
    assert noted(doors)[1:] == [("roster_read", {"added": 1, "changed": 1, "removed": 0, "same": 0})], "it says who is there now"

    taken, again = send(doors, data).json(), send(doors, data).json()
    assert (taken["added"], taken["changed"], again["added"], again["changed"], again["same"]) == (1, 1, 0, 0, 2)
    assert contacts_in(doors) == {"吴书记": "+8613900010011", "李主任": "+8657985230012"}
    with doors.database.read() as session:
        who = session.exec(select(ContactChange.who).where(ContactChange.what == "change")).all()
    assert set(who) == {"keeper"}


def test_bad_rows_are_told_by_number_and_reason_and_nothing_is_written(doors: Doors) -> None:
    rows = [
        ["丹溪社区", "甲", "书记", "123", 1],
        ["月球", "乙", "书记", "", 1],
        ["丹溪社区", "丙", "书记", "", 1],
        ["丹溪社区", "丙", "", "", 2],
    ]
    told = send(doors, csv([HEADER, *rows], "gbk"))

    assert told.headers["content-type"] == "application/problem+json"
    assert [(e["field"], bool(e["message"])) for e in told.json()["errors"]] == [
        ("rows.3.area", True), ("rows.2.phone", True), ("rows.4.phone", True), ("rows.5.name", True), ("rows", True),
    ]  # fmt: skip
    assert (told.status_code, contacts_in(doors)) == (422, {})
    assert "123" not in told.text


def test_a_file_that_is_no_sheet_or_too_large_is_refused(doors: Doors) -> None:
    assert send(doors, b"\x00\x01").json()["errors"][0]["field"] == "file"
    assert send(doors, b"x" * (11 * 1024 * 1024)).status_code == 413


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_keeper_is_told_in_their_language(doors: Doors, language: str) -> None:
    told = send(doors, xlsx({"s": [HEADER, ["月球", "甲"]]}), language=language).json()

    account = say(language, roster_api.ACCOUNT, rows=1, good=0, bad=1, left_out=0)
    assert [(e["field"], e["message"]) for e in told["errors"]] == [
        ("rows.2.area", say(language, roster_sheets.NO_AREA)),
        ("rows", account),
    ]
    assert say("zh", roster_sheets.NO_AREA) != roster_sheets.NO_AREA


def test_areas_come_in_the_same_workbook(doors: Doors) -> None:
    areas = [["区域代码", "区域名称", "上级区域代码"], ["330782002001", "新社区", "330782002"], ["330782002", "新街道", None]]
    taken = send(doors, xlsx({"区域": areas, "联系人": [HEADER, ["新社区", "甲", "书记", None, 1]]}))

    assert taken.json()["added"] == 3
    with doors.database.read() as session:
        assert session.get_one(Area, "330782002001").parent == "330782002"
        assert session.exec(select(func.count()).select_from(Contact)).one() == 1
