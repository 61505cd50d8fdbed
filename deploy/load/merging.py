"""Merging rows into a table: new ones inserted, different ones updated, equal ones left."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Table, bindparam, insert, select, update
from sqlmodel import Session, SQLModel

from storage.json import Json


@dataclass(frozen=True, slots=True)
class Merged:
    """How many rows of one kind were what; `changes` says which values become others."""

    added: int
    changed: int
    same: int
    changes: Sequence["ValueChange"] = field(default=(), repr=False)

    def counts(self) -> dict[str, int]:
        """The three figures by name."""
        return {"added": self.added, "changed": self.changed, "same": self.same}


class ValueChange(NamedTuple):
    """One value that becomes another: of whom or what, which field, and both."""

    subject: str
    field: str
    before: object
    after: object


def merge(session: Session, model: type[SQLModel], rows: Sequence[Json]) -> Merged:
    """Three statements for any number of rows; a column that a row does not name keeps its value."""
    table: Table = SQLModel.metadata.tables[str(model.__tablename__)]
    key = [column.name for column in table.primary_key]
    there = {tuple(row[name] for name in key): dict(row) for row in session.execute(select(table)).mappings()}
    new, changed, changes = [], [], list[ValueChange]()
    for row in rows:
        old = there.get(tuple(row[name] for name in key))
        if old is None:
            new.append(model.model_validate(row).model_dump())
        elif any(old[name] != value for name, value in row.items()):
            changed.append({**old, **row})
            subject = " ".join(str(row[name]) for name in key)
            changes += [ValueChange(subject, name, old[name], value) for name, value in row.items() if old[name] != value]
    if new:
        session.execute(insert(table), new)
    if changed:
        _change(session, table, key, changed)
    return Merged(len(new), len(changed), len(rows) - len(new) - len(changed), changes)


def _change(session: Session, table: Table, key: Sequence[str], rows: Sequence[Json]) -> None:
    others = [column.name for column in table.columns if column.name not in key]
    statement = update(table).where(*(table.c[name] == bindparam(f"b_{name}") for name in key))
    statement = statement.values({name: bindparam(f"v_{name}") for name in others})
    given = [{**{f"b_{name}": row[name] for name in key}, **{f"v_{name}": row[name] for name in others}} for row in rows]
    session.connection().execute(statement, given)
