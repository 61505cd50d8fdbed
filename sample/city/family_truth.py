"""Expected answers about people and families: births, deaths, kin, marriages, households, changes of number."""

from typing import TYPE_CHECKING

from cases.documents.id_numbers import BadNumber, ResidentId
from cases.names import comparison_form, same_name
from cases.question import Question
from sample.city.chronicle import Marriage
from sample.city.people import Person
from sample.city.so import So

if TYPE_CHECKING:
    from sample.city.truth import Truth

SEX = {"father": "male", "son": "male", "mother": "female", "daughter": "female"}


def birth(truth: "Truth", question: Question) -> So:
    """Who was born to a mother of this city was born here; the day is the number's."""
    person, stated = truth.owner(question.subjects["person"]), question.details.get("born_on", "")
    here = person is not None and person.mother is not None and not person.adopted
    day = person.born.isoformat() if person else ""
    none = not here or question.year not in (None, int(day[:4]))
    return So({"registered": here, "day": here and day == stated, "year": here and _in(question, day)}, none, {"day": day})


def death(truth: "Truth", question: Question) -> So:
    """Whether somebody has died, and when."""
    person, stated = truth.owner(question.subjects["person"]), question.details.get("died_on", "")
    day = person.died.isoformat() if person and person.died else ""
    none = not day or question.year not in (None, int(day[:4]))
    return So({"registered": bool(day), "day": bool(day) and day == stated, "year": _in(question, day)}, none, {"day": day})


def _in(question: Question, day: str) -> bool:
    return day[:4] == str(question.year)


def kinship(truth: "Truth", question: Question) -> So:
    """Whether the relative is the person's father, mother ...; the adopted are their parents' children."""
    person, relative = (truth.owner(question.subjects[role]) for role in ("person", "relative"))
    related = person is not None and relative is not None and _related(truth, person, relative, question.details["relation"])
    return So({"related": related}, not related)


def _related(truth: "Truth", person: Person, relative: Person, relation: str) -> bool:
    if SEX.get(relation, relative.sex) != relative.sex or person is relative:
        return False
    if relation in ("father", "mother"):
        return relative in person.parents
    if relation in ("son", "daughter"):
        return person in relative.parents
    if relation == "sibling":
        return bool(set(person.parents) & set(relative.parents))
    if relation == "spouse":  # whom death alone has parted still are each other's late spouses
        return any(one.why_ended != "离婚" for one in _marriages(truth, person, relative))
    elder, younger = (relative, person) if relation == "grandparent" else (person, relative)
    return any(elder in parent.parents for parent in younger.parents)


def marriage(truth: "Truth", question: Question) -> So:
    """Whether the two ever married; whether it was dissolved; whether it stood in the year."""
    person, spouse = (truth.owner(question.subjects[role]) for role in ("person", "spouse"))
    all_ = _marriages(truth, person, spouse) if person and spouse else []
    stood = [one for one in all_ if question.year is None or _stood(one, question.year)]
    undissolved = bool(all_) and max(all_, key=lambda one: one.day).why_ended != "离婚"
    facts = {"registered": bool(all_), "undissolved": undissolved, "in_year": bool(stood)}
    return So(facts, not stood)


def _marriages(truth: "Truth", one: Person, other: Person) -> list[Marriage]:
    return [marriage for marriage in truth.marriages.get(one.id, []) if other in marriage.couple and other is not one]


def _stood(marriage: Marriage, year: int) -> bool:
    return marriage.day.year <= year <= (marriage.ended.year if marriage.ended else 9999)


def adopter_children(truth: "Truth", question: Question) -> So:
    """How many children somebody has, by birth or adoption."""
    person, stated = truth.owner(question.subjects["person"]), question.details.get("children", "").strip()
    born = [child.born.year for child in person.children] if person else []
    then = [year for year in born if year <= (question.year or 9999)]
    facts = {"children": bool(born), "count": stated == str(len(then)), "in_year": bool(then)}
    return So(facts, not then)


def household_history(truth: "Truth", question: Question) -> So:
    """Where somebody stood on the household registers."""
    person, year, stated = truth.owner(question.subjects["person"]), question.year, question.details.get("address", "")
    lines = person.stays if person else []
    then = [line for line in lines if year is None or line.entered.year <= year <= (line.left.year if line.left else 9999)]
    there = any(is_address(stated, line.household.address, line.household.community.area) for line in then)
    return So({"registered": bool(lines), "in_year": bool(then), "address": there}, not then)


def is_address(stated: str, written: str, area: str = "") -> bool:
    """Whether both are one door; the town or street before the community may be left out, blanks and signs do not count."""
    one, other = ("".join(sign for sign in comparison_form(text) if sign.isalnum()) for text in (stated, written))
    return one in (other, other.removeprefix(area)) if area else one == other or (len(one) > 8 and other.endswith(one))


def identity_change(truth: "Truth", question: Question) -> So:
    """Whether name or number changed, and what they were before."""
    person = truth.owner(question.subjects["person"])
    change = truth.changes.get(person.id) if person else None
    name, number = question.details.get("former_name", ""), question.details.get("former_number", "")
    facts = {
        "recorded": change is not None,
        "former_name": change is not None and same_name(name, change.old_name),
        "former_number": change is not None and _canonical(number) == change.old_number,
        "year": change is not None and change.day.year == question.year,
    }
    return So(facts, change is None or question.year not in (None, change.day.year))


def _canonical(number: str) -> str:
    try:
        return ResidentId.parse(number).number
    except BadNumber:
        return ""
