"""Finding a case on the desk: by number, file number or person, only what the unit holds, a search for a person on the trail."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from access.units import all_units
from cases.case import Case, question_of
from cases.case_search import why_nothing
from cases.documents.subject import Subject
from cases.subject_index import index_subjects, key_of
from cases.trail.trail import Trail
from responders.desk import desk_pages
from responders.desk.desk_lookup import MOST, NOTHING, find_held, is_number
from responders.desk.desk_piles import Desk
from storage.database import Database
from tests.routes import FATHER, Doors, open_doors
from tests.vaults import VAULT

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
NUMBER = FATHER


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [desk_pages.router])


def found(doors: Doors, words: str, holder: str = "police") -> set[str]:
    with doors.database.read() as session:
        return {case.number for case in find_held(session, Desk(holder), all_units(session), words, TODAY).cases}


def clerk(doors: Doors) -> tuple[TestClient, str]:
    with doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, "clerk"), NOW)
    return TestClient(doors.app, cookies={"hecha": opened.token}, follow_redirects=False), opened.csrf


def test_a_case_is_found_by_its_number_the_file_number_or_its_beginning_and_the_person(doors: Doors) -> None:
    first, second, third = doors.ask("A2026-1", "A2026-2", "B2026_1")

    assert found(doors, f" {first.lower()} ") == {first}
    assert found(doors, first[:12]) == {first}
    assert found(doors, first[:8]) == set(), "a day alone says nothing"
    assert found(doors, "A2026-2") == {second}
    assert found(doors, "A2026") == {first, second}
    assert found(doors, "B2026_") == {third}
    assert found(doors, "B2026%") == found(doors, "2026") == found(doors, "  ") == set()
    assert found(doors, NUMBER) == {first, second, third}
    assert found(doors, NUMBER[:-1]) == set(), "half of an ID number finds nobody"


def test_a_person_is_found_by_another_document_and_a_file_number_that_looks_like_one_is_still_found(doors: Doors) -> None:
    first, second = doors.ask("A2026001", "E1234567")
    passport = {"name": "A", "document": {"kind": "passport", "country": "USA", "number": "X7654321"}}
    permit = {"name": "陈", "document": {"kind": "hk_macao_travel_permit", "number": "H1234567801"}}
    with doors.database.write() as session:
        case = session.get_one(Case, first)
        case.subjects = {"person": Subject.model_validate(passport), "relative": Subject.model_validate(permit)}
        index_subjects(session, [(first, question_of(case))])

    assert found(doors, " x765 4321 ") == found(doors, "H12345678") == found(doors, "H1234567899") == {first}
    assert found(doors, "E1234567") == {second}, "no passport, and a file number"
    assert found(doors, "A2026001") == {first}
    assert found(doors, "X7654322") == set()


def test_only_what_the_unit_holds_is_found_and_never_more_than_a_page_bears(doors: Doors) -> None:
    numbers = doors.ask(*(f"R{n:02}" for n in range(MOST + 2)))
    with doors.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == numbers[0]).values(holder="court"))

    for words in (numbers[0], "R00", NUMBER):
        assert numbers[0] not in found(doors, words)
        assert found(doors, words, "court") == {numbers[0]}
    assert len(found(doors, "R")) == len(found(doors, NUMBER)) == MOST


def test_the_one_that_fits_is_opened_and_a_search_for_a_person_is_on_the_trail_without_the_number(doors: Doors) -> None:
    (number,) = doors.ask("A")
    client, csrf = clerk(doors)
    by_file = client.post("/desk/find", data={"q": "A", "csrf": csrf})
    with doors.database.read() as session:
        assert session.exec(select(Trail).where(Trail.action == "look_up")).all() == []
    by_person = client.post("/desk/find", data={"q": NUMBER, "csrf": csrf})

    for answer in (by_file, by_person):
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/{number}")
    with doors.database.read() as session:
        (line,) = session.exec(select(Trail).where(Trail.action == "look_up")).all()
    assert (line.who, line.unit, line.details) == ("clerk", "police", {"subject": key_of(NUMBER, VAULT), "found": 1})
    assert NUMBER not in str(line)


def test_only_clerks_find_on_the_desk(doors: Doors) -> None:
    doors.ask("A")
    client, _ = clerk(doors)

    assert client.post("/desk/find", data={"q": "A", "csrf": "forged"}).status_code == 403
    assert doors.client("asker").post("/desk/find", data={"q": "A"}).status_code == 403
    assert doors.client().post("/desk/find", data={"q": "A"}).status_code in (303, 401)


def test_what_is_wrong_with_an_id_number_is_said() -> None:
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")

    assert why_nothing(wrong, TODAY, NOTHING).code != "nothing_found"
    assert why_nothing("nobody's", TODAY, NOTHING).code == "nothing_found"


def test_only_a_case_number_is_taken_for_one() -> None:
    assert is_number("20260302-0123ABCD")
    for text in ("", "20260302", "20260302-0123ABC", "20260302-0123ABC<", "2026030２-0123ABCD", "20260302-0123ABCDE"):
        assert not is_number(text)
