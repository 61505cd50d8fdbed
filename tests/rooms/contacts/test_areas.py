"""Towns and communities: added, renamed, retired with their people, brought back, and all of it noted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from contacts.roster import areas, roster
from contacts.roster.history import history
from contacts.roster.roster import ContactEntry
from storage.database import Database
from storage.problem import RosterProblem
from tests.kinds import once
from tests.rooms.contacts.city import NOW, SECRETARY

TOWN, CODE = "330782001", "330782001001"
ENTRY = {"area_code": CODE, "area_name": "丹溪社区", "kind": "community", "parent": TOWN}
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        areas.add(session, {"area_code": TOWN, "area_name": "稠城街道", "kind": "town"}, "keeper", NOW)
        areas.add(session, ENTRY, "keeper", NOW)
        yield session


def told(session: Session, code: str = CODE) -> list[tuple[str, str, str, str]]:
    return [(line.what, line.field, line.before, line.after) for line in areas.history(session, code)]


def test_a_new_area_is_noted_field_by_field(session: Session) -> None:
    assert told(session) == [("add", "name", "", "丹溪社区"), ("add", "parent", "", TOWN), ("add", "kind", "", "community")]
    assert [area.code for area in areas.towns(session)] == [TOWN]


@once
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"area_code": "import"}, "area_code"),  # a word in the addresses of the keepers' pages
        ({"area_code": "a/1"}, "area_code"),
        ({"area_code": ""}, "area_code"),
        ({"area_code": CODE}, "area_code"),
        ({"area_code": "9", "area_name": " "}, "area_name"),
        ({"area_code": "9"}, "area_name"),  # the same name in the same town
        ({"area_code": "9", "area_name": "新", "kind": "county"}, "kind"),
        ({"area_code": "9", "area_name": "新", "parent": ""}, "parent"),
        ({"area_code": "9", "area_name": "新", "parent": CODE}, "parent"),
    ],
)
def test_what_cannot_be_an_area_is_refused_by_field(session: Session, change: dict[str, str], field: str) -> None:
    with pytest.raises(RosterProblem) as refused:
        areas.add(session, {**ENTRY, **change}, "keeper", NOW)

    assert refused.value.field == field


def test_a_renamed_area_remembers_its_name(session: Session) -> None:
    areas.change(session, CODE, {"area_name": "新丹溪社区", "parent": TOWN}, "other", LATER)

    assert told(session)[3:] == [("change", "name", "丹溪社区", "新丹溪社区")]
    assert areas.named(session, "新丹溪社区").code == areas.named(session, f" {CODE} ").code == CODE


def test_a_retired_community_takes_its_people_off_and_is_offered_no_more(session: Session) -> None:
    contact = roster.add(session, ContactEntry(area=CODE, name="金书记", phone=SECRETARY), "keeper", NOW)

    assert areas.retire(session, CODE, "keeper", LATER) == 1
    assert roster.serving(session, CODE, LATER) == []
    assert [(line.who, line.what) for line in history(session, contact.id or 0) if line.at == LATER] == [("keeper", "remove")]
    with pytest.raises(RosterProblem, match="area"):
        roster.add(session, ContactEntry(area=CODE, name="新书记"), "keeper", LATER)
    with pytest.raises(RosterProblem, match="area"):
        areas.named(session, CODE)
    with pytest.raises(RosterProblem, match="area"):
        roster.restore(session, contact.id or 0, "keeper", LATER)


def test_a_community_comes_back_and_its_people_one_by_one(session: Session) -> None:
    contact = roster.add(session, ContactEntry(area=CODE, name="金书记", phone=SECRETARY), "keeper", NOW)
    areas.retire(session, CODE, "keeper", LATER)
    areas.restore(session, CODE, "keeper", LATER)

    assert roster.serving(session, CODE, LATER) == []
    roster.restore(session, contact.id or 0, "keeper", LATER)
    assert [one.name for one in roster.serving(session, CODE, LATER)] == ["金书记"]
    assert told(session)[3:] == [("retire", "in_use", "true", "false"), ("restore", "in_use", "false", "true")]


def test_a_town_in_use_is_not_retired_and_its_communities_need_it(session: Session) -> None:
    with pytest.raises(RosterProblem) as refused:
        areas.retire(session, TOWN, "keeper", LATER)
    assert refused.value.params == {"count": 1}

    areas.retire(session, CODE, "keeper", LATER)
    areas.retire(session, TOWN, "keeper", LATER)
    with pytest.raises(RosterProblem, match="parent"):
        areas.restore(session, CODE, "keeper", LATER)


def test_somebody_moves_up_in_the_order_of_asking(session: Session) -> None:
    entries = [ContactEntry(area=CODE, name=name, place_in_order=place) for name, place in (("甲", 1), ("乙", 3), ("丙", 3))]
    first, _second, third = roster.add_all(session, entries, "keeper", NOW)
    roster.move_up(session, third.id or 0, "keeper", NOW)
    roster.move_up(session, first.id or 0, "keeper", NOW)

    assert [(one.name, one.place_in_order) for one in roster.serving(session, CODE, NOW)] == [("甲", 1), ("丙", 2), ("乙", 3)]
