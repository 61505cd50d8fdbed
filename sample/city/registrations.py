"""What was registered on a day, with the names and numbers of that day: births, marriages, divorces; and who shares a household."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sample.city.chronicle import Chronicle, Marriage
from sample.city.households import HEAD, Stay
from sample.city.people import Change, Person, form_at

OFFICE = "义乌市民政局婚姻登记处"
MARRIED, DIVORCED = "结婚登记", "离婚登记"
Couple = tuple[tuple[str, str], tuple[str, str]]  # husband and wife, each with number and name


@dataclass(frozen=True, slots=True)
class Birth:
    """One entry in the register of births; a number as it is written on the day of the entry."""

    number: str
    name: str
    sex: str
    born: date
    mother: tuple[str, str]
    father: tuple[str, str]  # both empty where none is entered
    certificate: str


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration of a marriage, or of its divorce."""

    event: str
    day: date
    couple: Couple
    certificate: str


def called_on(person: Person, day: date, changes: Mapping[int, Change]) -> tuple[str, str]:
    """Number (in the form of that day) and name that somebody had on a day."""
    change = changes.get(person.id)
    before = change is not None and day < change.day
    name, number = (change.old_name, change.old_number) if change and before else (person.name, person.number)
    return form_at(number, day), name


def births(people: Iterable[Person], changes: Mapping[int, Change]) -> Iterable[tuple[Person, Birth]]:
    """Every birth here since 1985, where a mother of this city had the child."""
    for person in people:
        if person.mother and not person.adopted and person.born.year >= 1985:
            number, name = called_on(person, person.born, changes)
            mother = called_on(person.mother, person.born, changes)
            father = called_on(person.father, person.born, changes) if person.father else ("", "")
            sex = "男" if person.sex == "male" else "女"
            yield person, Birth(number, name, sex, person.born, mother, father, f"Q33{person.born:%y}{person.id:06d}")


def registrations(chronicle: Chronicle) -> list[tuple[Marriage, Registration]]:
    """Every marriage and every divorce that was registered; what death ended has no registration of its end."""
    changes = {change.person.id: change for change in chronicle.changes}
    told = []
    for place, marriage in enumerate(chronicle.marriages):
        certificate = f"J330782-{marriage.day.year}-{place % 100000:06d}"
        told.append((marriage, Registration(MARRIED, marriage.day, _couple_as_written(marriage), certificate)))
        if marriage.ended and marriage.why_ended == "离婚":
            day = marriage.ended
            husband, wife = (called_on(one, day, changes) for one in marriage.couple)
            certificate = f"L330782-{day.year}-{place % 100000:06d}"
            told.append((marriage, Registration(DIVORCED, day, (husband, wife), certificate)))
    return told


def _couple_as_written(marriage: Marriage) -> Couple:
    (his, hers), (husband, wife) = marriage.numbers, marriage.names
    return (form_at(his, marriage.day), husband), (form_at(hers, marriage.day), wife)


def page_of(person: Person) -> list[Stay]:
    """The lines of the household in which somebody stands today, the head's first; none for who stands in none of this city."""
    own = [line for line in person.stays if line.left is None]
    return sorted(own[-1].household.open.values(), key=_order) if own else []


def _order(line: Stay) -> tuple[bool, date, str]:
    return line.relation != HEAD, line.entered, line.number
