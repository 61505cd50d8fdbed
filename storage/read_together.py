"""Reading together: statements that do not wait for each other's answers go to PostgreSQL in one round trip."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlmodel import Session

from storage.postgresql.pipeline import ask_together
from storage.postgresql.round_trip import Statement

NUMBERED = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy's


class Lookup(NamedTuple):
    """A statement that was built once, and the values of its parameters."""

    statement: Executable
    parameters: Mapping[str, object] | Sequence[Mapping[str, object]]


def read_together(session: Session, lookups: Sequence[Lookup]) -> list[Sequence[Any]]:
    """The rows that each of these gives, as tuples; of columns whose types the driver knows: text, numbers, moments.

    Only the last may write: of that one alone it is noted.
    """
    connection = session.connection()
    if session.get_bind().dialect.name != "postgresql":
        return [connection.execute(one.statement, one.parameters).all() for one in lookups]
    return list(ask_together(connection, [in_numbers(one.statement, one.parameters) for one in lookups]))


def in_numbers(statement: Executable, parameters: object) -> Statement:
    """The statement as PostgreSQL itself takes it, its parameters numbered."""
    compiled = _compiled(statement)
    values = compiled.construct_params(parameters)
    return Statement(str(compiled), [values[name] for name in compiled.positiontup or ()])


@lru_cache(maxsize=500)
def _compiled(statement: Any) -> Any:
    return statement.compile(dialect=NUMBERED)  # kept, for each statement is built once
