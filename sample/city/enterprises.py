"""The enterprises of the sample city, with credit codes that pass their check, and their taxes."""

from dataclasses import dataclass
from datetime import date
from random import Random

from stdnum.cn import uscc

from sample.city import names
from sample.city.people import Person, form_at, later

ENTERPRISES = 1500
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One firm. `former` is the name it had first, empty where it never changed; `taxed` the last year it paid all it owed."""

    code: str
    name: str
    former: str
    head: str
    head_number: str
    founded: date
    closed: date | None
    why_closed: str
    taxed: int


def found_enterprises(rng: Random, people: list[Person], today: date) -> list[Enterprise]:
    """All of them, each name and code once."""
    owners = [person for person in people if person.here and 1950 < person.born.year < 2002]
    taken: set[str] = set()
    return [_enterprise(rng, rng.choice(owners), today, taken) for _ in range(ENTERPRISES)]


def _enterprise(rng: Random, owner: Person, today: date, taken: set[str]) -> Enterprise:
    name, former = _new_name(rng, taken), _new_name(rng, taken) if rng.random() < 0.08 else ""
    founded = max(later(rng, owner.born, 20, 45), later(rng, date(1985, 1, 1), 0, 12))
    founded = min(founded, later(rng, today, -3, -0.2))
    closed = later(rng, founded, 1, 25) if rng.random() < 0.3 else None
    closed = closed if closed and closed < today else None
    why = rng.choice(("注销", "注销", "吊销")) if closed else ""
    taxed = (closed or today).year - (1 if rng.random() < 0.93 else 3)
    return Enterprise(_code(rng, taken), name, former, owner.name, form_at(owner.number, founded), founded, closed, why, taxed)


def _new_name(rng: Random, taken: set[str]) -> str:
    while (name := names.firm_name(rng)) in taken:
        pass
    taken.add(name)
    return name


def _code(rng: Random, taken: set[str]) -> str:
    while True:
        body = "91330782" + "".join(rng.choice(LETTERS) for _ in range(9))
        code = body + str(uscc.calc_check_digit(body))
        if code not in taken:
            taken.add(code)
            return code
