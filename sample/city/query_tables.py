"""Tables of the record stores from which queries read their fields: deeds, cars, periods, accounts, licences, births."""

from collections.abc import Callable, Iterable
from datetime import date

from sample.city.city import City
from sample.city.entries import car, deed, fund_account, licence, period
from sample.city.holdings import Holding
from sample.city.registrations import OFFICE, births, registrations

Row = tuple[object, ...]
WHO = "number TEXT NOT NULL, name TEXT NOT NULL"
TERM = "since TEXT NOT NULL, until TEXT"
TABLES = {
    "police": {
        "birth_entry": f"{WHO}, sex TEXT NOT NULL, born TEXT NOT NULL, mother TEXT NOT NULL, mother_number TEXT NOT NULL, "
        "father TEXT NOT NULL, father_number TEXT NOT NULL, certificate TEXT NOT NULL",
    },
    "civil": {
        "registration": "event TEXT NOT NULL, husband TEXT NOT NULL, husband_name TEXT NOT NULL, wife TEXT NOT NULL, "
        "wife_name TEXT NOT NULL, day TEXT NOT NULL, certificate TEXT NOT NULL, office TEXT NOT NULL",
    },
    "resources": {
        "deed": f"{WHO}, {TERM}, certificate TEXT NOT NULL, address TEXT NOT NULL, use TEXT NOT NULL, area TEXT NOT NULL, "
        "share TEXT NOT NULL, burden TEXT NOT NULL"
    },
    "social": {"period": f"{WHO}, {TERM}, kind TEXT NOT NULL, months INTEGER NOT NULL, state TEXT NOT NULL"},
    "market": {
        "licence": "code TEXT PRIMARY KEY, name TEXT NOT NULL, former TEXT NOT NULL, head TEXT NOT NULL, kind TEXT NOT NULL, "
        f"capital TEXT NOT NULL, address TEXT NOT NULL, {TERM}, state TEXT NOT NULL"
    },
    "housing-fund": {
        "account": f"{WHO}, {TERM}, state TEXT NOT NULL, monthly TEXT NOT NULL, balance TEXT NOT NULL, loan TEXT NOT NULL"
    },
    "transport": {"car": f"{WHO}, {TERM}, plate TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL"},
}
LOOKED_UP = {
    "birth_entry": ("number",), "registration": ("husband", "wife"), "deed": ("number",), "period": ("number",), "licence": (),
    "account": ("number",), "car": ("number",),
}  # fmt: skip


def query_rows(city: City, in_the_machine: Callable[[Holding], bool], first_year: int) -> dict[str, list[Row]]:
    """The rows of these tables. `in_the_machine` says of a holding whether it is; `first_year` is that of the marriages."""
    held = [one for one in city.holdings if in_the_machine(one)]
    changes = {change.person.id: change for change in city.chronicle.changes}
    registered = [one for _, one in registrations(city.chronicle) if one.day.year >= first_year]
    return {
        "birth_entry": [
            (b.number, b.name, b.sex, iso(b.born), *reversed(b.mother), *reversed(b.father), b.certificate)
            for _, b in births(city.people, changes)
        ],
        "registration": [(one.event, *one.couple[0], *one.couple[1], iso(one.day), one.certificate, OFFICE) for one in registered],
        "deed": [
            (*_who(h), d.certificate, d.address, d.use, d.area, d.share, d.burden)
            for h in _of(held, "real_estate")
            for d in (deed(h),)
        ],
        "period": [(*_who(h), p.kind, p.months, p.state) for h in _of(held, "social_insurance") for p in (period(h, city.today),)],
        "account": [
            (*_who(h), a.state, a.monthly, a.balance, a.loan)
            for h in _of(held, "housing_fund")
            for a in (fund_account(h, city.today),)
        ],
        "car": [(*_who(h), c.plate, c.kind, c.state) for h in _of(held, "vehicle") for c in (car(h),)],
        "licence": [
            (e.code, e.name, e.former, e.head, one.kind, one.capital, one.address, iso(e.founded), iso(e.closed), one.state)
            for e in city.enterprises
            for one in (licence(e),)
        ],
    }


def _of(held: Iterable[Holding], item: str) -> Iterable[Holding]:
    return (one for one in held if one.item == item)


def _who(one: Holding) -> tuple[str, str, str | None, str | None]:
    return one.number, one.name, iso(one.since), iso(one.until)


def iso(day: date | None) -> str | None:
    """The day as text, as the registers write it."""
    return None if day is None else day.isoformat()
