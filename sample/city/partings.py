"""Moves, deaths and widowed people who join a child, in the sample city's families."""

from datetime import date

from sample.city.chronicle import Chronicle
from sample.city.people import Person, later


def live(city: Chronicle, person: Person, since: date) -> None:
    """Death comes after that day, mostly at a great age."""
    span = city.rng.gauss(79, 10) if city.rng.random() > 0.06 else city.rng.uniform(0.5, 60)
    day = later(city.rng, person.born, span, span + 1)
    city.expect(day if day > since else later(city.rng, since, 0.5, 30), die, city, person)


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
