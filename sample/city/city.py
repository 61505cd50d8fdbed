"""The sample city as a whole: built from a seed and a day, without clock or files, the same every time."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from sample.city import names, papers
from sample.city.chronicle import Chronicle
from sample.city.enterprises import Enterprise, found_enterprises
from sample.city.families import surname_of, tell
from sample.city.holdings import Holding, grant_holdings
from sample.city.papers import Page
from sample.city.people import Change, Person, later

TODAY = date(2026, 9, 1)
SEED = 20180425


@dataclass(repr=False)
class City:
    """Everything that is true in the city, whether or not any department has written it down."""

    today: date
    chronicle: Chronicle
    holdings: list[Holding] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """Living and dead."""
        return self.chronicle.people


def build(today: date = TODAY, seed: int = SEED) -> City:
    """The whole city; the same seed and day give the same city."""
    rng = Random(seed)  # noqa: S311  invented data, not secrets
    city = City(today, Chronicle(rng, today))
    tell(city.chronicle)
    change_identities(city.chronicle)
    city.holdings = grant_holdings(rng, city.chronicle)
    city.enterprises = found_enterprises(rng, city.people, today)
    city.pages = papers.write_pages(rng, city.chronicle)
    return city


def change_identities(chronicle: Chronicle) -> None:
    """Some people take another given name; some get another number, because theirs was given twice."""
    rng = chronicle.rng
    living = [person for person in chronicle.people if person.here and 1950 < person.born.year < 2005 and person.household]
    for place, person in enumerate(rng.sample(living, 180)):
        line = person.stays[-1]
        day = later(rng, max(line.entered, later(rng, person.born, 16, 16)), 0.1, 12)
        if day > chronicle.today:
            continue
        name, number = person.name, person.number
        if place % 3:
            person.name = surname_of(person) + names.given_name(rng, person.sex, person.born.year)
        else:
            person.number = chronicle.numbers.issue(number[:6], person.born, person.sex)
        if (person.name, person.number) != (name, number):
            chronicle.changes.append(Change(person, day, name, number, person.name, person.number))
            chronicle.registry.rewrite(person, day, "姓名变更" if person.name != name else "公民身份号码更正")
