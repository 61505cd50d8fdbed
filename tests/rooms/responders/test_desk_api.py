"""The desk's lists: every case of the unit in exactly one, the soonest due first, at a flat number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, update

from cases.case import Case
from deploy.database import Database
from responders import desk_api
from responders.desk_lists import count_desk, read_desk
from tests.doors import Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [desk_api.router])


def put(doors: Doors, number: str, **values: object) -> None:
    with doors.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == number).values(**values))


def test_each_case_stands_in_one_list(doors: Doors) -> None:
    numbers = doors.ask(*(f"R{n}" for n in range(8)))
    put(doors, numbers[0], state="at_desk", due_at=NOW + timedelta(hours=2))
    put(doors, numbers[1], state="at_desk", due_at=NOW + timedelta(hours=1))
    put(doors, numbers[2], state="at_desk", taken_by="clerk")
    put(doors, numbers[3], state="at_desk", taken_by="second")
    put(doors, numbers[4], state="with_contact", taken_by="clerk")
    put(doors, numbers[5], state="returned")
    put(doors, numbers[6], state="at_desk", arbitration=True)
    desk = doors.client("clerk").get("/api/v1/desk").json()
    shown = {name: [row["number"] for row in desk[name]] for name in desk["counts"]}

    assert shown == {
        "new": [numbers[1], numbers[0]], "mine": [numbers[2]], "colleagues": [numbers[3]],
        "with_contact": [numbers[4]], "returned": [numbers[5]], "arbitration": [numbers[6]],
    }  # fmt: skip
    assert desk["counts"] == {"new": 2, "mine": 1, "colleagues": 1, "with_contact": 1, "returned": 1, "arbitration": 1}


def test_nobody_else_sees_the_desk(doors: Doors) -> None:
    assert doors.client("asker").get("/api/v1/desk").status_code == 403
    assert doors.client().get("/api/v1/desk").status_code == 401


def count_queries(doors: Doors) -> int:
    seen: list[str] = []
    with doors.database.read() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        read_desk(session, "police", "clerk")
        count_desk(session, "police", "clerk")
    return len(seen)


def test_the_number_of_queries_does_not_grow(doors: Doors) -> None:
    before = count_queries(doors)
    for number in doors.ask(*(f"R{n}" for n in range(30))):
        put(doors, number, state="at_desk")

    assert (before, count_queries(doors)) == (7, 7)


def test_a_long_list_is_cut_and_says_how_long_it_is(doors: Doors) -> None:
    for number in doors.ask("A", "B", "C"):
        put(doors, number, state="at_desk")
    desk = doors.client("clerk").get("/api/v1/desk", params={"limit": 2}).json()

    assert (len(desk["new"]), desk["counts"]["new"]) == (2, 3)
