"""The chronicle of the city's families: births, marriages, divorces, moves and deaths, day by day since 1950."""

import heapq
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from deploy.sample import names, places
from deploy.sample.households import Registry
from deploy.sample.people import Change, Numbers, Person, later, some_day
from deploy.sample.places import Community

COUPLES = 3700
# Children per marriage, by the year it was made.
CHILDREN = ((1962, (2, 3, 3, 4, 5)), (1972, (2, 2, 3, 3)), (1981, (1, 2, 2)), (2014, (0, 1, 1, 1, 2)), (9999, (0, 1, 1, 2)))


@dataclass(slots=True, eq=False)
class Marriage:
    """One marriage, with names and numbers as they were on the day."""

    husband: Person
    wife: Person
    day: date
    names: tuple[str, str]
    numbers: tuple[str, str]
    ended: date | None = None
    why_ended: str = ""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A child taken in by a couple."""

    child: Person
    father: Person
    mother: Person
    day: date


@dataclass
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

    def expect(self, day: date, event: Callable[..., None], *about: Any) -> None:
        """Something will happen on that day, if that day has come yet."""
        if day <= self.today:
            self._order += 1
            heapq.heappush(self._coming, (day, self._order, event, about))

    def run(self) -> None:
        """Lets everything happen, in order."""
        for _ in range(COUPLES):
            self.expect(some_day(self.rng, self.rng.randrange(1950, 1973)), found_family, self)
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

    def live(self, person: Person, since: date) -> None:
        """Death comes after that day, mostly at a great age."""
        span = self.rng.gauss(79, 10) if self.rng.random() > 0.06 else self.rng.uniform(0.5, 60)
        day = later(self.rng, person.born, span, span + 1)
        self.expect(day if day > since else later(self.rng, since, 0.5, 30), die, self, person)


def found_family(city: Chronicle, day: date) -> None:
    """A couple that was there when the chronicle begins."""
    rng, community = city.rng, city.rng.choice(city.communities)
    husband = city.person("male", later(rng, day, -27, -20), community)
    wife = city.person("female", later(rng, day, -25, -19), community)
    for person in (husband, wife):
        city.live(person, day)
    wed(city, husband, wife, day)


def wed(city: Chronicle, husband: Person, wife: Person, day: date) -> None:
    """Marries them: a household of their own, children to come, perhaps a divorce."""
    rng = city.rng
    record = Marriage(husband, wife, day, (husband.name, wife.name), (husband.number, wife.number))
    city.marriages.append(record)
    city.married[husband.id] = city.married[wife.id] = record
    husband.spouse, wife.spouse = wife, husband
    home = husband.household
    if home is None or home.head is not husband:
        city.registry.leave(husband, day, "分户")
        there = rng.choice(city.communities) if rng.random() < 0.25 else husband.community
        home = city.registry.found(husband, there)
        city.registry.enter(husband, home, day, "分户")
    city.registry.leave(wife, day, "结婚迁出")
    city.registry.enter(wife, home, day, "结婚迁入")
    expect_children(city, husband, wife, day)
    if rng.random() < (0.012 if day.year < 1985 else 0.09):
        city.expect(later(rng, day, 2, 18), divorce, city, record)
    if rng.random() < 0.14:
        city.expect(later(rng, day, 3, 30), move_house, city, husband)


def expect_children(city: Chronicle, husband: Person, wife: Person, day: date) -> None:
    """As many children as couples had in those years; some of the childless adopt."""
    counts = next(counts for until, counts in CHILDREN if day.year <= until)
    due = day
    wanted = city.rng.choice(counts)
    for _ in range(wanted):
        due = later(city.rng, due, 0.9, 3.5)
        city.expect(due, bear, city, husband, wife)
    if wanted == 0 and city.rng.random() < 0.3:
        city.expect(later(city.rng, day, 4, 9), adopt, city, husband, wife)


def bear(city: Chronicle, father: Person, mother: Person, day: date) -> None:
    """A child is born into the parents' household."""
    home = mother.household
    if not (father.here and mother.here and father.spouse is mother and home) or mother.age(day) > 46:
        return
    child = city.person(city.rng.choice(("male", "female")), day, home.community, surname_of(father))
    child.father, child.mother = father, mother
    settle_child(city, child, day, "出生")


def settle_child(city: Chronicle, child: Person, day: date, why: str) -> None:
    """Writes the child into the household and into the years to come."""
    city.live(child, day)
    for parent in child.parents:
        parent.children.append(child)
    mother = child.mother
    if mother and mother.household:
        city.registry.enter(child, mother.household, day, why)
    if child.sex == "male":
        city.expect(later(city.rng, child.born, 21, 30), court, city, child)
    else:
        city.single_women[child.born.year].append(child)
        city.expect(later(city.rng, child.born, 24, 34), marry_away, city, child)


def surname_of(person: Person) -> str:
    """The family's name, of one character or two."""
    return person.name[:2] if person.name[:2] in names.COMPOUND else person.name[0]


def adopt(city: Chronicle, father: Person, mother: Person, day: date) -> None:
    """A childless couple takes in a child born elsewhere."""
    if not (father.here and mother.here and father.spouse is mother and mother.household) or mother.children:
        return
    born = later(city.rng, day, -3, -0.1)
    place, _ = places.neighbour(city.rng, born.year)
    child = city.person(city.rng.choice(("male", "female")), born, mother.community, surname_of(father), place)
    child.father, child.mother, child.adopted = father, mother, True
    city.adoptions.append(Adoption(child, father, mother, day))
    settle_child(city, child, day, "收养")


def court(city: Chronicle, man: Person, day: date) -> None:
    """Looks for a wife in the city; else marries somebody from a county nearby."""
    if man.here and man.spouse is None:
        wed(city, man, find_wife(city, man, day) or newcomer(city, day, man.community), day)


def find_wife(city: Chronicle, man: Person, day: date) -> Person | None:
    """A single woman of about his age who is no sister of his, if he meets one."""
    for _ in range(4):
        women = city.single_women[man.born.year + city.rng.choice((-1, 0, 0, 1, 1, 2, 3))]
        if women:
            place = city.rng.randrange(len(women))
            wife = women[place]
            if not (wife.here and wife.spouse is None):
                women[place] = women[-1]
                women.pop()
            elif wife.age(day) >= 20 and not set(wife.parents) & set(man.parents):
                return wife
    return None


def newcomer(city: Chronicle, day: date, community: Community) -> Person:
    """A woman of twenty and some years from a county nearby."""
    born = later(city.rng, day, -27, -20.1)
    wife = city.person("female", born, community, place=places.neighbour(city.rng, born.year)[0])
    city.live(wife, day)
    return wife


def marry_away(city: Chronicle, woman: Person, day: date) -> None:
    """A woman still unmarried finds a husband elsewhere and leaves the register."""
    if woman.here and woman.spouse is None and city.rng.random() < 0.6:
        city.registry.leave(woman, day, "结婚迁出")
        woman.gone = True


def divorce(city: Chronicle, record: Marriage, day: date) -> None:
    """They part: she founds a household, with the youngest child or alone."""
    husband, wife = record.husband, record.wife
    if not (husband.here and wife.here and husband.spouse is wife):
        return
    record.ended, record.why_ended = day, "离婚"
    minors = [child for child in wife.children if child.here and child.age(day) < 18 and child.household is wife.household]
    husband.spouse = wife.spouse = None
    city.registry.leave(wife, day, "分户")
    home = city.registry.found(wife, city.rng.choice(city.communities))
    city.registry.enter(wife, home, day, "分户")
    if minors and city.rng.random() < 0.5:
        city.registry.leave(minors[-1], day, "随母迁出")
        city.registry.enter(minors[-1], home, day, "随母迁入")
    if city.rng.random() < 0.5:
        city.expect(later(city.rng, day, 1, 6), court, city, husband)


def move_house(city: Chronicle, head: Person, day: date) -> None:
    """A household goes to live in another community."""
    home = head.household
    if home and home.head is head:
        there = city.rng.choice(city.communities)
        if there is not home.community:
            city.registry.move(home, there, day)


def die(city: Chronicle, person: Person, day: date) -> None:
    """The line is closed, the marriage ends, a widowed parent may join a son."""
    if person.gone:
        return
    person.died = day
    partner = person.spouse
    if partner:
        partner.spouse = person.spouse = None
        record = city.married[person.id]
        record.ended, record.why_ended = day, "丧偶"
    city.registry.leave(person, day, "死亡")
    if partner and partner.here and partner.age(day) > 60:
        join_child(city, partner, day)


def join_child(city: Chronicle, parent: Person, day: date) -> None:
    """The widowed parent moves in with a child who has a household."""
    homes = [child for child in parent.children if child.here and child.household and child.household.head is child]
    alone = parent.household is not None and len(parent.household.open) == 1
    if homes and alone and city.rng.random() < 0.5:
        home = city.rng.choice(homes).household
        assert home is not None
        city.registry.leave(parent, day, "投靠子女")
        city.registry.enter(parent, home, day, "投靠子女")
