"""The people sample questions can be about, sorted by what can be asked of them."""

from dataclasses import dataclass, field
from random import Random

from sample.city.chronicle import Marriage
from sample.city.enterprises import Enterprise
from sample.city.holdings import Holding
from sample.city.people import Person
from sample.city.truth import Truth

HELD_IN = {
    "birth_record": "birth", "property_register": "real_estate", "vehicle_record": "vehicle", "insured_periods": "social_insurance",
    "housing_fund_record": "housing_fund",
}  # fmt: skip
DIED_LATELY = 3  # years within which heirs come to the bank


@dataclass(repr=False)
class Pool:
    """People to ask about, drawn by chance."""

    truth: Truth
    rng: Random
    living: list[Person] = field(default_factory=list)
    natives: list[Person] = field(default_factory=list)
    migrants: list[Person] = field(default_factory=list)
    dead: list[Person] = field(default_factory=list)
    gone: list[Person] = field(default_factory=list)
    changed: list[Person] = field(default_factory=list)
    parted: list[Person] = field(default_factory=list)
    _entries: dict[str, list[Holding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        people, today = self.truth.city.people, self.truth.city.today
        self.living = [one for one in people if one.here]
        self.natives = [one for one in self.living if one.household]
        self.migrants = [one for one in self.living if not one.stays]
        self.dead = [one for one in people if one.died]
        self.lately = [one for one in self.dead if one.died and one.died.year >= today.year - DIED_LATELY]
        self.gone = [one for one in people if one.gone]
        self.parted = [
            one for marriage in self.truth.city.chronicle.marriages if marriage.why_ended == "离婚" for one in marriage.couple
        ]
        self.changed = [change.person for change in self.truth.city.chronicle.changes]
        self.by_age: dict[int, list[Person]] = {}
        for one in self.living:
            self.by_age.setdefault(one.age(today), []).append(one)

    def aged(self, least: int, most: int) -> Person:
        """Somebody living of such an age."""
        while not (these := self.by_age.get(self.rng.randint(least, most))):
            pass
        return self.rng.choice(these)

    def anybody(self) -> Person:
        """Anybody: mostly the living, at times a migrant, one who died, left or divorced, or whose papers changed."""
        kinds = (self.natives, self.migrants, self.dead, self.gone, self.changed, self.parted)
        return self.rng.choice(self.rng.choices(kinds, (50, 12, 14, 4, 10, 10))[0])

    def holder(self, item: str) -> Person:
        """Somebody who holds or held an entry in this register."""
        return self.truth.owners[self.rng.choice(self.entries(item)).number]

    def entries(self, item: str) -> list[Holding]:
        """All entries of a register."""
        if not self._entries:
            for holding in self.truth.city.holdings:
                self._entries.setdefault(holding.item, []).append(holding)
        return self._entries[item]

    def like(self, item: str) -> Person | Enterprise:
        """Somebody of whom the register of a query may have a record."""
        register = HELD_IN.get(item)
        if item == "enterprise_register":
            return self.firm()
        return self.holder(register) if register else self.anybody()

    def firm(self) -> Enterprise:
        """Any enterprise."""
        return self.rng.choice(self.truth.city.enterprises)

    def marriages(self, person: Person) -> list[Marriage]:
        """Somebody's marriages, oldest first."""
        return self.truth.marriages.get(person.id, [])

    def kin(self, person: Person, relation: str) -> list[Person]:
        """All who are this to the person."""
        men = {"father": True, "son": True, "mother": False, "daughter": False}.get(relation)
        return [one for one in self._kin(person, relation) if men is None or (one.sex == "male") == men]

    def _kin(self, person: Person, relation: str) -> list[Person]:
        if relation in ("father", "mother"):
            return list(person.parents)
        if relation in ("son", "daughter"):
            return person.children
        if relation == "spouse":
            return [m.wife if m.husband is person else m.husband for m in self.marriages(person)]
        if relation == "sibling":
            return [child for parent in person.parents for child in parent.children if child is not person]
        if relation == "grandparent":
            return [elder for parent in person.parents for elder in parent.parents]
        return [younger for child in person.children for younger in child.children]
