"""The people of the sample city and the ID numbers they were given."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from stdnum.iso7064 import mod_11_2

from sample.city.places import Community

if TYPE_CHECKING:
    from sample.city.households import Household, Stay

EIGHTEEN_SINCE = 1999  # records closed before this year hold 15 digits
RESERVED = 996  # 15-digit serials from here on marked centenarians


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """One invented person; `number` always in 18 characters, `mother` and `father` by birth, `parents` also by adoption."""

    id: int
    name: str
    sex: str
    born: date
    number: str
    community: Community
    father: "Person | None" = None
    mother: "Person | None" = None
    adopted: bool = False
    died: date | None = None
    gone: bool = False  # moved away for good
    spouse: "Person | None" = None
    household: "Household | None" = None
    stays: "list[Stay]" = field(default_factory=list)
    children: "list[Person]" = field(default_factory=list)

    @property
    def here(self) -> bool:
        """Alive and on the register of this city."""
        return self.died is None and not self.gone

    @property
    def parents(self) -> "tuple[Person, ...]":
        """Those known."""
        return tuple(parent for parent in (self.father, self.mother) if parent)

    def age(self, day: date) -> int:
        """Full years on that day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Change:
    """A name changed, or a number re-issued."""

    person: Person
    day: date
    old_name: str
    old_number: str
    new_name: str
    new_number: str


def form_at(number: str, day: date | None) -> str:
    """How a record closed on that day holds the number: 15 digits before 1999, 18 characters since or while it is open."""
    old = day is not None and day.year < EIGHTEEN_SINCE and number[6:8] == "19"
    return number[:6] + number[8:17] if old else number


class Numbers:
    """Gives out ID numbers, each once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._given: defaultdict[tuple[str, date], set[int]] = defaultdict(set)

    def issue(self, place: str, born: date, sex: str) -> str:
        """A number never given before: the serial is odd for men, even for women."""
        given = self._given[place, born]
        while True:
            serial = self._rng.randrange(0, RESERVED // 2 - 1) * 2 + (1 if sex == "male" else 2)
            if serial not in given:
                break
        given.add(serial)
        body = f"{place}{born:%Y%m%d}{serial:03d}"
        return body + str(mod_11_2.calc_check_digit(body))


def some_day(rng: Random, year: int) -> date:
    """Any day of that year."""
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def later(rng: Random, day: date, least: float, most: float) -> date:
    """A day so many years after, at least and at most."""
    return day + timedelta(days=int((least + rng.random() * (most - least)) * 365.25))
