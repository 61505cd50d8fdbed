"""A supervisor finds any case again: by its number, a file number or a person, whoever holds it; the search is on the trail."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from access.accounts import Account
from access.sessions import open_session
from access.units import all_units
from cases.case import Case
from cases.case_search import Among, find_among
from cases.trail.trail import Trail
from storage.database import Database
from supervisors.board import case_search_pages
from tests.routes import FATHER, Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [case_search_pages.router])


def supervisor(doors: Doors) -> tuple[TestClient, str]:
    with doors.database.write() as session:
        opened = open_session(session, session.get_one(Account, "supervisor"), NOW)
    return TestClient(doors.app, cookies={"hecha": opened.token}, follow_redirects=False), opened.csrf


def test_one_case_is_opened_and_several_are_listed(doors: Doors) -> None:
    first, second = doors.ask("XYK-1", "XYK-2")
    with doors.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == second).values(holder="court"))
    client, csrf = supervisor(doors)

    for words, number in ((first, first), ("xyk-1".upper(), first), ("XYK-2", second)):
        answer = client.post("/board/find", data={"q": words, "csrf": csrf})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/board/{number}")
    with doors.database.read() as session:
        listed = find_among(session, Among(select(Case), all_units(session), 9), "XYK-", NOW.date()).cases
        assert {case.number for case in listed} == {first, second}


def test_a_search_for_a_person_is_on_the_trail_and_the_number_is_not(doors: Doors) -> None:
    (number,) = doors.ask("A")
    client, csrf = supervisor(doors)
    answer = client.post("/board/find", data={"q": FATHER, "csrf": csrf})

    assert answer.headers["location"] == f"/board/{number}"
    with doors.database.read() as session:
        (line,) = session.exec(select(Trail).where(Trail.action == "look_up")).all()
    assert (line.who, line.details["found"], FATHER in str(line)) == ("supervisor", 1, False)
