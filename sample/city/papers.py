"""What exists on paper only: the lines that were closed before a department's records became electronic."""

from dataclasses import dataclass
from random import Random

from sample.city.chronicle import Chronicle, Marriage
from sample.city.households import Stay

# From this year on each department's machine knows the item; what ended before lies in the archive.
ELECTRONIC_FROM = {
    "police": {
        "kinship": 1985, "household_history": 1985, "identity_change": 1985, "no_criminal_record": 1970,
        "residence_permit": 2009, "birth": 1985, "death": 1985, "birth_record": 1985, "household_page": 1985,
    },
    "civil": {"marriage": 1986, "adopter_children": 1986, "low_income": 2002, "marriage_record": 1986},
    "resources": {"real_estate": 1998, "property_register": 1998},
    "social": {"social_insurance": 1995, "insured_periods": 1995},
    "market": {"enterprise_archive": 1995, "enterprise_register": 1995},
    "tax": {"enterprise_tax": 2001},
    "housing-fund": {"housing_fund": 1999, "housing_fund_record": 1999},
    "transport": {"vehicle": 1996, "vehicle_record": 1996},
    "disabled": {"disability": 2008},
}  # fmt: skip
# Since this day a register holds everything that is so today: whoever is not in it has none.
# The lines that the police took into their machine in 1985 brought along what stood on them of former names and numbers.
COMPLETE_SINCE = {
    "identity_change": "1985-01-01",
    "residence_permit": "2009-01-01", "low_income": "2002-01-01", "real_estate": "1998-01-01", "social_insurance": "1995-01-01",
    "enterprise_archive": "2015-10-01", "enterprise_tax": "2001-05-01", "housing_fund": "1999-04-01", "vehicle": "1996-01-01",
    "disability": "2008-01-01",
    "household_page": "1985-01-01", "property_register": "1998-01-01", "insured_periods": "1995-01-01",
    "enterprise_register": "2015-10-01", "housing_fund_record": "1999-04-01", "vehicle_record": "1996-01-01",
}  # fmt: skip
LOST_BEFORE = 1981  # a flood in that year took older household volumes of these communities
FLOODED = (7, 23, 58)


@dataclass(frozen=True, slots=True)
class Page:
    """One page in an archive: where it lies and whom it names (18 characters)."""

    unit: str
    item: str
    volume: str
    page: int
    year: int
    household: str
    numbers: tuple[str, ...]
    words: str


def on_paper_only(line: Stay) -> bool:
    """Whether this line of a register never entered the machine."""
    return line.left is not None and line.left.year < ELECTRONIC_FROM["police"]["household_history"]


def lost(line: Stay) -> bool:
    """Whether even the paper is gone."""
    assert line.left is not None
    return line.household.community.code in FLOODED and line.left.year < LOST_BEFORE


def write_pages(rng: Random, chronicle: Chronicle) -> list[Page]:
    """One page for each household with lines, and one for each marriage, that the machines do not know."""
    houses: dict[str, list[Stay]] = {}
    for line in chronicle.registry.stays:
        houses.setdefault(line.household.number, []).append(line)
    books = [_in_the_book(lines) for lines in houses.values() if any(on_paper_only(line) and not lost(line) for line in lines)]
    pages = [_household_page(rng, lines) for lines in books]
    old = [m for m in chronicle.marriages if m.day.year < ELECTRONIC_FROM["civil"]["marriage"]]
    return pages + [_marriage_page(place, marriage) for place, marriage in enumerate(old)]


def _in_the_book(lines: list[Stay]) -> list[Stay]:
    """Those who stood there while the book was kept, less what the flood took."""
    last = ELECTRONIC_FROM["police"]["household_history"]
    return [line for line in lines if line.entered.year < last and not (on_paper_only(line) and lost(line))]


def _household_page(rng: Random, lines: list[Stay]) -> Page:
    home, numbers = lines[0].household, tuple(dict.fromkeys(line.number for line in lines))
    year = max(line.left.year for line in lines if line.left and on_paper_only(line))
    people = "；".join(f"{line.name}（{line.relation}，{line.entered.year}年起）" for line in lines)
    volume = f"{home.community.area}户籍底册{year}年第{home.community.code}卷"
    return Page("police", "kinship", volume, rng.randrange(1, 240), year, home.number, numbers, f"户号{home.number}：{people}")


def _marriage_page(place: int, marriage: Marriage) -> Page:
    year = marriage.day.year
    words = f"{marriage.names[0]}与{marriage.names[1]}于{marriage.day:%Y年%m月%d日}登记结婚"
    volume = f"{year}年结婚登记第{place % 12 + 1}卷"
    return Page("civil", "marriage", volume, place // 12 % 200 + 1, year, "", marriage.numbers, words)
