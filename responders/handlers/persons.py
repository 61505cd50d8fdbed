"""Persons as a record store may know them: under every number and every name they had, found with one query a batch."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cases.names import comparison_form
from cases.question import Identity, Subject
from responders.handlers import RecordsAway

Row = tuple[Any, ...]
FORMER = """SELECT number, name, old_number, old_name FROM former WHERE number IN (SELECT value FROM json_each(?1))
UNION ALL SELECT number, name, old_number, old_name FROM former WHERE old_number IN (SELECT value FROM json_each(?1))"""


@dataclass(slots=True)
class PersonQuery:
    """One asked person: all forms of all their numbers, and the names that records hold under these numbers.

    `names` are in the form in which they are compared (see cases/names.py); add them with `also_called`.
    """

    name: str
    born: int
    forms: list[str]
    names: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    subject: Subject | None = None  # who was asked about; compared by all its names where it has another document than a card

    @property
    def known(self) -> bool:
        """Whether the store holds anything under one of the numbers."""
        return bool(self.names)

    @property
    def misnamed(self) -> bool:
        """Whether the numbers are known and none of their names is the asked one."""
        if self.subject and self.subject.document:
            return bool(self.names) and not any(map(self.subject.is_called, self.names))
        return bool(self.names) and comparison_form(self.name) not in self.names

    @property
    def identity(self) -> Identity:
        """Whether name and number belong together here."""
        if not self.known:
            return Identity.NOT_KNOWN
        return Identity.NAME_DIFFERS if self.misnamed else Identity.AGREES

    def also_called(self, *names: str) -> None:
        """Notes names that records hold under one of the numbers."""
        self.names.update(map(comparison_form, names))


@dataclass(frozen=True, slots=True)
class Source:
    """What a store says of one item: the year since which it holds the past, the day (ISO) up to which it is kept, and the day
    (ISO) since which it holds everything that is so today; empty where it does not. `home`: its province and city, as addresses
    name them; empty where it does not say."""

    electronic_from: int
    as_of: str
    complete_since: str = ""
    home: str = ""


def source(records: sqlite3.Connection, item: str) -> Source:
    """What the table `source` says: item, electronic_from, as_of, complete_since, entries and home, in this order. One query.

    `entries` is how many rows the handler's TABLES have together on that day; the agent compares them, a handler need not. Stores
    that leave out the last columns work. Raises RecordsAway where the store has no such item: then it is not the item's store, and
    nothing in it says that there is no record.
    """
    row = records.execute("SELECT * FROM source WHERE item = ?", (item,)).fetchone()
    if row is None:
        raise RecordsAway(f"{item}: not named in source")
    return Source(
        row[1], row[2], *row[3:4], **({"home": row[5]} if len(row) > 5 else {})
    )  # older stores do not say what they are complete for


def look_up(records: sqlite3.Connection, subjects: Sequence[Subject]) -> list[PersonQuery]:
    """The subjects with both forms of their numbers, and with those from before or after a change of number. One query."""
    asked = [PersonQuery(subject.name, _born(subject), subject.id_forms, subject=subject) for subject in subjects]
    by_form = index(asked)
    for number, name, old_number, old_name in records.execute(FORMER, (forms_json(by_form),)):
        people = {id(person): person for form in (number, old_number) for person in by_form.get(form, ())}
        for person in people.values():
            person.also_called(name, old_name)
            person.forms += [form for other in (number, old_number) for form in both_forms(other) if form not in person.forms]
    return asked


def _born(subject: Subject) -> int:
    """The year in the number; 0 where the number of another document tells none, so that no record counts as too young to be."""
    if subject.id_number:
        return int(subject.id_number[6:10])
    proof = subject.proof
    return proof.birth.year if proof and proof.birth else 0


def index(asked: Iterable[PersonQuery]) -> dict[str, list[PersonQuery]]:
    """The asked persons by each form of their numbers; two questions may ask about the same person."""
    by_form: dict[str, list[PersonQuery]] = {}
    for person in asked:
        for form in person.forms:
            by_form.setdefault(form, []).append(person)
    return by_form


def fill_rows(records: sqlite3.Connection, asked: Sequence[PersonQuery], table: str, columns: str) -> None:
    """Gives each asked person the rows (number, name, *columns) that the table holds under one of the numbers. One query."""
    by_form = index(asked)
    query = f"SELECT number, name, {columns} FROM {table} WHERE number IN (SELECT value FROM json_each(?))"
    for row in records.execute(query, (forms_json(by_form),)):
        for person in by_form[row[0]]:
            person.also_called(row[1])
            person.rows.append(row)


def fill_names(records: sqlite3.Connection, asked: Sequence[PersonQuery], table: str) -> None:
    """Adds the names that this table holds under the asked numbers. One query."""
    by_form = index(asked)
    query = f"SELECT number, name FROM {table} WHERE number IN (SELECT value FROM json_each(?))"
    for number, name in records.execute(query, (forms_json(by_form),)):
        for person in by_form[number]:
            person.also_called(name)


def forms_json(by_form: Iterable[str]) -> str:
    """The numbers as one parameter, however many there are."""
    return json.dumps(list(by_form))


def both_forms(number: str) -> list[str]:
    """A number as stored, and in 15 digits where it has 18 and had them."""
    return list(Subject.model_construct(name="", id_number=number).id_forms) if len(number) == 18 else [number]


def form(number: str) -> str:
    """`18` or `15`: which form of the number a record was found under."""
    return str(len(number))
