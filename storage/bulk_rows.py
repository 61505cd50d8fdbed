"""Bulk INSERT, UPDATE and upsert: many rows in one statement (on PostgreSQL, one JSON parameter)."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic_core import to_json
from sqlalchemy import (
    JSON,
    ColumnElement,
    Executable,
    Integer,
    Table,
    Text,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from storage.encrypted_columns import EncryptedColumn
from storage.engine import note_write, refuse_in_look
from storage.json import Json
from storage.postgresql.pipeline import StaleRows, queue
from storage.read_together import Lookup, in_numbers, read_together
from storage.row_encryption import encrypt_rows

Row = Mapping[str, Any]
Fresh = TypeVar("Fresh", postgresql.Insert, sqlite.Insert)


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Adds these rows in their order, encrypted where the table says so; all must name the same columns.

    This, `upsert_rows` and `update_rows` wait for nothing on PostgreSQL: what they say goes with the next statement or the commit,
    and so does what the database has against it.
    """
    if not rows:
        return
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    if on_postgres(session):
        rows = _whole(table, rows)
        write_later(session, table, Lookup(_insert_sent(table, tuple(rows[0])), _sent(rows)))
    else:
        session.connection().execute(insert(table), [dict(row) for row in rows])


def inserting_new(session: Session, table: Table, rows: Sequence[Row], name: str) -> Lookup:
    """Adds those of the rows whose key is not there yet, and gives this column of the new ones: for `read_together`."""
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    if on_postgres(session):
        rows = _whole(table, rows)
        return Lookup(_returning(table, tuple(rows[0]), name), _sent(rows))
    return Lookup(_returning(table, (), name), [dict(row) for row in rows])


def insert_new(session: Session, table: Table, rows: Sequence[Row], name: str) -> list[Any]:
    """The same at once: this column of the new ones."""
    (new,) = read_together(session, [inserting_new(session, table, rows, name)])
    return [value for (value,) in new]


def upsert_rows(session: Session, table: Table, rows: Sequence[Row], news: Collection[str] = (), newer: str = "") -> None:
    """Adds these rows, encrypted where the table says so; all must name the same columns, and each another key. Where one of the
    same key stands already, it takes over these columns, with `newer` only if this one of them is not behind; without any it stays.
    """
    if not rows:
        return
    rows = encrypt_rows(session.info.get("vault"), table, rows)
    if on_postgres(session):
        rows = _whole(table, rows)
        write_later(session, table, Lookup(_upsert_sent(table, tuple(rows[0]), tuple(news), newer), _sent(rows)))
    else:
        session.connection().execute(_or_news(sqlite.insert(table), table, news, newer), [dict(row) for row in rows])


def insert_of(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's own database: it can say what becomes of rows that are there already."""
    return postgresql.insert(table) if on_postgres(session) else sqlite.insert(table)


def update_rows(session: Session, table: Table, keys: Mapping[str, str], rows: Sequence[Row], all_of_them: bool = False) -> None:
    """Changes the rows whose columns (the names of `keys`) equal what stands in the fields (their values).

    All rows must name the same fields; those that are no keys are the new values. `all_of_them`: raises StaleRows, on PostgreSQL
    when the statement is sent, unless there was one to change for each.
    """
    if not rows:
        return
    rows = encrypt_rows(session.info.get("vault"), table, rows, keys)
    found = tuple(sorted(keys.items()))
    if on_postgres(session):
        write_later(session, table, Lookup(_update_sent(table, found, tuple(rows[0]), all_of_them), _sent(rows)))
        return
    guard = [table.c[name] == bindparam(field) for name, field in found]
    changed = session.connection().execute(update(table).where(*guard), [dict(row) for row in rows])
    if all_of_them and changed.rowcount != len(rows):
        raise StaleRows


def write_later(session: Session, table: Table, write: Lookup) -> None:
    """A write to this table that was built once (for each database) and whose outcome nobody waits for."""
    connection = session.connection()
    if not on_postgres(session):
        connection.execute(write.statement, write.parameters)
        return
    refuse_in_look(connection)
    note_write(connection, table.name)
    queue(connection, in_numbers(write.statement, write.parameters))


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


def with_keys_later(postgres: bool, field: Any, name: str) -> ColumnElement[bool]:
    """The same for a column of which each value stands in one row: PostgreSQL plans for some rows, however many there will be.

    Where it knew how many, planning anew each time would seem worth its while to it.
    """
    if not postgres:
        return among_later(postgres, field, name)
    each = select(func.unnest(bindparam(name, type_=postgresql.ARRAY(field.type)))).scalar_subquery()
    return field == any_(func.array(each))  # type: ignore[no-any-return]  # as above


def on_postgres(session: Session) -> bool:
    """Whether this session speaks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def _whole(table: Table, rows: Sequence[Row]) -> Sequence[Row]:
    """These rows with what their table's own code says of columns that they do not name."""
    more = _defaults(table, frozenset(rows[0]))
    return [{**more, **row} for row in rows] if more else rows


@lru_cache(maxsize=200)
def _defaults(table: Table, named: frozenset[str]) -> Row:
    left: list[Any] = [c for c in table.columns if c.name not in named and not c.nullable and not c.server_default and c.default]
    return {c.name: c.default.arg if c.default.is_scalar else c.default.arg(None) for c in left}


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
def _insert_sent(table: Table, fields: tuple[str, ...]) -> postgresql.Insert:
    there = _sent_as({field: table.c[field].type for field in fields})
    return postgresql.insert(table).from_select(fields, there.select(), include_defaults=False)


@lru_cache(maxsize=200)
def _upsert_sent(table: Table, fields: tuple[str, ...], news: tuple[str, ...] = (), newer: str = "") -> postgresql.Insert:
    return _or_news(_insert_sent(table, fields), table, news, newer)


@lru_cache(maxsize=200)
def _returning(table: Table, sent: tuple[str, ...], name: str) -> Executable:
    fresh = _upsert_sent(table, sent) if sent else sqlite.insert(table).on_conflict_do_nothing()
    return fresh.returning(table.c[name])


def _or_news(fresh: Fresh, table: Table, news: Collection[str], newer: str) -> Fresh:
    if not news:
        return fresh.on_conflict_do_nothing()
    older = table.c[newer].is_(None) | (table.c[newer] <= fresh.excluded[newer]) if newer else None
    told = {name: fresh.excluded[name] for name in news}
    return fresh.on_conflict_do_update(index_elements=list(table.primary_key), set_=told, where=older)


@lru_cache(maxsize=200)
def _update_sent(table: Table, keys: tuple[tuple[str, str], ...], fields: tuple[str, ...], all_of_them: bool) -> Executable:
    columns = {field: name for name, field in keys}
    there = _sent_as({field: table.c[columns.get(field, field)].type for field in fields})
    new = {field: there.c[field] for field in fields if field not in columns}
    changing = update(table).values(new).where(*(table.c[name] == there.c[field] for name, field in keys))
    if not all_of_them:
        return changing
    # The COMMIT is on its way already, so the statement itself must fail: by dividing by zero.
    changed = changing.returning(literal_column("1")).cte("changed")
    wanted = func.json_array_length(cast(bindparam("rows", type_=Text), JSON))
    every = select(func.count()).select_from(changed).scalar_subquery() == wanted
    one, zero = literal_column("1", Integer), literal_column("0", Integer)
    return select(one // case((every, one), else_=zero))


def _sent_as(types: Mapping[str, Any]) -> Any:
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    return rows.table_valued(*(column(field, kind) for field, kind in types.items()), name="sent").render_derived(with_types=True)
