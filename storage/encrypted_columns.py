"""Columns kept sealed: `SealedText`, `SealedJson`, `SealedBytes`. How they are sealed and opened stands in sealing.py.

What reaches such a column in clear is refused; what is empty stays as it is.
"""

import base64
import json
from typing import Any

from pydantic_core import to_json
from sqlalchemy import JSON, LargeBinary, Text, TypeDecorator

from storage.vault import Broken

MARK = "sealed:"


class NotSealed(Exception):
    """Something in clear was to be written to, or compared with, what is kept sealed. Names nothing."""


class Sealed:
    """A value as it stands in the database, also one that somebody put there in clear. Shown by mistake it shows nothing."""

    __slots__ = ("kept",)

    def __init__(self, kept: Any) -> None:
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


class SealedText(TypeDecorator[str]):
    """Words, as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """What is sealed or empty."""
        return value if not value else _kept(value)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """What is sealed or empty."""
        return Sealed(value) if value else value

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
        """What is sealed or empty."""
        return Sealed(value) if value else self.value_of(value)

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
        """What is sealed or empty."""
        return Sealed(value) if value else value

    def encode(self, value: Any) -> bytes:
        """To be sealed."""
        return bytes(value)

    def decode(self, data: bytes) -> Any:
        """As it was before."""
        return data

    def seal(self, sealed: bytes) -> Sealed:
        """As it is kept."""
        return Sealed(MARK.encode() + sealed)


KINDS = (SealedText, SealedJson, SealedBytes)


def _kept(value: Any) -> Any:
    if not isinstance(value, Sealed):
        raise NotSealed
    return value.kept
