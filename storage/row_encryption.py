"""Encryption of rows: the ORM's hooks that encrypt and decrypt columns, each value bound to its row.

rows.py encrypts what it writes; the ORM encrypts at a flush and opens at a load. Whoever selects single columns opens them with
`open_value`. The columns that name a row are those of the primary key, or `__table_args__ = {"info": {"bound_by": (...)}}`;
with `"indexes": {"phone": "phone_index"}` there equal values are found by `index_of` without standing anywhere.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, event
from sqlalchemy.orm import Mapper, QueryContext, object_session
from sqlalchemy.orm.attributes import get_history, set_committed_value
from sqlmodel import Session

from storage.encrypted_columns import KINDS, EncryptedColumn, NotEncrypted
from storage.json import Json
from storage.vault import Broken, NoVault, Vault, vault_of

Row = Mapping[str, Any]


class Misplaced(Broken):
    """A encrypted value that was altered, or moved here from another row; names the table, the column and the row."""


class Plan(NamedTuple):
    """What of a table is encrypted, and the columns that name its rows."""

    table: str
    columns: Mapping[str, Any]  # by the column's name its type
    bound_by: tuple[str, ...]
    indexes: Mapping[str, str]  # of a encrypted column the one that holds its index, by which equal values are found

    def mark(self, vault: Vault, column: str, value: object) -> str:
        """What stands in the index of this column for this value."""
        return vault.index(str(value), f"{self.table}.{column}") if value else ""

    def place(self, column: str, row: Row) -> str:
        """To what a value in this column of this row is bound."""
        return f"{self.table}.{column}:" + "\x1f".join(_written(row[name]) for name in self.bound_by)

    def encrypt(self, vault: Vault, column: str, value: object, row: Row) -> object:
        """The value as it is kept; what is empty or encrypted already stays."""
        if not value or isinstance(value, EncryptedColumn):
            return value
        kind = self.columns[column]
        return kind.encrypt(vault.encrypt(kind.encode(value), self.place(column, row)))

    def open(self, vault: Vault, column: str, value: object, row: Row) -> object:
        """The value as we know it. Raises Misplaced, also for one that stands there in clear."""
        if not isinstance(value, EncryptedColumn):
            return value
        try:
            return self.columns[column].decode(vault.open(value.raw, self.place(column, row)))
        except Broken:
            where = f"{self.table}.{column} of {', '.join(_written(row[name]) for name in self.bound_by)}"
            raise Misplaced(f"{where}: altered, moved here from elsewhere, in clear, or sealed with a key we do not have") from None


def _written(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@lru_cache(maxsize=200)
def plan_of(table: Table) -> Plan:
    """What of this table is encrypted; `columns` is empty where nothing is."""
    columns = {column.name: column.type for column in table.columns if isinstance(column.type, KINDS)}
    bound_by = tuple(table.info.get("bound_by", ())) or tuple(column.name for column in table.primary_key)
    return Plan(table.name, columns, bound_by, table.info.get("indexes", {}))


def encrypt_rows(vault: Vault | None, table: Table, rows: Sequence[Row], keys: Mapping[str, str] | None = None) -> Sequence[Row]:
    """These rows with what is to be encrypted encrypted; `keys` says in which fields columns of another name stand."""
    plan = plan_of(table)
    columns = [name for name in plan.columns if name in rows[0]] if plan.columns and rows else []
    if not columns:
        return rows
    named = {name: (keys or {}).get(name, name) for name in plan.bound_by}
    return [_sealed_row(plan, vault, columns, row, named) for row in rows]


def _sealed_row(plan: Plan, vault: Vault | None, columns: Sequence[str], row: Row, named: Mapping[str, str]) -> Row:
    filled = [name for name in columns if row[name] and not isinstance(row[name], EncryptedColumn)]
    row = {**row, **{plan.indexes[name]: "" for name in columns if name in plan.indexes and not row[name]}}
    if not filled:
        return row
    if vault is None:
        raise NotEncrypted
    row |= {plan.indexes[name]: plan.mark(vault, name, row[name]) for name in filled if name in plan.indexes}
    place = {name: row[field] for name, field in named.items()}
    return {**row, **{name: plan.encrypt(vault, name, row[name], place) for name in filled}}


def decrypt_row(vault: Vault, table: Table, row: Row) -> Json:
    """This row as we know it; raises Misplaced. It must hold the columns that name it."""
    plan = plan_of(table)
    return {name: plan.open(vault, name, value, row) if name in plan.columns else value for name, value in row.items()}


def index_of(vault: Vault, column: Any, value: str) -> str:
    """By what rows are found whose encrypted column has this value; the table says where that stands."""
    found = column.expression  # a mapped attribute's column
    return plan_of(found.table).mark(vault, found.name, value)


def decrypt_value(vault: Vault, column: Any, value: Any, **named: object) -> Any:
    """One value of a column that was selected alone; `named` are the columns that name its row. Raises Misplaced."""
    found = column.expression  # a mapped attribute's column
    return plan_of(found.table).open(vault, found.name, value, named)


def watch_encrypted(mapper: Mapper[object], table_class: type) -> None:
    """Opens at a load and encrypts at a flush, for a class whose table has encrypted columns."""
    if not isinstance(mapper.local_table, Table) or not (plan := plan_of(mapper.local_table)).columns:
        return
    watch = _Watch(plan)
    event.listen(table_class, "load", watch.loaded)
    event.listen(table_class, "refresh", watch.refreshed)
    event.listen(table_class, "before_insert", watch.encrypt)
    event.listen(table_class, "before_update", watch.encrypt_changes)
    for name in ("after_insert", "after_update"):
        event.listen(table_class, name, watch.reopen)


class _Watch:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def loaded(self, target: object, context: QueryContext | None) -> None:
        if context is not None:  # a merge makes an object without asking the database
            self._open(target, context.session.info.get("vault"))

    def refreshed(self, target: object, context: QueryContext | None, _names: object) -> None:
        if context is not None:  # nor does an UPDATE that changes the objects at hand
            self._open(target, context.session.info.get("vault"))

    def reopen(self, _mapper: Mapper[object], _connection: Connection, target: object) -> None:
        self._open(target, _vault_for(target))

    def encrypt(self, _mapper: Mapper[object], _connection: Connection, target: object) -> None:
        self._encrypt(target, [name for name in self._plan.columns if target.__dict__.get(name)])

    def encrypt_changes(self, _mapper: Mapper[object], _connection: Connection, target: object) -> None:
        there = [name for name in self._plan.columns if name in target.__dict__]
        self._encrypt(target, [name for name in there if get_history(target, name).has_changes()])

    def _encrypt(self, target: object, names: Sequence[str]) -> None:
        row = target.__dict__
        for name in names:
            if name in self._plan.indexes:
                setattr(target, self._plan.indexes[name], self._plan.mark(_vault_for(target), name, row[name]))
            setattr(target, name, self._plan.encrypt(_vault_for(target), name, row[name], row))

    def _open(self, target: object, vault: Vault | None) -> None:
        row = target.__dict__
        for name in self._plan.columns:
            if isinstance(row.get(name), EncryptedColumn):
                if vault is None:
                    raise NoVault
                set_committed_value(target, name, self._plan.open(vault, name, row[name], row))


def _vault_for(target: object) -> Vault:
    session = object_session(target)
    if not isinstance(session, Session):
        raise NoVault
    return vault_of(session)


event.listen(Mapper, "mapper_configured", watch_encrypted)
