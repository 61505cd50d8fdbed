"""The promise rests on what really happened lately, and says so where nothing did."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, update

from cases.case import Case
from cases.lifecycle import State
from requesters.ask.promise import ENOUGH, FEW, Promise, promise
from tests.rooms.county import County, counted
from tests.routes import RULEBOOK

KINSHIP = RULEBOOK.catalogue.item("kinship")


def promised(county: County, urgent: bool = False, year: int | None = None) -> Promise:
    with county.database.read() as session:
        return promise(session, KINSHIP, urgent, year, county.now, RULEBOOK)


def answered(county: County, count: int, seconds: float, **change: Any) -> None:
    """So many cases, each answered after so many seconds."""
    numbers = county.asked_into(State.ANSWERED, count)
    at = county.now + timedelta(seconds=seconds)
    first = {"first_answered_at": at, "first_source": change.get("source", "record")}
    with county.database.write() as session:
        session.connection().execute(update(Case).where(col(Case.number).in_(numbers)).values(answered_at=at, **first, **change))


def test_where_nothing_was_answered_nothing_is_told_but_the_deadline(county: County) -> None:
    told = promised(county)

    assert (told.answered, told.machine_seconds, told.person_seconds, told.on_time, told.by_machine) == (0, None, None, None, False)
    assert told.due == RULEBOOK.calendar.add_office_minutes(county.now, KINSHIP.deadline.office_minutes).at


def test_machine_and_people_are_told_apart(county: County) -> None:
    """Thirty by machine in a second, ten by a person in an hour, one of those late."""
    answered(county, 30, 1.0)
    answered(county, 9, 3600, source="archive")
    answered(county, 1, 3600, source="community", due_at=county.now)
    county.later(hours=2)
    told = promised(county)

    assert (told.answered, told.days, told.machine_share, told.by_machine) == (40, 7, 0.75, True)
    assert told.machine_seconds == pytest.approx(1.0, rel=0.07)
    assert told.person_seconds == pytest.approx(3600, rel=0.07)
    assert told.on_time == pytest.approx(39 / 40)


def test_a_few_answers_tell_no_share(county: County) -> None:
    answered(county, FEW - 1, 1.0)
    assert not promised(county).tells
    answered(county, 1, 1.0)
    county.later(minutes=1)
    assert promised(county).tells


def test_a_week_with_little_in_it_is_not_enough(county: County) -> None:
    answered(county, ENOUGH - 1, 1.0)
    county.later(days=10)

    assert (promised(county).answered, promised(county).days) == (ENOUGH - 1, 30)


def test_a_year_before_the_records_is_a_person_s(county: County) -> None:
    answered(county, ENOUGH, 1.0)
    county.later(hours=2)
    early, late = promised(county, year=KINSHIP.electronic_from - 1), promised(county, year=KINSHIP.electronic_from)  # type: ignore[operator]  # kinship has one

    assert (early.before_records, early.by_machine, late.before_records, late.by_machine) == (True, False, False, True)


def test_urgent_is_sooner_and_the_day_is_named(county: County) -> None:
    """Nine in the morning: seven office hours end today, two before noon; in the afternoon the first ends tomorrow."""
    plain, urgent = promised(county), promised(county, urgent=True)
    county.later(hours=6)
    later, friday = promised(county), county.later(days=4)

    assert urgent.due < plain.due
    assert (urgent.day, later.day) == ("today", "tomorrow")
    assert friday.isoweekday() == 5
    assert promised(county).day == ""


def test_the_promise_costs_the_same_whatever_was_answered(county: County) -> None:
    def statements(count: int) -> int:
        answered(county, count, 1.0)
        with counted(county.database) as seen:
            promised(county)
        return len(seen)

    county.later(hours=-2)
    answered(county, ENOUGH, 1.0)
    county.later(hours=2)
    assert statements(1) == statements(50)
