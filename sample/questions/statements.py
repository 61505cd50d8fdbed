"""What is stated of whom, item by item: as it is in the city, or otherwise where `true` is not asked for.

Each function takes the pool, whom it is about and whether the statement shall be true; it gives the further people by their roles
and the details. Where nothing true can be stated of this person, it states what is not so.
"""

from collections.abc import Callable
from datetime import date, timedelta

from sample.city.enterprises import Enterprise
from sample.city.people import Person
from sample.questions import slips
from sample.questions.pool import Pool

RELATIONS = ("father", "mother", "son", "daughter", "spouse", "sibling", "grandparent", "grandchild")
WHO = dict[str, Person | Enterprise]
Stated = tuple[WHO, dict[str, str]]
Statement = Callable[[Pool, Person, bool], Stated]


def bare(pool: Pool, person: Person, true: bool) -> Stated:
    """Nothing but whom it is about."""
    return {"person": person}, {}


def birth(pool: Pool, person: Person, true: bool) -> Stated:
    """The day of birth, as a rule."""
    return {"person": person}, _day(pool, "born_on", person.born, true)


def death(pool: Pool, person: Person, true: bool) -> Stated:
    """The day of death, where somebody has died; of the living, none or any."""
    day = person.died or (None if true else pool.truth.city.today - timedelta(days=pool.rng.randrange(1, 900)))
    return {"person": person}, _day(pool, "died_on", day, true)


def _day(pool: Pool, name: str, day: date | None, true: bool) -> dict[str, str]:
    if day is None or pool.rng.random() < 0.35:
        return {}
    off = 0 if true else pool.rng.choice((-365, -31, -1, 1, 9, 366))
    return {name: (day + timedelta(days=off)).isoformat()}


def vehicle(pool: Pool, person: Person, true: bool) -> Stated:
    """With a plate at times: the person's own, or another's."""
    return {"person": person}, _named(pool, "vehicle", "plate", person, true)


def real_estate(pool: Pool, person: Person, true: bool) -> Stated:
    """With an address at times."""
    return {"person": person}, _named(pool, "real_estate", "address", person, true)


def residence_permit(pool: Pool, person: Person, true: bool) -> Stated:
    """With an address at times."""
    return {"person": person}, _named(pool, "residence_permit", "address", person, true)


def _named(pool: Pool, item: str, detail: str, person: Person, true: bool) -> dict[str, str]:
    if pool.rng.random() < 0.6:
        return {}
    held = pool.truth.holdings(item, person) if true else pool.entries(item)
    if not held:
        return {}
    what = pool.rng.choice(held).what
    ways = (what, what, f"{what[:2]} {what[2:]}", what.lower())
    return {detail: address(pool, what) if detail == "address" else pool.rng.choice(ways)}


def address(pool: Pool, written: str) -> str:
    """An address as people write it: without the town at times, with blanks."""
    short = written.split("街道", 1)[-1] if "街道" in written else written.split("镇", 1)[-1]
    return pool.rng.choice((written, written, short, written.replace("社区", "社区 "), written.replace("号", " 号")))


def household_history(pool: Pool, person: Person, true: bool) -> Stated:
    """With an address at times: where the person stands or stood, or where others do."""
    stays = person.stays if true else pool.rng.choice(pool.natives).stays
    if not stays or pool.rng.random() < 0.7:
        return {"person": person}, {}
    return {"person": person}, {"address": address(pool, pool.rng.choice(stays[-2:]).household.address)}


def identity_change(pool: Pool, person: Person, true: bool) -> Stated:
    """With the former name or number at times; one that never was, where nothing changed or `true` is not asked for."""
    rng, change, details = pool.rng, pool.truth.changes.get(person.id), {}
    if rng.random() < 0.5:
        former = change.old_name if change and true else slips.another(rng, person.sex, person.born.year)
        details["former_name"] = slips.written(rng, former)
    if change and rng.random() < 0.3:
        details["former_number"] = change.old_number if true else _another_number(pool, person)
    return {"person": person}, details


def _another_number(pool: Pool, person: Person) -> str:
    """Not the person's own: the form stops a question about two numbers that are one."""
    while (other := pool.rng.choice(pool.living)) is person:
        pass
    return other.number


def kinship(pool: Pool, person: Person, true: bool) -> Stated:
    """A relation that is so; or another relation to the same relative, or the same to somebody of about the relative's age."""
    relation = pool.rng.choice(RELATIONS)
    for other in pool.rng.sample(RELATIONS, len(RELATIONS)):
        if pool.kin(person, other):
            relation = other
            break
    return kin(pool, person, relation, true)


def kin(pool: Pool, person: Person, relation: str, true: bool) -> Stated:
    """The same, of one relation."""
    rng, relatives = pool.rng, pool.kin(person, relation)
    relative = rng.choice(relatives) if relatives else stranger(pool, person)
    if not true:
        if rng.random() < 0.4:
            relation = rng.choice([other for other in RELATIONS if other != relation])
        else:
            relative = rng.choice((stranger(pool, person), _in_law(pool, relative, person), _housemate(pool, person)))
    return {"person": person, "relative": relative}, {"relation": relation}


def _in_law(pool: Pool, relative: Person, person: Person) -> Person:
    near = [one for relation in ("spouse", "sibling", "son", "daughter") for one in pool.kin(relative, relation)]
    near = [one for one in near if one is not person]
    return pool.rng.choice(near) if near else stranger(pool, person)


def _housemate(pool: Pool, person: Person) -> Person:
    near = [one.household.open.values() for one in person.stays[-1:]]
    people = [line.person for lines in near for line in lines if line.person is not person]
    return pool.rng.choice(people) if people else stranger(pool, person)


def stranger(pool: Pool, person: Person) -> Person:
    """Anybody else."""
    while (other := pool.anybody()) is person:
        pass
    return other


def marriage(pool: Pool, person: Person, true: bool) -> Stated:
    """Somebody whom the person married; or somebody else's spouse, or anybody."""
    spouses = pool.kin(person, "spouse")
    other = spouses[-1] if spouses and true else stranger(pool, person)
    if spouses and not true and pool.rng.random() < 0.4:
        other = pool.rng.choice([*pool.kin(spouses[-1], "sibling"), other])
    return {"person": person, "spouse": other}, {}


def adopter_children(pool: Pool, person: Person, true: bool) -> Stated:
    """With a number of children at times."""
    if pool.rng.random() < 0.4:
        return {"person": person}, {}
    count = len(person.children)
    return {"person": person}, {"children": str(count if true else count + pool.rng.choice((-1, 1, 2) if count else (1, 2)))}


STATEMENTS: dict[str, Statement] = {
    "adopter_children": adopter_children, "birth": birth, "death": death, "disability": bare,
    "household_history": household_history, "housing_fund": bare, "identity_change": identity_change, "kinship": kinship,
    "low_income": bare, "marriage": marriage, "moral_conduct": bare, "no_criminal_record": bare, "real_estate": real_estate,
    "residence_permit": residence_permit, "social_insurance": bare, "vehicle": vehicle,
    # What is stated of these, where values are compared: sample/questions/queries.py.
    "birth_record": bare, "household_page": bare, "housing_fund_record": bare, "insured_periods": bare, "marriage_record": bare,
    "property_register": bare, "vehicle_record": bare,
}  # fmt: skip
FIRMS = ("enterprise_archive", "enterprise_tax", "enterprise_register")
