"""Proofs: of a random sample of questions the asker shows that the citizen's own file is behind it."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Proof(SQLModel, table=True):
    """The proof that is wanted for one case. What was shown is sealed and bound to the case."""

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32, index=True)
    asked_by: str = Field(max_length=64, index=True)
    state: str = Field(max_length=16, index=True)
    wanted_at: datetime
    due_at: datetime
    words: bytes | None = None
    file: bytes | None = None
    file_kind: str = Field(default="", max_length=16)
    shown_at: datetime | None = None
    shown_by: str = Field(default="", max_length=64)
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=64)
    note: str = Field(default="", max_length=500)
