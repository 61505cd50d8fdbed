"""Checks of a number: a code goes out by text, and comes back from whoever holds the telephone."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel


class NumberCheck(SQLModel, table=True):
    """One code sent to one number of a contact. The code itself stands with its text and is shown to no keeper."""

    __tablename__ = "number_check"

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True)
    phone: str = Field(max_length=20)  # as it stood then: a number changed meanwhile is not proven
    alert_id: UUID = Field(foreign_key="alert.id", index=True)
    asked_by: str = Field(max_length=64)
    asked_at: datetime
    tries: int = 0
    ended_at: datetime | None = None
    ended: str = Field(default="", max_length=16)  # read_back, reply, tries, replaced; '' while open or run out
