"""The piles as pages: page after page, counted for everybody at once, the next case taken by one clerk alone."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlmodel import col, update

from access.principal import Principal
from cases.case import Case
from responders.desk.desk_piles import ON_A_PAGE, Desk, count_desk, read_pile, tally
from responders.desk.earlier_answers import answered_page
from responders.desk.next_case import take_next
from storage.database import Database
from tests.routes import Doors, open_doors
from web.context import Context

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CLERK = Principal("clerk", "clerk甲", "police", frozenset({"clerk"}), "en")
SECOND = replace(CLERK, username="second")


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [])


def put(doors: Doors, number: str, **values: object) -> None:
    with doors.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number) == number).values(**values))


def test_the_tally_says_for_each_clerk_what_counting_alone_would(doors: Doors) -> None:
    numbers = doors.ask(*(f"R{n}" for n in range(8)))
    for number, values in zip(
        numbers,
        [{}, {"taken_by": "clerk"}, {"taken_by": "second"}, {"taken_by": "second"}, {"arbitration": True, "taken_by": "clerk"},
         {"state": "returned"}, {"state": "with_contact", "taken_by": "clerk"}, {"state": "answered"}],
        strict=True,
    ):  # fmt: skip
        put(doors, number, **{"state": "at_desk", **values})
    with doors.database.read() as session:
        counted = tally(session, Desk("police"))
        assert counted.of("clerk") == count_desk(session, Desk("police"), "clerk")
        assert counted.of("second") == count_desk(session, Desk("police"), "second")
        assert counted.of("clerk")["mine"] == 1
        assert counted.of("second")["mine"] == 2
        assert sum(tally(session, Desk("court")).of("clerk").values()) == 0


def test_a_long_pile_comes_page_after_page_and_says_when_there_is_more(doors: Doors) -> None:
    numbers = doors.ask(*(f"R{n}" for n in range(ON_A_PAGE + 2)))
    for n, number in enumerate(numbers):
        put(doors, number, state="at_desk", due_at=NOW + timedelta(minutes=n))
    with doors.database.read() as session:
        first, second = (read_pile(session, Desk("police"), "clerk", "new", page) for page in (1, 2))

    assert [case.number for case in first] == numbers[: ON_A_PAGE + 1]
    assert [case.number for case in second] == numbers[ON_A_PAGE:]


def test_what_was_answered_comes_newest_first(doors: Doors) -> None:
    numbers = doors.ask("A", "B", "C")
    for n, number in enumerate(numbers[:2]):
        put(doors, number, state="answered", answered_at=NOW + timedelta(minutes=n))
    with doors.database.read() as session:
        assert [case.number for case in answered_page(session, Desk("police"))] == [numbers[1], numbers[0]]
        assert answered_page(session, Desk("police"), 2) == []


def house(doors: Doors) -> Context:
    """As the app holds it."""
    return cast(Context, doors.app.state.context)


def test_the_next_case_is_the_soonest_due_that_nobody_has(doors: Doors) -> None:
    late, soon, taken, decided = doors.ask("A", "B", "C", "D")
    put(doors, late, state="at_desk", due_at=NOW + timedelta(hours=3))
    put(doors, soon, state="at_desk", due_at=NOW + timedelta(hours=2))
    put(doors, taken, state="at_desk", due_at=NOW, taken_by="second")
    put(doors, decided, state="at_desk", due_at=NOW, arbitration=True)

    assert [take_next(house(doors), CLERK) for _ in range(3)] == [soon, late, ""]
    with doors.database.read() as session:
        assert {session.get_one(Case, number).taken_by for number in (soon, late)} == {"clerk"}


def test_the_next_case_is_never_one_s_own_question(doors: Doors) -> None:
    numbers = doors.ask(*(f"R{n}" for n in range(ON_A_PAGE + 3)))
    for n, number in enumerate(numbers):
        put(doors, number, state="at_desk", due_at=NOW + timedelta(minutes=n), asked_by=CLERK.username)
    put(doors, numbers[-1], asked_by="asker")

    assert [take_next(house(doors), CLERK) for _ in range(2)] == [numbers[-1], ""], "however many of their own stand before it"
    assert take_next(house(doors), SECOND) == numbers[0]


def test_two_who_reach_at_once_get_two_cases(doors: Doors) -> None:
    for number in doors.ask("A", "B"):
        put(doors, number, state="at_desk")
    got: list[str] = []
    start = threading.Barrier(2)

    def reach(principal: Principal) -> None:
        start.wait()
        got.append(take_next(house(doors), principal))

    threads = [threading.Thread(target=reach, args=(principal,)) for principal in (CLERK, SECOND)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(set(got)) == 2
    assert all(got)
