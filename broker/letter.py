"""Letter: one message in a queue (id, kind, queue, case, body) and its JSON form."""

import hashlib
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID, uuid4

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from storage.json import Json

VERSION: Literal[1] = 1

Kind = Literal["question", "finding", "outcome", "alert", "request", "alive"]


class Unreadable(ValueError):
    """The bytes of a letter are not JSON, of an unknown version, or lack a field. Names the fields, never their values."""


class Letter(BaseModel):
    """What travels: `about` is the case number (may be empty), `body` the plain shape as JSON."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = VERSION
    id: UUID = Field(default_factory=uuid4)
    kind: Kind
    to: str
    about: str = ""
    body: dict[str, Any] = {}
    posted_at: AwareDatetime

    @classmethod
    def post(cls, kind: Kind, to: str, about: str, body: Json, now: datetime) -> Self:
        """A new letter with an id of its own."""
        return cls(kind=kind, to=to, about=about, body=body, posted_at=now)

    def sealed_body(self) -> bytes:
        """The bytes of the body, the same each time: what is encrypted, and what a finding names the hash of."""
        return to_json(self.body)

    def wire(self) -> bytes:
        """The letter as UTF-8 JSON, Chinese kept readable."""
        return self.model_dump_json().encode()

    @classmethod
    def read(cls, wire: bytes | str) -> Self:
        """The letter in these bytes; raises Unreadable."""
        try:
            return cls.model_validate_json(wire)
        except ValidationError as error:
            # The input itself stays out of the text: it may hold a person's ID number.
            wrong = ", ".join(f"{'.'.join(map(str, e['loc'])) or 'letter'}: {e['type']}" for e in error.errors())
            raise Unreadable(wrong) from None


def hash_of(body: bytes) -> str:
    """The hash by which a finding names the question it answers: SHA-256 in hexadecimal."""
    return hashlib.sha256(body).hexdigest()
