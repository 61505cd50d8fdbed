"""The desk's lists: every case of the unit in exactly one, the soonest due first, at a flat number of queries."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import col, update

from cases.case import Case
from contacts.roster.roster import Area, Contact
from contacts.statements import Statement
from responders.desk import desk_api
from responders.desk.desk_piles import LISTS, Desk, count_desk, first_pile, read_desk, stated_cases
from storage.database import Database
from tests.routes import Doors, open_doors

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
        "stations": [], "paused": [], "messages": [],
    }  # fmt: skip
    counts = {"new": 2, "mine": 1, "colleagues": 1, "with_contact": 1, "returned": 1, "arbitration": 1}
    assert desk["counts"] == {**counts, "stations": 0, "paused": 0, "messages": 0}


def test_nobody_else_sees_the_desk(doors: Doors) -> None:
    assert doors.client("asker").get("/api/v1/desk").status_code == 403
    assert doors.client().get("/api/v1/desk").status_code == 401


def count_queries(doors: Doors) -> int:
    seen: list[str] = []
    with doors.database.read() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: seen.append(given[2]))
        read_desk(session, Desk("police"), "clerk")
        count_desk(session, Desk("police"), "clerk")
    return len(seen)


def test_the_number_of_queries_does_not_grow(doors: Doors) -> None:
    before = count_queries(doors)
    for number in doors.ask(*(f"R{n}" for n in range(30))):
        put(doors, number, state="at_desk")

    assert (before, count_queries(doors)) == (10, 10)


def test_a_long_list_is_cut_and_says_how_long_it_is(doors: Doors) -> None:
    for number in doors.ask("A", "B", "C"):
        put(doors, number, state="at_desk")
    desk = doors.client("clerk").get("/api/v1/desk", params={"limit": 2}).json()

    assert (len(desk["new"]), desk["counts"]["new"]) == (2, 3)


def test_the_desk_opens_on_the_first_list_with_something_in_it() -> None:
    nothing = dict.fromkeys(LISTS, 0)
    assert first_pile({**nothing, "colleagues": 2, "with_contact": 1}) == "colleagues"
    assert first_pile({**nothing, "new": 1, "mine": 3}) == "new"
    assert first_pile(nothing) == "new"


def test_a_case_is_marked_while_a_statement_waits_for_its_answer(doors: Doors) -> None:
    """A statement marks its case at the desk; one that an answer has used, and one still with the community, do not."""
    fresh, used, asking, silent = doors.ask("A", "B", "C", "D")
    for number in (fresh, used, asking, silent):
        put(doors, number, state="with_contact" if number == asking else "at_desk", taken_by="clerk")
    put(doors, used, answered_at=NOW + timedelta(hours=1), disputed=True)
    said = {"contact_id": 1, "channel": "sms", "outcome": "confirmed", "words": "是的", "contact_name": "金书记",
            "contact_role": "secretary", "area": "330782001001", "said_at": NOW}  # fmt: skip
    with doors.database.write() as session:
        session.add(Area(code="330782001001", name="稠城社区"))
        session.flush()
        session.add(Contact(id=1, area="330782001001", name="金书记", updated_at=NOW))
        session.flush()
        session.add_all([Statement(about=number, **said) for number in (fresh, used, asking)])
    with doors.database.read() as session:
        cases = [session.get_one(Case, number) for number in (fresh, used, asking, silent)]

        assert stated_cases(session, cases) == {fresh}
