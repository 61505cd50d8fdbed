"""The keepers' pages: for keepers alone, only from their own forms, with a line on the trail that holds nothing personal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from access.units import Unit
from cases.trail.trail import Trail
from contacts.roster import areas, opting_out, roster
from contacts.roster.roster import Contact, ContactEntry
from deploy.assembly import Assembly, assemble
from deploy.settings import Settings
from tests.apps import app_of
from tests.kinds import once
from tests.sheets import xlsx

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HERE = "330782001001"
PEOPLE = {"keeper": "keeper", "other": "keeper", "admin": "admin", "clerk": "clerk", "asker": "asker", "supervisor": "supervisor"}
PAGES = ("/roster", "/roster/people", f"/roster/{HERE}", f"/roster/{HERE}/1", "/roster/import", "/roster/changes",
         "/roster/areas/new", "/roster/sheet.xlsx", "/roster/blank.xlsx", f"/roster/{HERE}/1/number")  # fmt: skip
HEADER = ["区域", "姓名", "职务", "电话", "顺序"]


class Keepers:
    """The house with a town, a community, one contact, and people of every role."""

    def __init__(self, house: Assembly) -> None:
        self.house, self.app, self.csrf = house, app_of(house), dict[str, str]()

    def client(self, who: str) -> TestClient:
        """This person's browser, signed in."""
        with self.house.database.write() as session:
            opened = open_session(session, session.get_one(Account, who), NOW)
        self.csrf[who] = opened.csrf
        return TestClient(self.app, cookies={"hecha": opened.token, "lang": "en"}, headers={"Accept": "text/html"})

    def send(self, client: TestClient, path: str, who: str = "keeper", **form: Any) -> Any:
        """Posts a form as the page would; the answer without following it."""
        return client.post(path, data={"csrf": self.csrf[who], **form}, follow_redirects=False)

    def trail(self) -> list[tuple[str, dict[str, Any]]]:
        """What stands on the trail about the roster."""
        with self.house.database.read() as session:
            lines = session.exec(select(Trail).where(col(Trail.action).startswith("roster")).order_by(col(Trail.id))).all()
        return [(line.action, line.details) for line in lines]


@pytest.fixture
def keepers(database_url: str, tmp_path: Path) -> Iterator[Keepers]:
    house = assemble(Settings(home=tmp_path, database_url=database_url))
    house.now = lambda: NOW
    with house.database.write() as session:
        session.add(Unit(code="data", name_zh="数据中心", name_en="Data", supervises=True))
        session.flush()
        session.add_all(Account(username=name, name=name, unit="data", roles=[role]) for name, role in PEOPLE.items())
        areas.add(session, {"area_code": "330782001", "area_name": "稠城街道", "kind": "town"}, "keeper", NOW)
        areas.add(session, {"area_code": HERE, "area_name": "丹溪社区", "kind": "community", "parent": "330782001"}, "keeper", NOW)
        roster.add(session, ContactEntry(area=HERE, name="金书记", phone="13900010011"), "keeper", NOW)
    yield Keepers(house)
    house.database.close()


def test_keepers_and_administrators_come_in_and_nobody_else(keepers: Keepers) -> None:
    for who, role in PEOPLE.items():
        client, wanted = keepers.client(who), 200 if role in ("keeper", "admin") else 403
        reads = {"/roster": 200} if role == "supervisor" else {}  # how many can be reached, and nobody's name
        assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, wanted) | reads, who


def test_a_form_from_elsewhere_changes_nothing(keepers: Keepers) -> None:
    client = keepers.client("keeper")
    before = len(keepers.trail())
    paths = (f"/roster/{HERE}/1/remove", f"/roster/{HERE}/retire", f"/roster/{HERE}/1/number", "/roster/areas/new")

    assert [client.post(path, data={"csrf": "x"}).status_code for path in paths] == [403] * 4
    assert len(keepers.trail()) == before


def test_looks_searches_and_sheets_stand_on_the_trail_without_anybody_s_name(keepers: Keepers) -> None:
    client = keepers.client("keeper")
    client.get(f"/roster/{HERE}/1")
    keepers.send(client, "/roster/people", words="金书记")
    client.get("/roster/sheet.xlsx?town=330782001")
    keepers.send(client, f"/roster/{HERE}/1/number")

    assert keepers.trail() == [
        ("roster_look", {"contact": 1, "area": HERE}),
        ("roster_search", {"found": 1}),
        ("roster_export", {"town": "330782001", "people": 1}),
        ("roster_code", {"contact": 1, "area": HERE}),
    ]


@pytest.mark.parametrize("path", ["/roster/999999", "/roster/330782001/1", f"/roster/{HERE}/77", "/roster/words"])
def test_what_is_not_there_is_told_so(keepers: Keepers, path: str) -> None:
    assert keepers.client("keeper").get(path).status_code == 404


def test_a_field_that_is_wrong_is_told_beside_it_and_nothing_typed_is_lost(keepers: Keepers) -> None:
    client = keepers.client("keeper")
    told = keepers.send(client, f"/roster/{HERE}/1", name="金新", role="secretary", phone="123", place_in_order="one", note="留着")

    assert told.status_code == 422
    assert 'id="entry-e-place_in_order"' in told.text
    told = keepers.send(client, f"/roster/{HERE}/1", name="金新", role="secretary", phone="123", place_in_order="1", note="留着")
    assert 'id="entry-e-phone"' in told.text
    assert told.text.count("留着") == 1
    assert 'href="#entry-f-phone"' in told.text


def test_a_sheet_changes_nothing_before_the_yes_of_the_one_who_sent_it(keepers: Keepers) -> None:
    client, other = keepers.client("keeper"), keepers.client("other")
    data = xlsx({"联系人": [HEADER, ["丹溪社区", "何主任", "主任", "13900010012", "2"]]})
    sent = client.post(
        "/roster/import", data={"csrf": keepers.csrf["keeper"]}, files={"file": ("r.xlsx", data)}, follow_redirects=False
    )
    place = sent.headers["location"]

    assert (sent.status_code, client.get(place).status_code, other.get(place).status_code) == (303, 200, 404)
    assert keepers.send(other, f"{place}/take", "other").status_code == 409
    assert _names(keepers) == ["金书记"]
    counts = {"rows": 1, "add": 1, "change": 0, "remove": 0, "same": 0, "bad": 0, "left_out": 0}
    assert keepers.trail() == [("roster_look", counts)], "a preview says who is there now"
    assert keepers.send(client, f"{place}/take").headers["location"] == f"{place}?flash=taken_in"
    assert _names(keepers) == ["金书记", "何主任"]
    assert keepers.send(client, f"{place}/take").status_code == 409


def _names(keepers: Keepers) -> list[str]:
    with keepers.house.database.read() as session:
        return [one.name for one in session.exec(select(Contact).order_by(col(Contact.id)))]


def test_a_form_without_a_file_is_told_beside_the_field(keepers: Keepers) -> None:
    """As a browser sends it: a file without a name and without content."""
    told = keepers.client("keeper").post("/roster/import", **_nothing_chosen(keepers))

    assert told.status_code == 422
    assert 'id="e-file"' in told.text


def _nothing_chosen(keepers: Keepers) -> dict[str, Any]:
    parts = [("csrf", keepers.csrf["keeper"], ""), ("file", "", '; filename=""\r\nContent-Type: application/octet-stream')]
    body = "".join(f'--x\r\nContent-Disposition: form-data; name="{n}"{more}\r\n\r\n{value}\r\n' for n, value, more in parts)
    return {"content": (body + "--x--\r\n").encode(), "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


@once
@pytest.mark.parametrize(("name", "data"), [("", b""), ("x.xlsx", b"\0\1"), ("x.xls", b"\xd0\xcf\x11\xe0")])
def test_a_file_that_is_no_sheet_is_told_beside_the_field(keepers: Keepers, name: str, data: bytes) -> None:
    client = keepers.client("keeper")
    told = client.post("/roster/import", data={"csrf": keepers.csrf["keeper"]}, files={"file": (name or "empty", data)})

    assert told.status_code == 422
    assert 'id="e-file"' in told.text


def test_a_keeper_reads_who_wants_no_texts_and_saving_the_entry_again_brings_them_back(keepers: Keepers):
    with keepers.house.database.write() as session:
        opting_out.stop(session, "+8613900010011", NOW)
    client = keepers.client("keeper")
    stopped = client.get(f"/roster/{HERE}/1").text

    assert "This person asked for no more texts." in stopped
    assert "Wants no more texts" in stopped
    assert "金书记" in client.get("/roster/people?number=stopped").text
    assert keepers.send(client, f"/roster/{HERE}/1", name="金书记", role="secretary", phone="139 0001 0011").status_code == 303

    again = client.get(f"/roster/{HERE}/1").text
    assert "This person asked for no more texts." not in again
    assert "Gets texts again" in again
    with keepers.house.database.read() as session:
        assert session.get_one(Contact, 1).takes_sms
