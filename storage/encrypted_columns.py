"""Encrypted columns: `EncryptedText`, `EncryptedJson`, `EncryptedBytes`. How rows are encrypted: row_encryption.py.

What reaches such a column in clear is refused; what is empty stays as it is.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, Dialect, LargeBinary, Text, TypeDecorator

from storage.vault import Broken

Read = Callable[[Any], Any] | None
MARK = "sealed:"


class NotEncrypted(Exception):
    """Something in clear was to be written to, or compared with, what is kept encrypted. Names nothing."""


class EncryptedColumn:
    """A value as it stands in the database, also one that somebody put there in clear. Shown by mistake it shows nothing."""

    __slots__ = ("kept",)

    def __init__(self, kept: object) -> None:
        self.kept = kept

    def __repr__(self) -> str:
        return "<sealed>"

    @property
    def raw(self) -> bytes:
        """The vault's bytes; raises Broken."""
        if isinstance(self.kept, bytes) and self.kept.startswith(MARK.encode()):
            return self.kept[len(MARK) :]
        if not isinstance(self.kept, str) or not self.kept.startswith(MARK):
            raise Broken
        try:
            return base64.b64decode(self.kept[len(MARK) :], validate=True)
        except ValueError:
            raise Broken from None


class EncryptedText(TypeDecorator[EncryptedColumn | str]):
    """A column of text, kept encrypted in a text column."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """What is encrypted or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> EncryptedColumn | str | None:
        """What is encrypted or empty."""
        return EncryptedColumn(value) if value else value

    def encode(self, value: object) -> bytes:
        """The bytes of this value, which are then encrypted."""
        return str(value).encode()

    def decode(self, data: bytes) -> str:
        """The value that these bytes stand for, once they are decrypted."""
        return data.decode()

    def encrypt(self, sealed: bytes) -> EncryptedColumn:
        """The encrypted bytes in the form in which the column keeps them."""
        return EncryptedColumn(MARK + base64.b64encode(sealed).decode())


class EncryptedJson(TypeDecorator[object]):
    """Anything JSON can say; encrypted it is a JSON string."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        """As JSON is read; what is none does not open, and the error names its place."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def checked(value: object) -> object:
            try:
                return read(value)
            except (ValueError, TypeError, RecursionError):
                return EncryptedColumn(value)

        return checked

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """What is encrypted or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """What is encrypted or empty."""
        return EncryptedColumn(value) if value else self.value_of(value)

    def value_of(self, plain: object) -> object:
        """What the plain JSON means to us; for those who keep shapes of their own."""
        return plain

    def encode(self, value: object) -> bytes:
        """The bytes of this value, which are then encrypted."""
        return to_json(value)

    def decode(self, data: bytes) -> object:
        """The value that these bytes stand for, once they are decrypted."""
        return self.value_of(json.loads(data))

    def encrypt(self, sealed: bytes) -> EncryptedColumn:
        """The encrypted bytes in the form in which the column keeps them."""
        return EncryptedColumn(MARK + base64.b64encode(sealed).decode())


class EncryptedBytes(TypeDecorator[EncryptedColumn | bytes]):
    """A column of bytes, kept encrypted in a binary column."""

    impl = LargeBinary
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        """Whatever stands there: what is not bytes does not open."""
        return lambda value: EncryptedColumn(value) if value or isinstance(value, int) else value

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """What is encrypted or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> EncryptedColumn | bytes | None:
        """What is encrypted or empty."""
        return EncryptedColumn(value) if value else value

    def encode(self, value: bytes) -> bytes:
        """The bytes of this value, which are then encrypted."""
        return bytes(value)

    def decode(self, data: bytes) -> bytes:
        """The value that these bytes stand for, once they are decrypted."""
        return data

    def encrypt(self, sealed: bytes) -> EncryptedColumn:
        """The encrypted bytes in the form in which the column keeps them."""
        return EncryptedColumn(MARK.encode() + sealed)


KINDS = (EncryptedText, EncryptedJson, EncryptedBytes)


def _kept(value: object) -> object:
    if not isinstance(value, EncryptedColumn):
        raise NotEncrypted
    return value.kept
