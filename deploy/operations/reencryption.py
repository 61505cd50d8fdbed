"""Re-encryption: rows encrypted with an old key are encrypted with the current one, in batches.

It can be killed anywhere and begun again: each step is a transaction, and what is done is not looked at any more.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Select, Table, Text, and_, cast, func, or_, select, tuple_, type_coerce
from sqlmodel import Session

from deploy.tables import all_tables
from storage.bulk_rows import update_rows
from storage.database import Database
from storage.encrypted_columns import MARK, EncryptedBytes, EncryptedJson
from storage.json import Json
from storage.row_encryption import Misplaced, Plan, plan_of
from storage.vault import Vault

AT_MOST = 200
EMPTY = ("", "{}", "[]", "null")


@dataclass(frozen=True, slots=True)
class ReencryptedBatch:
    """One transaction's work: how many rows of which table were done, and which values cannot be opened."""

    table: str
    rows: int
    broken: Sequence[str] = ()


def encrypted_tables() -> list[Table]:
    """Every table with something encrypted in it."""
    return [table for table in all_tables().sorted_tables if plan_of(table).columns]


def reencrypt(database: Database, vault: Vault) -> Iterator[ReencryptedBatch]:
    """Does all there is to do and tells of each step."""
    for table in encrypted_tables():
        yield from _reseal_table(database, vault, table)


def _reseal_table(database: Database, vault: Vault, table: Table) -> Iterator[ReencryptedBatch]:
    last: tuple[Any, ...] | None = None
    while True:
        with database.write() as session:
            found = session.connection().execute(_next(table, vault, last)).mappings().all()
            changed, broken = _resealed(vault, table, [dict(row) for row in found])
            for same in changed:
                update_rows(session, table, {c.name: f"b_{c.name}" for c in table.primary_key}, same)
        if not found:
            return
        last = tuple(found[-1][column.name] for column in table.primary_key)
        yield ReencryptedBatch(table.name, len(found), broken)


def _next(table: Table, vault: Vault, last: tuple[object, ...] | None) -> Select[*tuple[object, ...]]:
    plan, keys = plan_of(table), list(table.primary_key)
    wanted = {column.name: column for column in (*keys, *(table.c[name] for name in (*plan.bound_by, *plan.columns)))}
    needs = or_(*(_needs(table.c[name], vault.head) for name in plan.columns))
    found = select(*wanted.values()).where(needs).order_by(*keys).limit(int(table.info.get("at_once", AT_MOST))).with_for_update()
    return found.where(tuple_(*keys) > last) if last else found


def _resealed(vault: Vault, table: Table, rows: list[Json]) -> tuple[list[list[Json]], list[str]]:
    """The new values, grouped by which columns they are of; and what cannot be opened and is left as it is."""
    plan, broken = plan_of(table), list[str]()
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        values = _values(plan, vault, row, broken)
        if values:
            named = {f"b_{column.name}": row[column.name] for column in table.primary_key}
            by_columns.setdefault(tuple(values), []).append({**named, **values})
    return list(by_columns.values()), broken


def _values(plan: Plan, vault: Vault, row: Json, broken: list[str]) -> Json:
    values = {}
    for name in plan.columns:
        try:
            plain = plan.open(vault, name, row[name], row)
        except Misplaced as wrong:
            broken.append(str(wrong))
            continue
        if plain:
            values[name] = plan.encrypt(vault, name, plain, row)
            if name in plan.indexes:
                values[plan.indexes[name]] = plan.mark(vault, name, plain)
    return values


def _needs(column: Column[object], head: bytes) -> ColumnElement[bool]:
    """Whether something stands there that is not encrypted with the key that begins like this; with b"": in clear."""
    if isinstance(column.type, EncryptedBytes):
        begins = MARK.encode() + head
        plain: Any = type_coerce(column, LargeBinary)
        return and_(func.length(plain) > 0, type_coerce(func.substr(plain, 1, len(begins)), LargeBinary) != begins)
    begun = ('"' if isinstance(column.type, EncryptedJson) else "") + MARK + base64.b64encode(head).decode()
    text = cast(column, Text)
    return and_(text.not_in(EMPTY), func.substr(text, 1, len(begun)) != begun)


def left(session: Session, head: bytes = b"") -> dict[str, int]:
    """How many rows of which table stand in clear; with the head of a key: how many are not encrypted with that one."""
    counts = {}
    for table in encrypted_tables():
        needs = or_(*(_needs(table.c[name], head) for name in plan_of(table).columns))
        counts[table.name] = int(session.execute(select(func.count()).select_from(table).where(needs)).scalar_one())
    return {name: count for name, count in counts.items() if count}
