"""Copies: complete cases by the million, made inside PostgreSQL from some that went the whole way.

Each copy has its own number, days, people and file number, and every row that a case leaves. What is sealed and the marks of the
chain are those of its pattern: they take the same room, and open for nobody. So the newest cases, which pages show, are real ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

# Copies lie so many days back, and from there over so many: not among the first that lists show, and not due to be blocked.
BACK, DAYS = 30, 140
AT_ONCE = 100_000
# Which table a case leaves rows in, and the column with its number.
LEFT = {"cases": "number", "trail": "number", "trail_leaf": "number", "named": "number", "alert": "about", "unread": "number"}
MAP = """CREATE UNLOGGED TABLE copied AS
WITH pattern AS (SELECT number, asked_at, row_number() OVER (ORDER BY number) - 1 AS i, count(*) OVER () AS many FROM cases
                 WHERE state = 'closed' AND number LIKE 'HC%%' AND answered_at IS NOT NULL AND blocked_at IS NULL),
made AS (SELECT n, now() - interval '{back} days' - random() * interval '{days} days' AS at
         FROM generate_series(%s::int, %s::int) n)
SELECT n, n / many AS turn, number AS pattern, at - asked_at AS later,
       to_char(at, 'YYYYMMDD') || '-' || lpad(n::text, 9, '0') AS number
FROM made JOIN pattern ON i = n %% many"""
# What differs in a copy; every time that a row has is moved by the same.
NEW = {
    "fingerprint": "md5('f' || m.n)",
    "reference": "'KD-' || lpad(m.n::text, 8, '0')",
    "key": "md5(t.key || m.turn)",
    "place": "1000000 + m.n",  # among the leaves of its pattern's checkpoint
}


class Copies:
    """Fills one database."""

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        self._connection = connection
        self._made = 0

    def add(self, count: int) -> None:
        """So many more. Indexes are put back when all is in: building one is cheaper than keeping it."""
        with self._without_indexes() if count >= AT_ONCE else self._nothing():
            while count:
                step = min(count, AT_ONCE)
                self._copy(step)
                count -= step
        self._connection.execute("DROP TABLE IF EXISTS copied")

    def _copy(self, count: int) -> None:
        run = self._connection.execute
        run("DROP TABLE IF EXISTS copied")
        run(MAP.format(back=BACK, days=DAYS), (self._made, self._made + count - 1))
        run("CREATE INDEX ON copied (pattern)")
        run("ANALYZE copied")
        self._made += count
        for table, about in LEFT.items():
            names, values = zip(*self._columns(table, about), strict=True)
            columns = sql.SQL(", ").join(map(sql.Identifier, names))
            made = sql.SQL(", ").join(map(sql.SQL, values))
            statement = "INSERT INTO {t} ({columns}) SELECT {made} FROM copied m JOIN {t} t ON t.{about} = m.pattern"
            run(sql.SQL(statement).format(t=sql.Identifier(table), columns=columns, made=made, about=sql.Identifier(about)))

    def _columns(self, table: str, about: str) -> Iterator[tuple[str, str]]:
        found = self._connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
            (table,),
        )
        for name, kind in found.fetchall():
            if name == "id" and kind in ("bigint", "integer"):
                continue  # counted up by the database
            yield name, self._value(name, kind, about)

    @staticmethod
    def _value(name: str, kind: str, about: str) -> str:
        if name == about:
            return "m.number"
        if name == "id":
            return "gen_random_uuid()"
        if name == "provider_id":
            return "CASE WHEN t.provider_id = '' THEN '' ELSE md5('p' || m.n) END"
        if name in NEW:
            return NEW[name]
        return f't."{name}" + m.later' if kind.startswith("timestamp") else f't."{name}"'

    @contextmanager
    def _without_indexes(self) -> Iterator[None]:
        free = """SELECT i.indexname, i.indexdef FROM pg_indexes i JOIN pg_class c ON c.relname = i.indexname
                  JOIN pg_index x ON x.indexrelid = c.oid WHERE i.tablename = ANY(%s) AND i.schemaname = 'public'
                  AND NOT x.indisunique"""
        indexes = self._connection.execute(free, (list(LEFT),)).fetchall()
        for name, _ in indexes:
            self._connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        yield
        for _, definition in indexes:
            self._connection.execute(definition)

    @contextmanager
    def _nothing(self) -> Iterator[None]:
        yield


def sizes(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Bytes of each table a case leaves rows in, its indexes included."""
    return {table: connection.execute("SELECT pg_total_relation_size(%s)", (table,)).fetchone()[0] for table in LEFT}  # type: ignore[index]
