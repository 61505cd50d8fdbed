"""The sample city's event queue: future births, weddings, deaths by day, and the people there are."""

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from sample.city import names, places
from sample.city.households import Registry
from sample.city.people import Change, Numbers, Person
from sample.city.places import Community


@dataclass(slots=True, eq=False, repr=False)
class Marriage:
    """One marriage, with names and numbers as they were on the day."""

    husband: Person
    wife: Person
    day: date
    names: tuple[str, str]
    numbers: tuple[str, str]
    ended: date | None = None
    why_ended: str = ""

    @property
    def couple(self) -> tuple[Person, Person]:
        """Both."""
        return self.husband, self.wife


@dataclass(frozen=True, slots=True)
class Adoption:
    """A child taken in by a couple."""

    child: Person
    father: Person
    mother: Person
    day: date


@dataclass(repr=False)
class Chronicle:
    """What has happened so far, and what is to come, in the order of its days."""

    rng: Random
    today: date
    communities: list[Community] = field(default_factory=places.communities)
    people: list[Person] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    adoptions: list[Adoption] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers, self.registry = Numbers(self.rng), Registry(self.rng)
        self.single_women: defaultdict[int, list[Person]] = defaultdict(list)
        self.married: dict[int, Marriage] = {}
        self._coming: list[tuple[date, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = 0

    def expect(self, day: date, event: Callable[..., None], *about: object) -> None:
        """Something will happen on that day, if that day has come yet."""
        if day <= self.today:
            self._order += 1
            heapq.heappush(self._coming, (day, self._order, event, about))

    def run(self) -> None:
        """Lets everything happen, in order; what happens may make more to be expected."""
        while self._coming:
            day, _, event, about = heapq.heappop(self._coming)
            event(*about, day)

    def person(self, sex: str, born: date, community: Community, surname: str = "", place: str = "") -> Person:
        """Somebody new, who will die one day."""
        name = (surname or names.surname(self.rng)) + names.given_name(self.rng, sex, born.year)
        number = self.numbers.issue(place or places.home_code(born.year), born, sex)
        person = Person(len(self.people) + 1, name, sex, born, number, community)
        self.people.append(person)
        return person
