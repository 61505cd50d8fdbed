"""Duty: the tables of a unit's standing order of clerks and of its shifts by day."""

from datetime import date, datetime

from sqlmodel import Field, Session, SQLModel, col, select


class Duty(SQLModel, table=True):
    """A clerk's place in the unit's standing order."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    unit: str = Field(foreign_key="unit.code", index=True, max_length=32)
    place: int = 1
    leader: bool = False
    away_until: datetime | None = None  # nobody reads it any more: see Absence; the column goes a version later


class Shift(SQLModel, table=True):
    """On this day this clerk stands first, before the standing order."""

    __tablename__ = "duty_shift"

    unit: str = Field(primary_key=True, foreign_key="unit.code", max_length=32)
    day: date = Field(primary_key=True)
    username: str = Field(foreign_key="account.username", max_length=64)
    entered_by: str = Field(max_length=64)
    entered_at: datetime


def leads(session: Session, unit: str, username: str) -> bool:
    """Whether this clerk leads the unit; one without a leader is led by every clerk of it."""
    leaders = set(session.exec(select(Duty.username).where(Duty.unit == unit, col(Duty.leader))))
    return username in leaders or not leaders
