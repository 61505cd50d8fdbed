"""Who works in the sample city: units, accounts, the communities' roster, and what each unit may ask."""

from dataclasses import dataclass
from datetime import date
from random import Random

from cases.catalogue.catalogue import Catalogue
from sample.city import names
from sample.city.city import SEED, TODAY
from sample.city.places import AREAS, communities, town_code

MOBILE, LANDLINE = "+861390000{:04d}", "+8657985550{:03d}"  # nobody answers there
FIRST = 100  # below this the simulated phones play tricks
LEADER = "police-leader"
LEADERS = frozenset({LEADER, "bank3"})
NO_SECRETARY_PHONE, NO_DIRECTOR_PHONE, NO_PHONES = 17, 41, 64  # communities by code
WITH_LANDLINE, WITHOUT_DIRECTOR, WITH_DEPUTY = 29, 92, 5

# What each asking unit does for citizens; it is granted the items of these matters, save those withheld.
MATTERS = {
    "bank-binjiang": ("close_relative_card", "deposit_of_deceased", "mortgage", "business_loan"),
    "police": ("household_registration", "newborn"),
    "education": ("school_enrolment", "teacher_licence"),
    "court": ("court_filing", "inheritance"),
    "legal-aid": ("legal_aid",),
    "fotang-town": ("pension_claim",),
}
# What the system may ask to check commitments that these units took.
CHECKS = {"bank-binjiang": ("kinship", "marriage"), "legal-aid": ("kinship", "marriage")}
WITHHELD = frozenset({("bank-binjiang", "household_history")})  # the police have not consented yet


@dataclass(frozen=True, slots=True)
class Unit:
    """One organisation."""

    code: str
    name_zh: str
    name_en: str
    asks: bool = False
    answers: bool = False
    supervises: bool = False
    parent: str = ""

    @property
    def holds(self) -> bool:
        """Whether it can hold an item."""
        return self.answers and not self.parent


@dataclass(frozen=True, slots=True)
class StationRule:
    """Questions of this unit go to this station where the value fits."""

    unit: str
    station: str
    kind: str
    value: str
    item: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One person who signs in. `place` is the place on the duty list of the unit, 0 for those not on it."""

    username: str
    name: str
    unit: str
    roles: tuple[str, ...]
    phone: str
    place: int = 0
    leader: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """A town or a community; the county's code."""

    code: str
    name: str
    kind: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """One line of the roster; `phone` is empty where nobody knows it."""

    town: str
    community: str
    area: str
    name: str
    role: str
    phone: str
    order: int


@dataclass(frozen=True, slots=True)
class Grant:
    """This unit may ask this item for this matter until this day."""

    unit: str
    item: str
    matter: str
    until: date


def units() -> list[Unit]:
    """Sixteen, and two stations of the police."""
    return [
        Unit("bank-binjiang", "滨江银行稠城支行", "Binjiang Bank, Choucheng Branch", asks=True),
        Unit("police", "公安局户籍窗口", "Police Household Window", asks=True, answers=True),
        Unit("civil", "民政局", "Civil Affairs Bureau", answers=True),
        Unit("resources", "自然资源和规划局", "Natural Resources and Planning Bureau", answers=True),
        Unit("social", "社会保险中心", "Social Insurance Centre", answers=True),
        Unit("market", "市场监督管理局", "Market Supervision Bureau", answers=True),
        Unit("tax", "税务局", "Tax Bureau", answers=True),
        Unit("housing-fund", "公积金中心", "Housing Fund Centre", answers=True),
        Unit("transport", "交警车管所", "Vehicle Office of the Traffic Police", answers=True),
        Unit("disabled", "残联", "Disabled Persons' Federation", answers=True),
        Unit("education", "教育局", "Education Bureau", asks=True),
        Unit("court", "法院立案庭", "Case Filing Division of the Court", asks=True),
        Unit("legal-aid", "法律援助中心", "Legal Aid Centre", asks=True),
        Unit("data-office", "数据管理中心", "Data Administration Centre", supervises=True),
        Unit("reform-office", "跑改办", "Reform Office"),
        Unit("fotang-town", "佛堂镇人民政府", "Fotang Town Government", asks=True),
        Unit("police-fotang", "佛堂派出所", "Fotang Police Station", answers=True, parent="police"),
        Unit("police-houzhai", "后宅派出所", "Houzhai Police Station", answers=True, parent="police"),
    ]


def station_rules() -> list[StationRule]:
    """What leads a question about the police's records to one of their stations: where somebody lives or lived."""
    return [
        StationRule("police", "police-fotang", "address", "佛堂镇"),
        StationRule("police", "police-houzhai", "address", "后宅街道"),
        StationRule("police", "police-houzhai", "address", "福田街道", "residence_permit"),
    ]


def accounts() -> list[Account]:
    """Everybody who signs in; the loader gives the passwords."""
    answering = [unit.code for unit in units() if unit.holds and unit.code != "police"]
    stations = [unit.code for unit in units() if unit.parent]
    rows: list[tuple[str, str, tuple[str, ...], int]] = [
        *((f"bank{n}", "bank-binjiang", ("asker",), place) for n, place in ((1, 0), (2, 0), (3, 9))),
        *((f"police{n}", "police", ("clerk", "asker"), n) for n in (1, 2, 3)),
        (LEADER, "police", ("clerk",), 4),
        *((f"{unit}1", unit, ("clerk",), 1) for unit in answering),
        *((f"{unit}1", unit, ("asker",), 0) for unit in ("education", "court", "legal-aid")),
        *((role, "data-office", (role,), 0) for role in ("keeper", "supervisor", "admin")),
        *((f"{station.removeprefix('police-')}1", station, ("clerk",), 1) for station in stations),
        *((f"reform{n}", "reform-office", ("reformer",), 0) for n in (1, 2)),
        ("fotang-monitor", "fotang-town", ("monitor",), 0),
        ("fotang-envoy", "fotang-town", ("asker", "envoy"), 0),
        *((f"inspector{n}", "data-office", ("inspector",), 0) for n in (1, 2, 3)),
    ]
    rng = Random(SEED + 1)  # noqa: S311  invented data, not secrets
    return [
        Account(username, _name(rng), unit, roles, MOBILE.format(9000 + line), place, username in LEADERS)
        for line, (username, unit, roles, place) in enumerate(rows, 1)
    ]


def _name(rng: Random) -> str:
    sex = rng.choice(("male", "female"))
    return names.surname(rng) + names.given_name(rng, sex, rng.randrange(1965, 1995))


def areas() -> list[Area]:
    """Towns and streets first, then their communities."""
    towns = [Area(town_code(town), town, "town") for town in AREAS]
    return towns + [Area(place.area_code, place.name, "community", town_code(place.area)) for place in communities()]


def contacts() -> list[Contact]:
    """226 people: secretary and director of each community, but for one gap and one deputy."""
    rng = Random(SEED + 2)  # noqa: S311  invented data, not secrets
    roster: list[Contact] = []
    for place in communities():
        roles = ["secretary"] + ["director"] * (place.code != WITHOUT_DIRECTOR) + ["deputy"] * (place.code == WITH_DEPUTY)
        for order, role in enumerate(roles, 1):
            phone = _phone(place.code, role, len(roster) + 1)
            roster.append(Contact(place.area, place.name, place.area_code, _name(rng), role, phone, order))
    return roster


def _phone(code: int, role: str, place: int) -> str:
    if code == NO_PHONES or (code, role) in ((NO_SECRETARY_PHONE, "secretary"), (NO_DIRECTOR_PHONE, "director")):
        return ""
    return LANDLINE.format(code) if (code, role) == (WITH_LANDLINE, "director") else MOBILE.format(FIRST + place)


def grants(catalogue: Catalogue, today: date = TODAY) -> list[Grant]:
    """Each asking unit's grants, until the end of next year."""
    until = date(today.year + 1, 12, 31)
    checks = [Grant(unit, item, "commitment_check", until) for unit, items in CHECKS.items() for item in items]
    return checks + [
        Grant(unit, item, matter, until)
        for unit, matters in MATTERS.items()
        for matter in matters
        for item in catalogue.matter(matter).items
        if (unit, item) not in WITHHELD
    ]
