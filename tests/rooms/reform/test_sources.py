"""The board of sources: what is promised and late, what still goes to people, the sheet in and out, letters, history."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest

from cases.certificates.certificate import Certificate
from cases.certificates.taking import CertificateTaking
from cases.lifecycle import State
from cases.statistics.by_people import asked_of_people
from cases.statistics.hourly import fold
from reform.sources.source import RegisterSource
from reform.sources.source_board import SPAN, SourceBoard, read_board
from tests.rooms.county import CLERK, County, counted
from tests.rooms.office import Desk, Office, faults_in, on_both
from tests.rooms.reform.staff import photograph, staffed
from tests.routes import RULEBOOK

TYPED = {"name": "户籍系统", "unit": "police", "state": "planned"}


def add(county: County, name: str, unit: str = "police", **change: object) -> None:
    with county.database.write() as session:
        session.add(RegisterSource(**{"name": name, "unit": unit, "changed_at": county.now, **change}))


def board(county: County) -> SourceBoard:
    with county.database.read() as session:
        return read_board(session, county.now, county.now.date(), RULEBOOK.catalogue)


def by_clerk(county: County, count: int) -> None:
    for number in county.asked_into(State.AT_DESK, count):
        county.move(number, "answer", CLERK)


def test_what_people_answered_and_what_waits_for_them_is_counted_once_by_unit_and_item(county: County) -> None:
    by_clerk(county, 3)
    county.asked_into(State.ANSWERED, 2)  # the machine's
    county.asked_into(State.AT_DESK, 1)
    county.ask(1)  # with the machine still
    county.later(hours=2)
    with county.database.write() as session:
        fold(session, county.now)
    with counted(county.database) as statements, county.database.read() as session:
        assert asked_of_people(session, county.now - SPAN) == {("police", "kinship"): 4}
    assert len(statements) == 1
    with county.database.read() as session:
        assert asked_of_people(session, county.now + timedelta(hours=1)) == {("police", "kinship"): 1}  # what waits, waits


def test_the_board_says_which_to_connect_next_and_puts_late_ones_first_and_connected_ones_last(county: County) -> None:
    by_clerk(county, 2)
    county.later(hours=2)
    with county.database.write() as session:
        fold(session, county.now)
    today = county.now.date()
    add(county, "done", items=["kinship"], state="connected", connected_on=today)
    add(county, "wanted", items=["kinship"])
    add(county, "idle", unit="civil", items=["marriage"])
    add(county, "late", unit="civil", promised_on=today - timedelta(days=3))
    found = board(county)
    assert [(row.source.name, row.late, row.by_people) for row in found.rows] == [
        ("late", True, 0), ("wanted", False, 2), ("idle", False, 0), ("done", False, 2),
    ]  # fmt: skip
    assert found.next_one is not None
    assert found.next_one.source.name == "wanted"
    assert found.unlisted == []


def test_before_any_question_what_takes_the_place_of_most_papers_is_connected_next(county: County) -> None:
    add(county, "idle", unit="civil", items=["marriage"])
    add(county, "wanted", items=["kinship", "birth"])
    assert board(county).next_one is None
    way = {"certificate_class": "check", "document": "x", "since": county.now.date(), "items": ["kinship", "birth"]}
    with county.database.write() as session:
        session.add(Certificate(code="kin", zh="亲属证明", en="Kin", yearly_volume=30, **way))
        session.add(Certificate(code="old", zh="婚史证明", en="Old", yearly_volume=90, **way | {"certificate_class": "commitment"}))
        session.flush()
        session.add(CertificateTaking(certificate="kin", unit="bank", matter="x", yearly_volume=40))
    found = board(county)
    assert found.next_one is not None
    assert (found.next_one.source.name, found.next_one.papers) == ("wanted", 40)  # once, though two items take its place


def test_what_stands_on_no_register_is_told(county: County) -> None:
    by_clerk(county, 2)
    county.asked_into(State.AT_DESK, 1)
    assert board(county).unlisted == [(("police", "kinship"), 1, 0)]


def test_the_board_costs_the_same_statements_however_many_registers_there_are(county: County) -> None:
    def cost() -> int:
        with counted(county.database) as statements, county.database.read() as session:
            read_board(session, county.now, county.now.date(), RULEBOOK.catalogue)
        return len(statements)

    add(county, "one")
    few = cost()
    for n in range(30):
        add(county, f"many{n}", items=["kinship"])
    assert (few, cost() <= few) == (7, True)  # the directory is remembered the second time


@on_both
def test_a_register_is_added_changed_and_remembered(office: Office) -> None:
    desk = staffed(office)
    made = desk.post("/reform/sources/new", items=["kinship"], **TYPED)
    assert made.status_code == 303
    one = office.one(RegisterSource, 1)
    assert (one.name, one.items, one.connected_on) == ("户籍系统", ["kinship"], None)
    typed = {**TYPED, "state": "connected", "version": "1"}
    assert desk.post("/reform/sources/1", items=["kinship"], **typed).status_code == 303
    assert office.one(RegisterSource, 1).connected_on == date(2026, 3, 2)
    page = desk.get("/reform/sources")
    assert 'class="flag"' in page
    assert "Connected" in page  # said in words too
    one_page = desk.get("/reform/sources/1")
    assert "Register changed" in one_page
    assert "<del>Planned</del> → Connected" in one_page
    assert [line.action for line in office.lines("source_add") + office.lines("source_change")] == ["source_add", "source_change"]


def test_what_is_wrong_is_named_and_what_somebody_else_changed_is_not_lost(office: Office) -> None:
    desk = staffed(office)
    assert faults_in(desk.post("/reform/sources/new", name="", unit="", state="").text) == ["name", "unit", "state"]
    late = desk.post("/reform/sources/new", **{**TYPED, "promised_on": "2026-02-01"})
    assert faults_in(late.text) == ["obstacle"]
    assert faults_in(desk.post("/reform/sources/new", **{**TYPED, "promised_on": "soon"}).text) == ["promised_on"]
    desk.post("/reform/sources/new", **TYPED)
    assert faults_in(desk.post("/reform/sources/new", **TYPED).text) == ["name"]
    desk.post("/reform/sources/1", **{**TYPED, "obstacle": "first", "version": "1"})
    second = office.client("reform2").post("/reform/sources/1", **{**TYPED, "obstacle": "second", "version": "1"})
    assert second.status_code == 422
    assert "second" in second.text
    assert office.one(RegisterSource, 1).obstacle == "first"
    desk.get("/reform/sources/99", 404)


def test_the_sheet_goes_out_and_comes_back_and_a_bad_row_stops_all(office: Office) -> None:
    desk = staffed(office)
    desk.post("/reform/sources/new", items=["kinship"], **{**TYPED, "phone": "0579-85550000"})
    book = openpyxl.load_workbook(BytesIO(desk.web.get("/reform/sources.xlsx").content))
    sheet = book.active
    head = [cell.value for cell in sheet[1]]
    sheet.cell(2, head.index("Obstacle") + 1).value = "no line yet"
    sheet.append(["civil", "婚姻登记系统", "marriage", "", "", "2026-05-01", "building", ""])
    assert "1 added, 1 changed, 0 as they were" in send(desk, book)
    assert office.one(RegisterSource, 1).obstacle == "no line yet"
    assert office.one(RegisterSource, 2).promised_on == date(2026, 5, 1)
    assert "0 added, 0 changed, 2 as they were" in send(desk, book)
    sheet.append(["nobody", "x", "no_such_item", "", "", "", "", ""])
    answer = send(desk, book, 422)
    assert "There is no such unit." in answer
    assert "Row 4" in answer
    assert office.one(RegisterSource, 3) is None


def send(desk: Desk, book: openpyxl.Workbook, status: int = 200) -> str:
    kept = BytesIO()
    book.save(kept)
    answer = desk.web.post("/reform/sources/sheet", data={"csrf": desk.csrf}, files={"file": ("s.xlsx", kept.getvalue())})
    assert answer.status_code == status
    return answer.text


def test_a_letter_is_kept_without_what_the_camera_wrote_and_each_look_is_on_the_trail(office: Office) -> None:
    desk = staffed(office)
    desk.post("/reform/sources/new", **{**TYPED, "state": "consent"})
    assert "no letter attached" in desk.get("/reform/sources")
    data = {"csrf": desk.csrf}
    sent = desk.web.post("/reform/sources/1/letter", data=data, files={"file": ("l.jpg", photograph())})
    assert sent.status_code == 303
    page = desk.get("/reform/sources/1")
    address = page.split('class="paper"><a href="')[1].split('"')[0]
    picture = desk.web.get(address)
    assert picture.headers["content-type"] == "image/jpeg"
    assert b"where-it-was-made" not in picture.content
    assert [line.details["subject"] for line in office.lines("reform_paper_look")] == ["1"]
    assert desk.web.post("/reform/sources/1/letter", data=data, files={"file": ("l.txt", b"words")}).status_code == 422
    assert office.client("monitor").web.get(address).status_code == 404


@pytest.mark.parametrize("who", ["asker", "clerk", "supervisor"])
def test_nobody_else_sees_the_board(office: Office, who: str) -> None:
    staffed(office)
    office.client(who).get("/reform/sources", 403)
