"""Ratings: only an answer is rated, by its asker's unit; the newest stands and every one is on the trail."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cases.case import Case
from cases.statistics.ratings import can_be_rated, rating_of
from cases.trail import trail
from requesters.own_cases import rating_forms
from storage.database import Database
from tests.kinds import once
from tests.rooms.county import YES
from tests.routes import Doors, open_doors

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def doors(database: Database) -> Doors:
    return open_doors(database, NOW, [rating_forms.router])


def answered(doors: Doors) -> str:
    (number,) = doors.ask("B-1")
    with doors.database.write() as session:
        case = session.get_one(Case, number)
        case.sqlmodel_update({"state": "answered", "finding": YES, "outcome": "confirmed", "source": "record", "answered_at": NOW})
        session.add(case)
    return number


def rate(doors: Doors, number: str, who: str = "asker", **marks: Any) -> Any:
    return doors.client(who).post(f"/api/v1/cases/{number}/rating", json={"timeliness": 5, "usefulness": 4, **marks})


def test_the_newest_rating_stands_and_each_is_on_the_trail(doors: Doors) -> None:
    number = answered(doors)
    first, second = rate(doors, number, note="quick"), rate(doors, number, usefulness=2)
    with doors.database.read() as session:
        kept = rating_of(session, number)
        lines = [(line.who, line.note, line.details) for line in trail.of_cases(session, [number]) if line.action == "rate"]

    assert (first.status_code, second.json()) == (200, {"number": number, "timeliness": 5, "usefulness": 2, "note": ""})
    assert kept is not None
    assert (kept.timeliness, kept.usefulness, kept.unit, kept.holder, kept.item) == (5, 2, "bank", "police", "kinship")
    assert lines == [
        ("asker", "quick", {"timeliness": 5, "usefulness": 4}),
        ("asker", "", {"timeliness": 5, "usefulness": 2}),
    ]


@once
@pytest.mark.parametrize("mark", [0, 6, "much", None])
def test_marks_go_from_one_to_five(doors: Doors, mark: Any) -> None:
    refused = rate(doors, answered(doors), timeliness=mark)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "timeliness")


def test_nothing_is_rated_before_it_is_answered(doors: Doors) -> None:
    (number,) = doors.ask("B-1")
    refused = rate(doors, number)
    with doors.database.read() as session:
        assert not can_be_rated(session.get_one(Case, number))

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "not_answered")


@pytest.mark.parametrize(("who", "status"), [("other", 404), ("clerk", 403), ("supervisor", 403)])
def test_nobody_rates_but_the_unit_that_asked(doors: Doors, who: str, status: int) -> None:
    assert rate(doors, answered(doors), who).status_code == status
