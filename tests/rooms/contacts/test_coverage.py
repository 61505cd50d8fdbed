"""Coverage: how each community can be reached today, how sure the numbers are, and what that costs the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from contacts.roster import people, roster
from contacts.roster.contact_status import FRESH, NumberState, contact_statuses, number_state
from contacts.roster.coverage import Reach, county, coverage_of
from contacts.roster.people import PeopleFilter
from contacts.roster.roster import Area, Contact, ContactEntry
from storage.database import Database
from tests.rooms.contacts.city import NOW

TOWN, HERE, THERE = "330782001", "330782001001", "330782001002"
MOBILE, LANDLINE = "13900010011", "85230011"
OLD = NOW - FRESH


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        session.add(Area(code=TOWN, name="稠城街道", kind="town"))
        session.flush()
        session.add_all(Area(code=code, name=name, parent=TOWN) for code, name in ((HERE, "丹溪社区"), (THERE, "胜利社区")))
        session.flush()
        yield session


def person(
    session: Session, phone: str = MOBILE, since: datetime = NOW, verified: datetime | None = None, **fields: Any
) -> Contact:
    """Somebody of the first community whose number was written down and proven on these days."""
    entry = {"area": HERE, "name": f"人{len(contact_statuses(session, NOW))}", "phone": phone, **fields}
    contact = roster.add(session, ContactEntry.model_validate(entry), "keeper", NOW)
    contact.phone_since, contact.verified_at = since, verified
    session.flush()
    return contact


@pytest.mark.parametrize(
    ("phone", "fault", "since", "verified", "state"),
    [
        ("", "", NOW, None, "none"),
        (MOBILE, "30005", NOW, NOW, "refused"),
        (MOBILE, "stop", NOW, NOW, "stopped"),
        (LANDLINE, "", NOW, None, "landline"),
        (MOBILE, "", OLD + timedelta(seconds=1), None, "unverified"),
        (MOBILE, "", OLD, None, "stale"),
        (MOBILE, "", OLD, OLD + timedelta(days=1), "verified"),
        (MOBILE, "", OLD - timedelta(days=100), OLD, "stale"),
    ],
)
def test_a_number_is_as_good_as_what_is_known_of_it(
    session: Session, phone: str, fault: str, since: datetime, verified: datetime | None, state: str
) -> None:
    contact = person(session, phone, since, verified)
    contact.phone_fault = fault
    session.flush()

    assert number_state(contact, NOW) == NumberState(state)
    assert [one.number for one in contact_statuses(session, NOW)] == [state]


def test_the_best_number_of_anybody_in_office_decides(session: Session) -> None:
    marks = [_mark(session)]
    for phone, since, verified in ((LANDLINE, NOW, None), (MOBILE, OLD, None), (MOBILE, NOW, None), (MOBILE, OLD, NOW)):
        person(session, phone, since, verified)
        marks.append(_mark(session))

    assert marks == ["nobody", "ring", "stale", "unverified", "good"]


def _mark(session: Session) -> Reach:
    return coverage_of(session, [session.get_one(Area, HERE)], NOW)[0].reach


def test_who_is_away_or_gone_reaches_nobody(session: Session) -> None:
    person(session, verified=NOW, away_until=date(2026, 3, 3))
    person(session, verified=NOW, left_on=date(2026, 3, 2))
    (one,) = coverage_of(session, [session.get_one(Area, HERE)], NOW)

    assert (one.contacts, one.serving, one.reachable, one.reach) == (2, 0, 0, Reach.NOBODY)


def test_the_county_is_told_by_town_and_leaves_out_what_was_retired(session: Session) -> None:
    person(session, verified=NOW)
    session.add(Area(code="9", name="散社区"))
    session.get_one(Area, THERE).retired_at = NOW
    session.flush()
    whole = county(session, NOW)

    assert [(one.area and one.area.name, [c.area.name for c in one.communities]) for one in whole.towns] == [
        ("稠城街道", ["丹溪社区"]),
        (None, ["散社区"]),
    ]
    assert (dict(whole.counts), dict(whole.numbers)) == ({Reach.GOOD: 1, Reach.NOBODY: 1}, {NumberState.VERIFIED: 1})


def test_people_are_listed_by_what_their_numbers_lack(session: Session) -> None:
    good, old, fresh, fixed = (
        person(session, verified=NOW),
        person(session, "13900010012", OLD),
        person(session, "13900010013"),
        person(session, LANDLINE),
    )
    away = person(session, "13900010014", away_until=date(2026, 4, 1))

    def shown(**wanted: Any) -> list[int]:
        return [one.id for one, _ in people.listed(session, PeopleFilter(**wanted), NOW).rows]

    assert shown(number="stale") == [old.id]
    assert shown(number="unsure") == [old.id, fresh.id, away.id]
    assert shown(number="landline") == [fixed.id]
    assert shown(away=True) == [away.id]
    assert shown(town=TOWN) == [good.id, old.id, fresh.id, fixed.id, away.id]
    assert shown(town="1") == []


def test_the_next_number_to_check_goes_around_and_ends(session: Session) -> None:
    first, _proven, third = (
        person(session),
        person(session, "13900010012", verified=NOW),
        person(session, "13900010013", area=THERE),
    )

    def after(contact: Contact | None) -> int | None:
        found = people.next_to_prove(session, (contact.id or 0) if contact else 0, NOW)
        return found and found.id

    assert (after(None), after(first), after(third)) == (first.id, third.id, first.id)
    roster.verify(session, third.id or 0, "keeper", NOW)
    assert after(first) is None


@pytest.mark.parametrize("words", ["吴书", "139 0001 0011", "+8613900010011", "0011", "１３９０００１００１１"])
def test_somebody_is_found_by_name_or_number(session: Session, words: str) -> None:
    person(session, "13900010012")
    wanted = person(session, name="吴书记")

    assert [(one.id, area) for one, area in people.search(session, words, NOW).rows] == [(wanted.id, "丹溪社区")]


@pytest.mark.parametrize("words", ["%", "_", "011", "吴记"])
def test_words_that_fit_nobody_find_nobody(session: Session, words: str) -> None:
    person(session, name="吴书记")

    assert people.search(session, words, NOW).rows == []


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    said: list[str] = []
    engine = session.get_bind().engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def test_a_larger_county_costs_no_more_queries(session: Session) -> None:
    """Twice two queries for five people and for fifty."""
    for n in range(5):
        person(session, f"1390002{n:04}")
    with counted(session) as few:
        county(session, NOW)
        people.listed(session, PeopleFilter(town=TOWN), NOW)
    for n in range(45):
        person(session, f"1390003{n:04}", area=THERE)
    with counted(session) as many:
        county(session, NOW)
        people.listed(session, PeopleFilter(town=TOWN), NOW)

    assert (len(few), len(many)) == (4, 4)
