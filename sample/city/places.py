"""Where the sample city's people live: towns, streets and communities, and the place codes of their ID numbers."""

from dataclasses import dataclass
from itertools import product
from random import Random

COUNTY, RETIRED_COUNTY = "330782", "330725"  # Yiwu became a city in 1988; numbers given before keep the county's code
CITY_SINCE = 1988
HOME = "浙江省金华市义乌市"

STREETS = ("稠城街道", "江东街道", "稠江街道", "北苑街道", "后宅街道", "城西街道", "廿三里街道", "福田街道")
TOWNS = ("佛堂镇", "赤岸镇", "义亭镇", "上溪镇", "苏溪镇", "大陈镇")
AREAS = STREETS + TOWNS
COMMUNITIES = 113

# Neighbours: the code of today, the code before, and the year of the change.
NEIGHBOURS = (
    ("330702", "330702", 1985, "金华市婺城区"),
    ("330703", "330721", 2000, "金华市金东区"),
    ("330781", "330781", 1985, "兰溪市"),
    ("330783", "330724", 1988, "东阳市"),
    ("330784", "330722", 1992, "永康市"),
    ("330726", "330726", 1985, "浦江县"),
    ("330681", "330625", 1989, "诸暨市"),
)

_FIRST = "东西南北上下前后新大"
_SECOND = ("溪沿", "塘边", "桥头", "井巷", "樟园", "柳埠", "枫林", "岭脚", "渡口", "荷池", "竹院", "石坊")
_ROADS = ("银杏路", "稻香路", "望江街", "学前街", "工人北路", "篁园里", "春晗街", "化工弄", "雪峰路", "丹溪弄")


@dataclass(frozen=True, slots=True)
class Community:
    """One community of the city; `code` is its number within the county."""

    code: int
    name: str
    area: str

    @property
    def area_code(self) -> str:
        """Its code in the roster: the town's, then its own."""
        return f"{town_code(self.area)}{self.code:03d}"


def town_code(town: str) -> str:
    """The code of a town or street in the roster."""
    return f"{COUNTY}{AREAS.index(town) + 1:03d}"


def communities() -> list[Community]:
    """All 113, dealt out over the 14 towns and streets."""
    names = [f"{first}{second}社区" for second, first in product(_SECOND, _FIRST)][:COMMUNITIES]
    return [Community(code, name, AREAS[code % len(AREAS)]) for code, name in enumerate(names, 1)]


def address(rng: Random, community: Community) -> str:
    """A door in this community."""
    return f"{community.area}{community.name}{rng.choice(_ROADS)}{rng.randrange(1, 400)}号"


def home_code(year: int) -> str:
    """The place code of a number given in this city in that year."""
    return COUNTY if year >= CITY_SINCE else RETIRED_COUNTY


def neighbour(rng: Random, year: int) -> tuple[str, str]:
    """The place code of that year, and the name of today, of a county nearby."""
    now, before, since, name = rng.choice(NEIGHBOURS)
    return (now if year >= since else before), name
