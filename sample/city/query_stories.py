"""People whose records can be looked up: a household, registrations, deeds; a marriage on paper alone; a birth to compare with."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sample.city.city import City
from sample.city.papers import ELECTRONIC_FROM
from sample.city.people import Person
from sample.city.stories import BANK, Story, subject

WED_BEFORE = ELECTRONIC_FROM["civil"]["marriage_record"]
GROWN, HOUSEHOLD = 26, 4  # years of age; people who stand in one household


def query_stories(city: City) -> dict[str, Story]:
    """All of them by name; no two share a person."""
    taken: set[int] = set()
    told = [
        _story("deeds", _first(_owners(city), taken), "property_register", "resources"),
        _story("household", _first(_households(city), taken), "household_page", "police"),
        _story("registrations", _first(_divorced(city), taken), "marriage_record", "civil"),
        _story("paper_marriage", _first(_wed_on_paper(city), taken), "marriage_record", "civil", machine="not_digitised"),
    ]
    child = _first(_children(city), taken)
    stated = {"mother": child.mother.name if child.mother else "", "father": child.father.name if child.father else ""}
    told.append(
        _story("stated_parents", child, "birth_record", "police", matter="close_relative_card", mode="compare", details=stated)
    )
    return {story.name: story for story in told}


def _story(name: str, person: Person, item: str, holder: str, machine: str = "confirmed", **asked: Any) -> Story:
    question: dict[str, Any] = {"item": item, "matter": "mortgage", "mode": "query", "subjects": {"person": subject(person)}}
    question |= {"purpose": "审核住房按揭贷款申请", "reference": f"AJ-{person.id:06d}", **asked}
    return Story(name, BANK, holder, question, machine)


def _first(people: Iterator[Person], taken: set[int]) -> Person:
    found = next(person for person in people if person.id not in taken)
    taken.add(found.id)
    return found


def _plain(city: City) -> Iterator[Person]:
    """Grown people who live here and kept name and number."""
    changed = {change.person.id for change in city.chronicle.changes}
    return (one for one in city.people if one.here and one.household and one.age(city.today) >= GROWN and one.id not in changed)


def _owners(city: City) -> Iterator[Person]:
    owners = {held.number for held in city.holdings if held.item == "real_estate" and held.until is None}
    return (one for one in _plain(city) if one.number in owners)


def _households(city: City) -> Iterator[Person]:
    return (one for one in _plain(city) if one.household and len(one.household.open) >= HOUSEHOLD)


def _divorced(city: City) -> Iterator[Person]:
    """Those who married since these registers became electronic, and divorced."""
    ended = (m for m in city.chronicle.marriages if m.why_ended == "离婚" and m.day.year >= WED_BEFORE)
    parted = {one.id for marriage in ended for one in marriage.couple}
    return (one for one in _plain(city) if one.id in parted)


def _wed_on_paper(city: City) -> Iterator[Person]:
    """Those whose marriage stands on paper alone, and who had no other."""
    old = (m for m in city.chronicle.marriages if m.day.year < WED_BEFORE and m.ended is None)
    plain, weddings = {one.id for one in _plain(city)}, Counter(one.id for m in city.chronicle.marriages for one in m.couple)
    return (m.husband for m in old if m.husband.id in plain and weddings[m.husband.id] == 1)


def _children(city: City) -> Iterator[Person]:
    """Those whose birth is on record, and whose parents kept their names too."""
    changed = {change.person.id for change in city.chronicle.changes}
    born = (one for one in _plain(city) if one.born.year >= ELECTRONIC_FROM["police"]["birth_record"] and not one.adopted)
    return (one for one in born if len(one.parents) == 2 and not {parent.id for parent in one.parents} & changed)
