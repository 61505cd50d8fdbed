"""Writes the departments' record stores: one SQLite file per department, as its own systems would hold them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from responders import handlers
from sample.city.city import City
from sample.city.holdings import Holding
from sample.city.papers import COMPLETE_SINCE, ELECTRONIC_FROM, on_paper_only
from sample.city.people import form_at
from sample.city.places import HOME
from sample.city.query_tables import LOOKED_UP as QUERIED
from sample.city.query_tables import TABLES as QUERY_TABLES
from sample.city.query_tables import iso, query_rows

HOLDING = "number TEXT NOT NULL, name TEXT NOT NULL, since TEXT NOT NULL, until TEXT, what TEXT NOT NULL"
EVERYWHERE = {
    "source": "item TEXT PRIMARY KEY, electronic_from INTEGER NOT NULL, as_of TEXT NOT NULL, complete_since TEXT NOT NULL, "
    "entries INTEGER NOT NULL, home TEXT NOT NULL",
    "former": "number TEXT NOT NULL, name TEXT NOT NULL, old_number TEXT NOT NULL, old_name TEXT NOT NULL, changed TEXT NOT NULL",
}
TABLES = {
    "police": {
        "member": "household TEXT NOT NULL, number TEXT NOT NULL, name TEXT NOT NULL, sex TEXT NOT NULL, relation TEXT NOT NULL, "
        "entered TEXT NOT NULL, why_in TEXT NOT NULL, left TEXT, why_out TEXT NOT NULL",
        "household": "number TEXT PRIMARY KEY, area TEXT NOT NULL, community TEXT NOT NULL, address TEXT NOT NULL",
    },
    "civil": {
        "marriage": "husband TEXT NOT NULL, husband_name TEXT NOT NULL, wife TEXT NOT NULL, wife_name TEXT NOT NULL, "
        "since TEXT NOT NULL, until TEXT, why TEXT NOT NULL",
        "resident": "number TEXT NOT NULL, name TEXT NOT NULL",
        "child": "number TEXT NOT NULL, name TEXT NOT NULL, born TEXT NOT NULL, kind TEXT NOT NULL",
    },
    "market": {
        "enterprise": "code TEXT PRIMARY KEY, name TEXT NOT NULL, former TEXT NOT NULL, head TEXT NOT NULL, "
        "head_number TEXT NOT NULL, since TEXT NOT NULL, until TEXT, why TEXT NOT NULL",
    },
    "tax": {
        "taxpayer": "code TEXT PRIMARY KEY, name TEXT NOT NULL, former TEXT NOT NULL, paid_until INTEGER NOT NULL, "
        "since TEXT NOT NULL, until TEXT"
    },
}
HOLDINGS = {
    "police": ("residence_permit", "no_criminal_record", "birth", "death"),
    "civil": ("low_income",),
    "resources": ("real_estate",),
    "social": ("social_insurance",),
    "housing-fund": ("housing_fund",),
    "transport": ("vehicle",),
    "disabled": ("disability",),
}
# Every column that is looked up by a number; each is indexed. A column holds either form, as it was written on the day.
LOOKED_UP = {
    "former": ("number", "old_number"),
    "member": ("number", "household"),
    "marriage": ("husband", "wife"),
    "resident": ("number",),
    "child": ("number",),
    "enterprise": ("head_number",),
    **QUERIED,
}
Row = tuple[object, ...]


def write_archives(city: City, folder: Path, as_of: date | None = None) -> list[Path]:
    """One file per department in this folder, older ones replaced. Returns their paths.

    `as_of` is the day up to which they say that they are kept: the city's own, or an earlier one where that is still to come.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = rows_by_table(city)
    return [write_store(folder / f"{unit}.sqlite", unit, rows, as_of or city.today) for unit in ELECTRONIC_FROM]


def write_store(path: Path, unit: str, rows: dict[str, list[Row]], today: date) -> Path:
    """One department's file, with all its tables; a table without rows stays empty."""
    path.unlink(missing_ok=True)
    source = [
        (
            item,
            year,
            today.isoformat(),
            COMPLETE_SINCE.get(item, ""),
            sum(len(rows.get(table, ())) for table in _tables(item)),
            HOME,
        )
        for item, year in ELECTRONIC_FROM[unit].items()
    ]
    tables = EVERYWHERE | TABLES.get(unit, {}) | QUERY_TABLES.get(unit, {}) | dict.fromkeys(HOLDINGS.get(unit, ()), HOLDING)
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA journal_mode=off").close()
    store.execute("PRAGMA synchronous=off").close()
    store.execute("BEGIN")
    for table, columns in tables.items():
        store.execute(f"CREATE TABLE {table} ({columns})")
        fill(store, table, source if table == "source" else rows.get(table, []))
        for column in LOOKED_UP.get(table, ("number",) if columns == HOLDING else ()):
            store.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
    store.execute("COMMIT")
    store.execute("ANALYZE")
    store.close()
    return path


@cache
def _handlers() -> Mapping[str, Any]:
    return handlers.load()


def _tables(item: str) -> Sequence[str]:
    """The tables whose rows are the item's entries."""
    return tuple(_handlers()[item].TABLES)


def fill(store: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    """All rows of one table in one go."""
    if rows:
        store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def rows_by_table(city: City) -> dict[str, list[Row]]:
    """Everything the departments wrote down, by table; what lies on paper only is left out."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for holding in city.holdings:
        if _in_the_machine(holding):
            rows[holding.item].append((holding.number, holding.name, iso(holding.since), iso(holding.until), holding.what))
    rows["member"] = list(_members(city))
    rows["household"] = [(h.number, h.community.area, h.community.name, h.address) for h in city.chronicle.registry.households]
    rows["former"] = [(c.new_number, c.new_name, c.old_number, c.old_name, iso(c.day)) for c in city.chronicle.changes]
    rows["marriage"] = list(_marriages(city))
    rows["resident"] = [(person.number, person.name) for person in city.people if person.here]
    rows["child"] = list(_children(city))
    rows["enterprise"] = [
        (e.code, e.name, e.former, e.head, e.head_number, iso(e.founded), iso(e.closed), e.why_closed) for e in city.enterprises
    ]
    rows["taxpayer"] = [(e.code, e.name, e.former, e.taxed, iso(e.founded), iso(e.closed)) for e in city.enterprises]
    return rows | query_rows(city, _in_the_machine, _electronic("marriage_record"))


def _in_the_machine(holding: Holding) -> bool:
    return holding.since.year >= _electronic(holding.item) or _still_held(holding)


def _still_held(holding: Holding) -> bool:
    """Whether a register took it over when it began to hold everything that is so today."""
    since = COMPLETE_SINCE.get(holding.item)
    return since is not None and (iso(holding.until) or since) >= since


def _electronic(item: str) -> int:
    return next(items[item] for items in ELECTRONIC_FROM.values() if item in items)


def _members(city: City) -> Iterable[Row]:
    for line in city.chronicle.registry.stays:
        if not on_paper_only(line):
            left = iso(line.left)
            number = form_at(line.number, line.left)
            yield (
                line.household.number, number, line.name, "男" if line.person.sex == "male" else "女", line.relation,
                iso(line.entered), line.why_in, left, line.why_out,
            )  # fmt: skip


def _marriages(city: City) -> Iterable[Row]:
    for marriage in city.chronicle.marriages:
        if marriage.day.year >= _electronic("marriage"):
            (husband, wife), (his_name, her_name), day = marriage.numbers, marriage.names, marriage.day
            ended = (iso(marriage.ended), marriage.why_ended)
            yield (form_at(husband, day), his_name, form_at(wife, day), her_name, iso(day), *ended)


def _children(city: City) -> Iterable[Row]:
    # The family register of the civil office: one line per parent and child born or adopted since it became electronic.
    first = _electronic("adopter_children")
    for child in city.people:
        if child.born.year >= first:
            for parent in child.parents:
                kind = "收养" if child.adopted else "生育"
                yield (form_at(parent.number, child.born), parent.name, iso(child.born), kind)
