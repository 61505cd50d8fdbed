"""Absences: the table of clerks' leave (first day, last day, deputy)."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Absence(SQLModel, table=True):
    """Both days count. `deputy` is a clerk of the same unit, or '': then the next in the order moves up."""

    __table_args__ = (Index("ix_absence_unit_last", "unit", "last_day"),)

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(foreign_key="account.username", index=True, max_length=64)
    unit: str = Field(foreign_key="unit.code", max_length=32)
    first_day: date
    last_day: date
    deputy: str = Field(default="", max_length=64)
    entered_by: str = Field(max_length=64)
    entered_at: datetime
    ended_at: datetime | None = None  # taken back, or back sooner
    ended_by: str = Field(default="", max_length=64)

    def covers(self, day: date) -> bool:
        """Whether the clerk is away on this day."""
        return self.ended_at is None and self.first_day <= day <= self.last_day
