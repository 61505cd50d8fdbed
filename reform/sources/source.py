"""Source: the table of the departments' registers behind the items, with who connects each and until when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ColumnElement, Index
from sqlmodel import Field, SQLModel, col

MOST_ITEMS = 40


class SourceState(StrEnum):
    """How far the connecting of a register is; every step may go back."""

    PLANNED = "planned"
    CONSENT = "consent"  # waiting for the superior's consent; the letter is attached
    BUILDING = "building"
    TESTING = "testing"
    CONNECTED = "connected"


class SourceEntry(SQLModel):
    """What somebody enters about a register. `responsible` and `phone` are an office's: who is rung about it."""

    unit: str = Field(max_length=32)
    name: str = Field(min_length=1, max_length=80)
    items: list[str] = Field(default_factory=list, sa_type=JSON)  # codes of checks and queries that it answers
    responsible: str = Field(default="", max_length=64)
    phone: str = Field(default="", max_length=32)
    promised_on: date | None = None
    state: str = Field(default=SourceState.PLANNED.value, max_length=16)
    obstacle: str = Field(default="", max_length=500)


class RegisterSource(SourceEntry, table=True):
    """One register of a unit as the board has it. `connected_on` is the day on which it was set to connected."""

    __tablename__ = "register_source"

    id: int | None = Field(default=None, primary_key=True)
    connected_on: date | None = None
    changed_at: datetime
    version: int = 1

    @property
    def connected(self) -> bool:
        """Whether it is done."""
        return self.state == SourceState.CONNECTED

    def late(self, today: date) -> bool:
        """Whether the promised day is over and it is not done."""
        return not self.connected and self.promised_on is not None and self.promised_on < today


def is_late(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a register's promised day is over and it is not connected."""
    return col(RegisterSource.state) != SourceState.CONNECTED.value, col(RegisterSource.promised_on) < today


Index("ix_register_source_name", col(RegisterSource.unit), col(RegisterSource.name), unique=True)
ENTERED = tuple(SourceEntry.model_fields)
