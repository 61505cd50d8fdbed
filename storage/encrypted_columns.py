"""Columns kept sealed: `SealedText`, `SealedJson`, `SealedBytes`. How they are sealed and opened stands in sealing.py.

What reaches such a column in clear is refused; what is empty stays as it is.
"""

import base64
import json
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Dialect, LargeBinary, String, Text, TypeDecorator

from storage.vault import HEAD_BYTES, Broken

MARK = "sealed:"
NO_LIMIT = -1
HEAD_TEXT = len(MARK) + HEAD_BYTES // 3 * 4  # a sealed text begins with its mark and key, in so many characters


class NotSealed(Exception):
    """Something in clear was to be written to, or compared with, what is kept sealed. Names nothing."""


class Sealed:
    """A value as it stands in the database. Shown by mistake it shows nothing."""

    __slots__ = ("kept",)

    def __init__(self, kept: str | bytes) -> None:
        self.kept = kept

    def __repr__(self) -> str:
        return "<sealed>"

    @property
    def raw(self) -> bytes:
        """The vault's bytes; raises Broken."""
        if isinstance(self.kept, bytes):
            return self.kept[len(MARK) :]
        try:
            return base64.b64decode(self.kept[len(MARK) :], validate=True)
        except ValueError:
            raise Broken from None


class Clear:
    """A value that stands in the database in clear: from before anything was sealed, or put there by somebody else."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "<in clear>"


class SealedText(TypeDecorator[str]):
    """Words, as text.

    `before` is the length of a column that was there before it was sealed, NO_LIMIT for one that had none: SQLite does not
    heed it, and to change it there the whole table would have to be copied.
    """

    impl = Text
    cache_ok = True

    def __init__(self, before: int = 0) -> None:
        self.before = before
        super().__init__()

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Text, without a limit."""
        if not self.before or dialect.name != "sqlite":
            return self.impl_instance
        return String() if self.before == NO_LIMIT else String(self.before)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """What is sealed or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Sealed, or plain from before anything was."""
        return _found(value, isinstance(value, str) and value.startswith(MARK))

    def encode(self, value: Any) -> bytes:
        """To be sealed."""
        return str(value).encode()

    def decode(self, data: bytes) -> Any:
        """As it was before."""
        return data.decode()

    def seal(self, sealed: bytes) -> Sealed:
        """As it is kept."""
        return Sealed(MARK + base64.b64encode(sealed).decode())


class SealedJson(TypeDecorator[Any]):
    """Anything JSON can say; sealed it is a JSON string."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """What is sealed or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Sealed, or plain from before anything was."""
        return _found(value if isinstance(value, str) else self.value_of(value), isinstance(value, str))

    def value_of(self, plain: Any) -> Any:
        """What the plain JSON means to us; for those who keep shapes of their own."""
        return plain

    def encode(self, value: Any) -> bytes:
        """To be sealed."""
        return to_json(value)

    def decode(self, data: bytes) -> Any:
        """As it was before."""
        return self.value_of(json.loads(data))

    def seal(self, sealed: bytes) -> Sealed:
        """As it is kept."""
        return Sealed(MARK + base64.b64encode(sealed).decode())


class SealedBytes(TypeDecorator[bytes]):
    """Bytes, as bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """What is sealed or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """Sealed, or plain from before anything was."""
        kept = None if value is None else bytes(value)
        return _found(kept, (kept or b"").startswith(MARK.encode()))

    def encode(self, value: Any) -> bytes:
        """To be sealed."""
        return bytes(value)

    def decode(self, data: bytes) -> Any:
        """As it was before."""
        return data

    def seal(self, sealed: bytes) -> Sealed:
        """As it is kept."""
        return Sealed(MARK.encode() + sealed)


def _found(value: Any, sealed: bool) -> Any:
    if not value:
        return value
    return Sealed(value) if sealed else Clear(value)


KINDS = (SealedText, SealedJson, SealedBytes)


def _kept(value: Any) -> str | bytes:
    if not isinstance(value, Sealed):
        raise NotSealed
    return value.kept
