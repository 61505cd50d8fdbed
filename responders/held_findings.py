"""Findings of a frozen unit: kept, visible by their number and touching no case, and taken in when the unit is let go."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel


class HeldFinding(SQLModel, table=True):
    """A finding that waits. `letter` is sealed and bound to the letter's id."""

    __tablename__ = "held_finding"

    id: UUID = Field(primary_key=True)
    unit: str = Field(index=True, max_length=32)
    number: str = Field(max_length=32)
    letter: bytes
    at: datetime
