"""Household registers: who stood in which household, in what relation to its head, from when to when."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from sample.city.people import Person
from sample.city.places import COUNTY, Community, address

HEAD = "户主"


@dataclass(slots=True, eq=False, repr=False)
class Stay:
    """One line of the register: a person in a household, as written then. A new head closes all lines and opens new ones."""

    household: "Household"
    person: Person
    name: str
    number: str
    relation: str
    entered: date
    why_in: str
    left: date | None = None
    why_out: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Household:
    """One household at one address, with the lines open today."""

    number: str
    community: Community
    address: str
    head: Person
    open: dict[int, Stay] = field(default_factory=dict)


def relation(head: Person, person: Person) -> str:
    """What the register calls this person, seen from the head."""
    men = person.sex == "male"
    if person is head:
        return HEAD
    if head.spouse is person:
        return "妻" if men is False else "夫"
    if head in person.parents:
        return ("养子" if men else "养女") if person.adopted else ("子" if men else "女")
    if person in head.parents:
        return "父亲" if men else "母亲"
    return _farther(head, person, men)


def _farther(head: Person, person: Person, men: bool) -> str:
    if set(head.parents) & set(person.parents):
        return "兄弟" if men else "姐妹"
    if any(person in parent.parents for parent in head.parents):
        return "祖父" if men else "祖母"
    if any(head in parent.parents for parent in person.parents):
        return "孙子" if men else "孙女"
    if head.spouse and person in head.spouse.parents:
        return "配偶父母"
    if head.spouse and head.spouse in person.parents:
        return "继子" if men else "继女"
    return "其他亲属"


class Registry:
    """Opens and closes the lines of all households."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.households: list[Household] = []
        self.stays: list[Stay] = []

    def found(self, head: Person, community: Community) -> Household:
        """A new household of this head, empty yet."""
        number = f"{COUNTY}{community.code:03d}{len(self.households) + 1:06d}"
        household = Household(number, community, address(self._rng, community), head)
        self.households.append(household)
        return household

    def enter(self, person: Person, household: Household, day: date, why: str) -> None:
        """Opens the person's line."""
        line = Stay(household, person, person.name, person.number, relation(household.head, person), day, why)
        household.open[person.id] = line
        self.stays.append(line)
        person.stays.append(line)
        person.household, person.community = household, household.community

    def leave(self, person: Person, day: date, why: str) -> None:
        """Closes the person's line; where the head leaves, the household gets another."""
        household = person.household
        if household is None:
            return
        self._close(household.open.pop(person.id), day, why)
        person.household = None
        if household.head is person and household.open:
            self._new_head(household, day)

    def rewrite(self, person: Person, day: date, why: str) -> None:
        """Closes and opens the person's line again, as when a name or number changed."""
        household = person.household
        if household is not None:
            self._close(household.open.pop(person.id), day, why)
            self.enter(person, household, day, why)

    def move(self, household: Household, community: Community, day: date) -> None:
        """The whole household goes to another community and gets another number."""
        people = [line.person for line in household.open.values()]
        for person in people:
            self._close(household.open.pop(person.id), day, "迁出")
        target = self.found(household.head, community)
        for person in people:
            self.enter(person, target, day, "迁入")

    def _new_head(self, household: Household, day: date) -> None:
        people = [line.person for line in household.open.values()]
        widow = [person for person in people if person.spouse is None and household.head in {c.father for c in person.children}]
        household.head = (widow or sorted(people, key=lambda person: person.born))[0]
        for person in people:
            self._close(household.open.pop(person.id), day, "户主变更")
            self.enter(person, household, day, "户主变更")

    def _close(self, line: Stay, day: date, why: str) -> None:
        line.left, line.why_out = day, why
