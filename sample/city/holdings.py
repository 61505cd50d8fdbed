"""What people of the sample city hold: houses, insurance, cars, permits, support; and what is held against a few."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from sample.city.chronicle import Chronicle
from sample.city.people import Change, Person, form_at, later
from sample.city.places import address

MIGRANTS = 1200
# Counties far away from which people come to work here.
FAR = ("361121", "361128", "341222", "411425", "430524", "522725", "500234", "420922", "330327", "341125")


@dataclass(frozen=True, slots=True)
class Holding:
    """One entry in a department's register, with the name and the form of the number that were written on the day."""

    item: str
    number: str
    name: str
    since: date
    until: date | None
    what: str


@dataclass
class Ledger:
    """Where holdings are written down."""

    rng: Random
    today: date
    changes: dict[int, Change]
    holdings: list[Holding] = field(default_factory=list)

    def write(self, item: str, person: Person, since: date, what: str, until: date | None = None) -> None:
        """One entry, if its day has come; what ends after today is still open unless it is a term."""
        if since > self.today:
            return
        change = self.changes.get(person.id)
        before = change is not None and since < change.day
        name, number = (change.old_name, change.old_number) if change and before else (person.name, person.number)
        self.holdings.append(Holding(item, form_at(number, since), name, since, until, what))

    def ended(self, person: Person, since: date, chance: float, most: float) -> date | None:
        """Perhaps it ended some years later; with the person's death it ends in any case."""
        end = later(self.rng, since, 1, most) if self.rng.random() < chance else None
        if end is not None and end <= self.today and (person.died is None or end < person.died):
            return end
        return person.died


def grant_holdings(rng: Random, chronicle: Chronicle) -> list[Holding]:
    """Everything held in the city, the migrants' included; adds the migrants to the people."""
    ledger = Ledger(rng, chronicle.today, {change.person.id: change for change in chronicle.changes})
    natives = list(chronicle.people)
    for person in natives:
        last = person.died or chronicle.today
        if last.year >= 1985:
            record_life(ledger, person)
            if person.age(last) >= 20:
                give_work(ledger, person, last)
                give_goods(ledger, person, last)
    for _ in range(MIGRANTS):
        settle_migrant(ledger, chronicle)
    return ledger.holdings


def record_life(ledger: Ledger, person: Person) -> None:
    """Birth and death, where they happened here since 1985."""
    if person.mother and not person.adopted and person.born.year >= 1985:
        ledger.write("birth", person, person.born, f"Q33{person.born:%y}{person.id:06d}")
    if person.died and person.died.year >= 1985 and not person.gone:
        ledger.write("death", person, person.died, f"D{person.died:%Y}{person.id:06d}")


def give_work(ledger: Ledger, person: Person, last: date) -> None:
    """Insurance, housing fund, a conviction for very few, support for some."""
    rng = ledger.rng
    start = max(later(rng, person.born, 18, 30), date(1995, 1, 1) + timedelta(days=rng.randrange(2500)))
    if start < last and person.age(start) < 60 and rng.random() < 0.85:
        kind = rng.choice(("职工基本养老保险", "城乡居民基本养老保险"))
        ledger.write("social_insurance", person, start, kind, ledger.ended(person, start, 0.12, 15))
        if kind.startswith("职工") and start.year >= 1999 and rng.random() < 0.5:
            ledger.write("housing_fund", person, start, "住房公积金", ledger.ended(person, start, 0.15, 12))
    if person.sex == "male" and rng.random() < 0.012 and later(rng, person.born, 20, 20) < last:
        since = later(rng, person.born, 18, 20)
        ledger.write("no_criminal_record", person, since, f"（{since.year}）浙0782刑初{person.id % 900 + 1}号")
    give_support(ledger, person, last)


def give_support(ledger: Ledger, person: Person, last: date) -> None:
    """Low income and disability."""
    rng = ledger.rng
    if rng.random() < 0.02 and last.year > 2006:
        since = later(rng, date(2003, 1, 1), 0, last.year - 2004)
        ledger.write("low_income", person, since, rng.choice(("最低生活保障", "低保边缘户")), ledger.ended(person, since, 0.4, 8))
    if rng.random() < 0.025 and last.year > 2012:
        since = later(rng, date(2008, 6, 1), 0, last.year - 2010)
        grade = f"{rng.choice('肢视听言智')}残{rng.choice('一二三四')}级"
        ledger.write("disability", person, since, grade, ledger.ended(person, since, 0, 1))


def give_goods(ledger: Ledger, person: Person, last: date) -> None:
    """Houses and cars."""
    rng = ledger.rng
    if rng.random() < 0.42 and last.year > 1999:
        since = max(later(rng, person.born, 22, 55), date(1998, 1, 5) + timedelta(days=rng.randrange(3000)))
        if since < last:
            home = person.household.address if person.household and rng.random() < 0.6 else address(rng, person.community)
            ledger.write("real_estate", person, since, home, ledger.ended(person, since, 0.2, 15))
    if rng.random() < 0.3 and last.year > 2001:
        since = max(later(rng, person.born, 20, 50), date(1996, 3, 1) + timedelta(days=rng.randrange(6000)))
        if since < last:
            ledger.write("vehicle", person, since, plate(rng, person.id), ledger.ended(person, since, 0.35, 12))


def plate(rng: Random, place: int) -> str:
    """A plate of this prefecture, each once."""
    return f"浙G{rng.choice('ABCDEFGHJK')}{place % 100000:05d}"


def settle_migrant(ledger: Ledger, chronicle: Chronicle) -> None:
    """Somebody from far away with a residence permit, insured perhaps; on no household register here."""
    rng = ledger.rng
    born = later(rng, date(1960, 1, 1), 0, 44)
    if born.year + 18 > ledger.today.year:
        return
    person = chronicle.person(rng.choice(("male", "female")), born, rng.choice(chronicle.communities), place=rng.choice(FAR))
    since = max(later(rng, date(2009, 10, 1), 0, 16), later(rng, born, 18, 20))
    until = later(rng, since, 1, 9)
    ledger.write("residence_permit", person, since, address(rng, person.community), until)
    if rng.random() < 0.7:
        ledger.write("social_insurance", person, since, "职工基本养老保险", until if until < ledger.today else None)
