"""Reading together: statements that do not wait for each other's answers go to PostgreSQL in one round trip."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import Session

from storage.pipeline import Queued, queue

PSYCOPG = PGDialect_psycopg()  # type: ignore[no-untyped-call]  # in whose words statements are queued


class Lookup(NamedTuple):
    """A statement that was built once, and the values of its parameters."""

    statement: Executable
    parameters: Mapping[str, object] | Sequence[Mapping[str, object]]


def read_together(session: Session, lookups: Sequence[Lookup]) -> list[Sequence[Any]]:
    """The rows that each of these gives, as tuples. The columns must be of types that the driver knows: text, numbers, moments.

    Only the last may write: what changes is noted of that one alone.
    """
    connection = session.connection()
    if session.get_bind().dialect.name != "postgresql":
        return [connection.execute(one.statement, one.parameters).all() for one in lookups]
    driver: Any = connection.connection.driver_connection
    *first, last = lookups
    cursors = [driver.cursor() for _ in first]
    for one, cursor in zip(first, cursors, strict=True):
        compiled = compiled_for_psycopg(one.statement)
        queue(connection, Queued(str(compiled), compiled.construct_params(one.parameters), cursor))
    rows = connection.execute(last.statement, last.parameters).all()
    return [*(cursor.fetchall() for cursor in cursors), rows]


@lru_cache(maxsize=500)
def compiled_for_psycopg(statement: Any) -> Any:
    """The statement in the driver's words; kept, for each is built once."""
    return statement.compile(dialect=PSYCOPG)
