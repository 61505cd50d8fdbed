"""The sample city's stories: for each the people it needs, found anew in the city, and the question ready to be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sample.city.chronicle import Marriage
from sample.city.city import City
from sample.city.households import Stay
from sample.city.papers import ELECTRONIC_FROM, Page, lost, on_paper_only
from sample.city.people import EIGHTEEN_SINCE, Person

BANK = "bank-binjiang"
FOREIGN_CARD = "933124198607150042"  # province 33, Canada (124), 1986-07-15, and the check character of GB 11643
STATION_TOWN = "佛堂镇"  # where sample.city.directory.station_rules leads to the station
YEAR = 1979  # before the registers became electronic
WITH_PAGE = ("paper", "two_clerks", "returned", "withdrawn", "amended", "ask_back", "later_day")
Pair = tuple[Person, Person, Stay]  # son, father, and the son's line in the household they shared


@dataclass(frozen=True, slots=True)
class Story:
    """One story. `machine` is what the machine will find, `refused` the field for which the question is refused at the door.

    `page` is what the clerk can find on paper, `area` the community whose people may know, `truth` what is so in the city.
    """

    name: str
    unit: str
    holder: str
    question: dict[str, Any]
    machine: str = ""
    refused: str = ""
    truth: str = "confirmed"
    page: Page | None = None
    area: str = ""


def stories(city: City) -> dict[str, Story]:
    """All stories by name; no two share a person."""
    recent, paper, flooded = _recent(city), _paper(city), _flooded(city)
    told = [
        _kin("kinship", next(recent), machine="confirmed"),
        _fifteen(city),
        *(_with_page(city, _kin(name, next(paper), YEAR)) for name in WITH_PAGE),
        _kin("community", next(flooded)),
        _kin("nobody", next(flooded)),
        _disputed(next(recent), next(recent)),
        *_bad(next(recent), next(recent), next(recent)),
        _foreign_spouse(next(recent)[0]),
        _station(city, next(pair for pair in paper if pair[2].household.community.area == STATION_TOWN)),
    ]
    return {story.name: story for story in told}


def subject(person: Person) -> dict[str, str]:
    """The person as a question names them."""
    return {"name": person.name, "id_number": person.number}


def _kin(name: str, pair: Pair, year: int | None = None, machine: str = "not_digitised") -> Story:
    son, father, line = pair
    question: dict[str, Any] = {
        "item": "kinship",
        "matter": "close_relative_card",
        "subjects": {"person": subject(son), "relative": subject(father)},
        "details": {"relation": "father"},
        "purpose": "父亲代办注销儿子的信用卡",
        "reference": f"XYK-{son.id:06d}",
    }
    if year:
        question["year"] = year
    return Story(name, BANK, "police", question, machine, area=line.household.community.area_code)


def _with_page(city: City, story: Story) -> Story:
    numbers = {subject["id_number"] for subject in story.question["subjects"].values()}
    return replace(story, page=next(page for page in city.pages if page.unit == "police" and numbers <= set(page.numbers)))


def _station(city: City, pair: Pair) -> Story:
    """The court asks where a man was registered in a year that stands on paper only, in the town of a police station."""
    son, _, line = pair
    home = line.household.community
    question = {
        "item": "household_history",
        "matter": "court_filing",
        "subjects": {"person": subject(son)},
        "details": {"address": f"{home.area}{home.name}"},
        "year": YEAR,
        "purpose": "继承纠纷立案核实户籍",
        "reference": f"LA-{son.id:06d}",
    }
    return _with_page(city, Story("station", "court", "police", question, "not_digitised", area=home.area_code))


def _fifteen(city: City) -> Story:
    marriage = next(marriage for marriage in city.chronicle.marriages if marriage.day.year == 1992 and _unchanged(city, marriage))
    question = {
        "item": "marriage",
        "matter": "mortgage",
        "subjects": {"person": subject(marriage.husband), "spouse": subject(marriage.wife)},
        "purpose": "夫妻共同申请住房按揭贷款",
        "reference": f"AJ-{marriage.husband.id:06d}",
    }
    return Story("fifteen", BANK, "civil", question, "confirmed")


def _foreign_spouse(husband: Person) -> Story:
    """A wife from Canada with a permanent residence card of 2023: no machine knows her, the paper in the archive does."""
    card = {"kind": "permanent_residence_card", "number": FOREIGN_CARD}
    wife = {"name": "TREMBLAY, Marie-Ève", "other_name": "马丽", "document": card}
    question: dict[str, Any] = {
        "item": "kinship",
        "matter": "close_relative_card",
        "subjects": {"person": subject(husband), "relative": wife},
        "details": {"relation": "spouse"},
        "purpose": "妻子代办注销丈夫的信用卡",
        "reference": f"XYK-{husband.id:06d}",
    }
    return Story("foreign_spouse", BANK, "police", question, "not_digitised")


def _unchanged(city: City, marriage: Marriage) -> bool:
    changed = _changed(city)
    return marriage.ended is None and marriage.wife.here and not {marriage.husband.id, marriage.wife.id} & changed


def _disputed(pair: Pair, other: Pair) -> Story:
    """The asker believes that another man is the father; the machine contradicts, the asker disputes."""
    story = _kin("disputed", (pair[0], other[1], pair[2]), machine="contradicted")
    return replace(story, truth="contradicted")


def _bad(*pairs: Pair) -> Iterator[Story]:
    digit, granted, matter = (
        _kin(name, pair) for name, pair in zip(("wrong_check_digit", "not_granted", "wrong_matter"), pairs, strict=True)
    )
    wrong = digit.question["subjects"]["person"]
    wrong["id_number"] = wrong["id_number"][:17] + ("0" if wrong["id_number"][17] != "0" else "1")
    yield replace(digit, machine="", refused="subjects.person.id_number")
    alone = {"subjects": {"person": granted.question["subjects"]["person"]}, "details": {}}
    granted.question.update(alone, item="household_history")
    yield replace(granted, machine="", refused="item")
    matter.question.update(alone | {"subjects": {"person": matter.question["subjects"]["person"]}}, item="vehicle")
    yield replace(matter, machine="", refused="matter", holder="transport")


def _recent(city: City) -> Iterator[Pair]:
    """Son and father, both alive, who shared a household until some day since 1999 and share none now."""
    for son, father, line in _pairs(city):
        apart = father.household is not None and son.household is not None and father.household is not son.household
        if apart and line.left and line.left.year >= EIGHTEEN_SINCE and son.here and father.here:
            yield son, father, line


def _paper(city: City) -> Iterator[Pair]:
    """Son and father whose shared household ended between 1979 and the year of the first electronic register."""
    for son, father, line in _pairs(city):
        if (
            line.entered.year < YEAR <= (line.left or date.max).year
            and on_paper_only(line)
            and not lost(line)
            and _lived_on(son, father)
        ):
            yield son, father, line


def _flooded(city: City) -> Iterator[Pair]:
    """Son and father whose shared household stands in no machine and in no archive."""
    for son, father, line in _pairs(city):
        if on_paper_only(line) and lost(line) and _lived_on(son, father):
            yield son, father, line


def _lived_on(*people: Person) -> bool:
    """Whether the electronic registers know them at all."""
    first = ELECTRONIC_FROM["police"]["kinship"]
    return all(person.died is None or person.died.year > first for person in people)


def _pairs(city: City) -> Iterator[Pair]:
    """Sons who were born into one household with the father, never shared another, and kept name and number."""
    changed = _changed(city)
    for son in city.people:
        father, lines = son.father, [line for line in son.stays if son.father and _shared(line, son.father)]
        if son.sex == "male" and father and not son.adopted and len(lines) == 1 and not {son.id, father.id} & changed:
            yield son, father, lines[0]


def _shared(line: Stay, father: Person) -> bool:
    ends = line.left or date.max
    return any(
        his.household is line.household and his.entered < ends and line.entered < (his.left or date.max) for his in father.stays
    )


def _changed(city: City) -> set[int]:
    return {change.person.id for change in city.chronicle.changes}
