"""The sample city's stories of bundles: the people each needs, found in the city, and the bundle ready to be asked."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sample.city.city import City
from sample.city.enterprises import Enterprise
from sample.city.households import Stay
from sample.city.papers import lost, on_paper_only
from sample.city.people import Person
from sample.city.stories import Story, subject

RECENT = date(2015, 1, 1)
UNIFIED = date(2015, 10, 1)  # since then every enterprise has one code


@dataclass(frozen=True, slots=True)
class BundleStory:
    """One story: who asks, the bundle as it is asked, and the community whose people know what no record has."""

    name: str
    asker: str
    asked: dict[str, Any]
    area: str = ""


def bundle_stories(city: City, others: Collection[Story]) -> dict[str, BundleStory]:
    """All of them by name; they share nobody with the `others`."""
    taken = {one["id_number"] for story in others for one in story.question["subjects"].values() if "id_number" in one}
    told = [next(_deposits(city, taken)), next(_filings(city, taken))]
    return {story.name: story for story in told}


def _deposits(city: City, taken: Collection[str]) -> Iterator[BundleStory]:
    """Somebody who died lately, with a child in the electronic registers and one whose household stands on no page any more."""
    children: dict[int, list[Person]] = {}
    changed = {change.person.id for change in city.chronicle.changes}
    for child in city.people:
        for parent in (child.father, child.mother):
            if parent and parent.died and parent.died >= RECENT and _plain(child, changed, taken) and not child.adopted:
                children.setdefault(parent.id, []).append(child)
    for parent in city.people:
        if parent.id in changed or parent.number in taken:
            continue
        lines = {child.id: _shared(child, parent) for child in children.get(parent.id, [])}
        known = [c for c in children.get(parent.id, []) if any(not on_paper_only(line) for line in lines[c.id])]
        gone = [c for c in children.get(parent.id, []) if _lost(lines[c.id])]
        if known and gone:
            yield _deposit(parent, known[0], gone[0], lines[gone[0].id][0])


def _deposit(parent: Person, known: Person, gone: Person, line: Stay) -> BundleStory:
    heirs = [{**subject(one), "details": {"relation": "son" if one.sex == "male" else "daughter"}} for one in (known, gone)]
    people = {"deceased": [subject(parent)], "heir": heirs}
    asked = {
        "kind": "deposit_of_deceased",
        "people": people,
        "purpose": "继承人申请支取已故存款人的小额存款",
        "reference": f"CK-{parent.id:06d}",
    }
    return BundleStory("deposit", "bank1", asked, line.household.community.area_code)


def _filings(city: City, taken: Collection[str]) -> Iterator[BundleStory]:
    """A defendant with a vehicle and a house, whose household is here, and an enterprise that exists."""
    held: dict[str, set[str]] = {}
    for holding in city.holdings:
        if holding.until is None and holding.since >= RECENT:
            held.setdefault(holding.number, set()).add(holding.item)
    changed = {change.person.id for change in city.chronicle.changes}
    firm = next(one for one in city.enterprises if _exists(one))
    for person in city.people:
        if _plain(person, changed, taken) and person.household and held.get(person.number, set()) >= {"vehicle", "real_estate"}:
            people = {"defendant": [subject(person)], "enterprise": [{"name": firm.name, "credit_code": firm.code}]}
            asked = {"kind": "court_filing", "people": people, "purpose": "借款合同纠纷立案", "reference": f"LA-{person.id:06d}"}
            yield BundleStory("court_filing", "court1", asked)


def _exists(firm: Enterprise) -> bool:
    return firm.closed is None and not firm.former and firm.founded >= UNIFIED


def _plain(person: Person, changed: Collection[int], taken: Collection[str]) -> bool:
    return person.here and person.died is None and person.id not in changed and person.number not in taken


def _shared(child: Person, parent: Person) -> list[Stay]:
    """The child's lines in households in which the parent stood at the same time."""
    return [
        line
        for line in child.stays
        if any(
            his.household is line.household and his.entered < (line.left or date.max) and line.entered < (his.left or date.max)
            for his in parent.stays
        )
    ]


def _lost(lines: list[Stay]) -> bool:
    return bool(lines) and all(on_paper_only(line) and lost(line) for line in lines)
