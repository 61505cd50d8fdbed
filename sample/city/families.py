"""The sample city's families, day by day since 1950: founders, weddings, children, adoptions, divorces."""

from datetime import date

from sample.city import names, places
from sample.city.chronicle import Adoption, Chronicle, Marriage
from sample.city.partings import live, move_house
from sample.city.people import Person, later, some_day
from sample.city.places import Community

COUPLES = 3700
# Children per marriage, by the year it was made.
CHILDREN = ((1962, (2, 3, 3, 4, 5)), (1972, (2, 2, 3, 3)), (1981, (1, 2, 2)), (2014, (0, 1, 1, 1, 2)), (9999, (0, 1, 1, 2)))


def tell(city: Chronicle) -> None:
    """The whole story from the founders on."""
    for _ in range(COUPLES):
        city.expect(some_day(city.rng, city.rng.randrange(1950, 1973)), found_family, city)
    city.run()


def found_family(city: Chronicle, day: date) -> None:
    """A couple that was there when the chronicle begins."""
    rng, community = city.rng, city.rng.choice(city.communities)
    husband = city.person("male", later(rng, day, -27, -20), community)
    wife = city.person("female", later(rng, day, -25, -19), community)
    for person in (husband, wife):
        live(city, person, day)
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
    live(city, child, day)
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
    live(city, wife, day)
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
