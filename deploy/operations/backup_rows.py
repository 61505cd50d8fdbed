"""What goes into a backup: which tables (and which are left out), their rows as JSON lines; encrypted columns stay encrypted."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    Table,
    TableClause,
    Uuid,
    column,
    select,
    table,
    text,
)
from sqlalchemy.types import NullType, TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

from deploy.tables import all_tables

AT_ONCE = 1000  # rows, of a table that does not say less: pictures are large
LEFT_OUT = frozenset(
    {"beat", "presence", "sign_in"}
)  # of processes, open pages and sessions: they end with the house that had them
# How a value of each kind is kept in the database, written down in the backup, and read again.
KEPT: Mapping[str, TypeEngine[Any]] = {
    "time": UTCDateTime(), "date": Date(), "bytes": LargeBinary(), "json": JSON(none_as_null=True), "bool": Boolean(),
    "uuid": Uuid(), "plain": NullType(),
}  # fmt: skip
WRITE: Mapping[str, Callable[[Any], Any]] = {
    "time": datetime.isoformat, "date": date.isoformat, "bytes": lambda value: base64.b64encode(value).decode(), "uuid": str,
}  # fmt: skip
READ: Mapping[str, Callable[[Any], Any]] = {
    "time": datetime.fromisoformat, "date": date.fromisoformat, "bytes": base64.b64decode, "uuid": UUID,
}  # fmt: skip
Columns = Sequence[tuple[str, str]]  # names and kinds


class ForeignRow(Exception):
    """A row that cannot be kept as it stands: somebody changed it from outside. Names its place, and nothing of it."""

    def __init__(self, table_name: str, row: int) -> None:
        """`row` counts from one, in the order in which the table is read; it is this one or a later one that came along."""
        self.table, self.row = table_name, row
        super().__init__(f"row {row} of {table_name}")


def tables_kept() -> list[tuple[str, Columns]]:
    """Every table that goes into a backup with its columns, those first that others point at."""
    return [(one.name, columns_of(one)) for one in all_tables().sorted_tables if one.name not in LEFT_OUT]


def columns_of(one: Table) -> Columns:
    """Names and kinds of a table's columns."""
    return [(found.name, _kind(found)) for found in one.columns]


def _kind(found: Column[object]) -> str:
    kind: Any = getattr(found.type, "impl_instance", found.type)  # of what is kept sealed, how it is kept
    names = {DateTime: "time", Date: "date", LargeBinary: "bytes", JSON: "json", Boolean: "bool", Uuid: "uuid"}
    return next((name for known, name in names.items() if isinstance(kind, known)), "plain")


def at_once(name: str, usual: int) -> int:
    """How many rows of this table are held in memory together: where they are large, its class says fewer."""
    known = all_tables().tables.get(name)
    return usual if known is None else int(known.info.get("at_once", usual))


def rows_of(connection: Connection, name: str, columns: Columns) -> Iterator[bytes]:
    """The rows of a table as lines. Raises ForeignRow."""
    writers, count = [WRITE.get(kind) for _, kind in columns], 0
    found = connection.execution_options(yield_per=at_once(name, AT_ONCE)).execute(select(*_known(name, columns).c))
    try:
        for row in found:
            values = [write(value) if write and value is not None else value for write, value in zip(writers, row, strict=True)]
            yield (json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
            count += 1
    except (ValueError, TypeError, AttributeError):
        raise ForeignRow(name, count + 1) from None


def put_rows(connection: Connection, name: str, columns: Columns, lines: Iterable[bytes]) -> int:
    """Adds the rows of these lines to a table; says how many."""
    readers, names = [READ.get(kind) for _, kind in columns], [column_name for column_name, _ in columns]
    statement, rows, count = _known(name, columns).insert(), list[dict[str, Any]](), 0
    most = at_once(name, AT_ONCE)
    for line in lines:
        values = zip(readers, json.loads(line), strict=True)
        rows.append(dict(zip(names, (read(value) if read and value is not None else value for read, value in values), strict=True)))
        count += 1
        if len(rows) == most:
            connection.execute(statement, rows)
            rows = []
    if rows:
        connection.execute(statement, rows)
    return count


def go_on_counting(connection: Connection) -> None:
    """PostgreSQL numbers new rows by counters of its own: they go on after the rows that were put in."""
    for one in all_tables().sorted_tables if connection.dialect.name == "postgresql" else ():
        key = one.autoincrement_column
        if key is not None:
            counter = connection.execute(
                text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": f'"{one.name}"', "c": key.name}
            ).scalar()
            highest = connection.execute(select(key).order_by(key.desc()).limit(1)).scalar()
            if counter and highest:
                connection.execute(text("SELECT setval(:counter, :highest)"), {"counter": counter, "highest": highest})


def is_empty(connection: Connection) -> bool:
    """Whether there is nothing in this database that anybody wrote."""
    there = set(connection.dialect.get_table_names(connection))
    return not any(
        connection.execute(select(text("1")).select_from(table(name)).limit(1)).first() for name in there - {"alembic_version"}
    )


def _known(name: str, columns: Columns) -> TableClause:
    return table(name, *(column(column_name, KEPT[kind]) for column_name, kind in columns))
