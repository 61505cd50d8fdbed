"""Bulk INSERT, UPDATE and upsert: many rows in one statement (on PostgreSQL, one JSON parameter)."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    Executable,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from storage.encrypted_columns import EncryptedColumn
from storage.json import Json
from storage.row_encryption import encrypt_rows

Row = Mapping[str, Any]


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Adds these rows in their order, encrypted where the table says so; all must name the same columns."""
    if not rows:
        return
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    if on_postgres(session) and len(rows) > 1:
        session.connection().execute(_insert_sent(table, tuple(rows[0])), _sent(rows))
    else:
        session.connection().execute(insert(table), [dict(row) for row in rows])


def insert_new(session: Session, table: Table, rows: Sequence[Row], name: str) -> list[Any]:
    """Adds those of the rows whose key is not there yet, and gives back this column of the new ones."""
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    if on_postgres(session):
        statement = _insert_sent(table, tuple(rows[0]), name)
        return list(session.connection().execute(statement, _sent(rows)).scalars())
    fresh = sqlite.insert(table).on_conflict_do_nothing().returning(table.c[name])
    return list(session.connection().execute(fresh, [dict(row) for row in rows]).scalars())


def upsert_rows(session: Session, table: Table, rows: Sequence[Row], news: Collection[str] = (), newer: str = "") -> None:
    """Adds these rows, encrypted where the table says so; all must name the same columns. Where one of the same key stands already,
    it takes over these columns, with `newer` only if this one of them is not behind; without any it stays as it is.
    """
    if not rows:
        return
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    fresh = insert_of(session, table)
    statement = fresh.on_conflict_do_nothing()
    if news:
        older = table.c[newer].is_(None) | (table.c[newer] <= fresh.excluded[newer]) if newer else None
        told = {name: fresh.excluded[name] for name in news}
        statement = fresh.on_conflict_do_update(index_elements=list(table.primary_key), set_=told, where=older)
    session.connection().execute(statement, [dict(row) for row in rows])


def insert_of(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's own database: it can say what becomes of rows that are there already."""
    return postgresql.insert(table) if on_postgres(session) else sqlite.insert(table)


def update_rows(session: Session, table: Table, keys: Mapping[str, str], rows: Sequence[Row]) -> int:
    """Changes the rows whose columns (the names of `keys`) equal what stands in the fields (their values); says how many.

    All rows must name the same fields; those that are no keys are the new values.
    """
    if not rows:
        return 0
    rows = encrypt_rows(session.info.get("vault"), table, rows, keys)
    found = tuple(sorted(keys.items()))
    if on_postgres(session) and len(rows) > 1:
        return int(session.connection().execute(_update_sent(table, found, tuple(rows[0])), _sent(rows)).rowcount)
    guard = [table.c[name] == bindparam(field) for name, field in found]
    return int(session.connection().execute(update(table).where(*guard), [dict(row) for row in rows]).rowcount)


def among(session: Session, field: Any, values: Collection[object]) -> ColumnElement[bool]:
    """Whether the column has one of these values; on PostgreSQL the statement is the same whatever their number."""
    if on_postgres(session):
        return field == any_(literal(list(values), postgresql.ARRAY(field.type)))  # type: ignore[no-any-return]  # SQLAlchemy types comparisons loosely
    return field.in_(values)  # type: ignore[no-any-return]  # as above


def among_later(postgres: bool, field: Any, name: str) -> ColumnElement[bool]:
    """The same for a statement that is built once for each database: the values are given as this parameter when it is executed."""
    if postgres:
        return field == any_(bindparam(name, type_=postgresql.ARRAY(field.type)))  # type: ignore[no-any-return]  # as above
    return field.in_(bindparam(name, expanding=True))  # type: ignore[no-any-return]  # as above


def on_postgres(session: Session) -> bool:
    """Whether this session speaks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def _sent(rows: Sequence[Row]) -> dict[str, str]:
    """The parameter of a statement for rows that are sent: times and ids as text, JSON as it is."""
    return {"rows": to_json([_told(row) for row in rows], fallback=_sealed_as_sent).decode()}


def _told(row: Row) -> Json:
    return {name: "\\x" + value.hex() if type(value) is bytes else value for name, value in row.items()}


def _sealed_as_sent(value: object) -> str:
    kept = value.kept if isinstance(value, EncryptedColumn) else None
    if isinstance(kept, bytes):
        return "\\x" + kept.hex()  # how PostgreSQL reads bytes
    if not isinstance(kept, str):
        raise TypeError(type(value).__name__)
    return kept


@lru_cache(maxsize=200)
def _insert_sent(table: Table, fields: tuple[str, ...], new: str = "") -> Executable:
    there = _sent_as({field: table.c[field].type for field in fields})
    statement = postgresql.insert(table).from_select(fields, there.select(), include_defaults=False)
    return statement.on_conflict_do_nothing().returning(table.c[new]) if new else statement


@lru_cache(maxsize=200)
def _update_sent(table: Table, keys: tuple[tuple[str, str], ...], fields: tuple[str, ...]) -> Update:
    columns = {field: name for name, field in keys}
    there = _sent_as({field: table.c[columns.get(field, field)].type for field in fields})
    new = {field: there.c[field] for field in fields if field not in columns}
    return update(table).values(new).where(*(table.c[name] == there.c[field] for name, field in keys))


def _sent_as(types: Mapping[str, Any]) -> Any:
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    return rows.table_valued(*(column(field, kind) for field, kind in types.items()), name="sent").render_derived(with_types=True)
