"""Column types that are read whatever somebody wrote into the row from outside: bad UTF-8, bytes for text, a time that is none.

What reads them goes on and can say where it stands; a foreign value equals nothing of ours.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, LargeBinary, String, Text, TypeDecorator, cast, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel.sql.sqltypes import UTCDateTime

FIRST_TIME, FOREIGN_TIME = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)  # far from where counting ends
FOREIGN_BYTES = b"\xff\xfd"
FOREIGN_NUMBER = -1
Read = Callable[[Any], Any] | None


class ForeignText(str):
    """Something that is no text of ours: shown with a sign for what cannot be read."""

    __slots__ = ()

    @classmethod
    def of(cls, value: object) -> "ForeignText":
        """What can be shown of it."""
        return cls("\ufffd" + (value.decode(errors="replace") if isinstance(value, bytes) else str(value)))


def decode_text(raw: bytes) -> str:
    """Text out of SQLite, which keeps whatever bytes it is given."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return ForeignText.of(raw)


def is_foreign(*values: object) -> bool:
    """Whether one of these was read out of a column below and is not of its kind."""
    return any(isinstance(one, ForeignText) or one in (FOREIGN_TIME, FOREIGN_BYTES, FOREIGN_NUMBER) for one in values)


class AnyText(TypeDecorator[str]):
    """Text; anything else comes as ForeignText."""

    impl = String
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> Read:
        """SQLite alone keeps what is no text."""
        return _text if dialect.name == "sqlite" else None


class AnyNumber(TypeDecorator[int]):
    """A whole number; anything else comes as FOREIGN_NUMBER."""

    impl = Integer
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> Read:
        """SQLite alone keeps what is no number."""
        return _number if dialect.name == "sqlite" else None


class AnyLong(AnyNumber):
    """The same with room for the ids of lines."""

    impl = BigInteger
    cache_ok = True


class AnyBytes(TypeDecorator[bytes]):
    """Bytes; anything else comes as FOREIGN_BYTES."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Any, coltype: object) -> Read:
        """Bytes of a number would be as many zeros."""
        return _bytes


class AnyJson(TypeDecorator[Any]):
    """JSON, read as text: what is none comes as None."""

    impl = JSON
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """PostgreSQL's driver would read it itself, and stumbles over what is nested deeply."""
        return type_coerce(cast(column, Text), self)

    def result_processor(self, dialect: Any, coltype: object) -> Read:
        """Never raises."""
        return _json


class AnyTime(UTCDateTime):
    """A moment; what is none, or is not written as we write it, comes as FOREIGN_TIME."""

    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """PostgreSQL's `infinity` is more than a datetime can hold."""
        return _Bounded(column)

    def result_processor(self, dialect: Any, coltype: object) -> Read:
        """The stored form must be ours to the letter: another one of the same moment is sorted elsewhere."""
        return _time if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class _Bounded(ColumnElement[Any]):
    """A time between FIRST_TIME and FOREIGN_TIME, as PostgreSQL sends it."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


@compiles(_Bounded)
def _as_it_is(element: _Bounded, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column, **options))


@compiles(_Bounded, "postgresql")
def _within(element: _Bounded, compiler: Any, **options: Any) -> str:
    kept = compiler.process(element.column, **options)
    return f"least(greatest({kept}, '{FIRST_TIME.isoformat()}'), '{FOREIGN_TIME.isoformat()}')"


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else ForeignText.of(value)


def _number(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else FOREIGN_NUMBER


def _bytes(value: Any) -> Any:
    return value if value is None or isinstance(value, bytes) else FOREIGN_BYTES


def _json(value: Any) -> Any:
    try:
        return None if value is None else json.loads(value)
    except (ValueError, TypeError, RecursionError):
        return None


def _time(value: Any) -> Any:
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.isoformat(" ", "microseconds") == value and not read.tzinfo else FOREIGN_TIME
    except (ValueError, TypeError):
        return FOREIGN_TIME
