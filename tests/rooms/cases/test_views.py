"""What a look leaves on the trail: a line each, one for the parts of a page, and one an hour for a page that stays open."""

from collections.abc import Callable
from datetime import datetime

from access.principal import Principal
from cases.case import Case
from cases.lifecycle import State
from cases.views import record_following, record_part, record_view
from storage.database import Database
from tests.kinds import once
from tests.rooms.county import settle

READER = Principal("asker", "asker甲", "bank", frozenset({"asker"}), "zh")


@once
def test_an_open_page_leaves_a_line_an_hour_and_its_parts_none_of_their_own(database: Database) -> None:
    county = settle(database)
    case = county.case(county.asked_into(State.ANSWERED)[0])

    def since(record: Callable[[Database, Case, Principal, datetime], None]) -> list[str]:
        before = len(county.actions(case.number))
        record(database, case, READER, county.now)
        return county.actions(case.number)[before:]

    assert since(record_part) == ["look"]
    assert since(record_part) == since(record_following) == []
    county.later(minutes=11)
    assert (since(record_following), since(record_following)) == (["follow"], [])
    county.later(minutes=50)
    assert since(record_following) == []
    county.later(minutes=11)
    assert (since(record_following), since(record_view)) == (["follow"], ["look"])


@once
def test_each_area_whose_people_are_looked_at_leaves_a_line_that_names_it(database: Database) -> None:
    county = settle(database)
    number = county.asked_into(State.ANSWERED)[0]
    case = county.case(number)
    record_view(database, case, READER, county.now)
    for area in ("330782001001", "330782001002", "330782001001", ""):
        record_part(database, case, READER, county.now, area)
    county.later(minutes=11)
    record_part(database, case, READER, county.now, "330782001001")

    looks = [line.details.get("area", "") for line in county.trail(number) if line.action == "look"]
    assert looks == ["", "330782001001", "330782001002", "330782001001"]
