"""Unanswered calls: the table of clerks' calls that did not reach a contact."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class CallResult(StrEnum):
    """Why the call was in vain."""

    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Call(SQLModel, table=True):
    """One call in vain."""

    __tablename__ = "contact_call"
    __table_args__ = (Index("ix_contact_call_contact", "contact_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    about: str = Field(max_length=32, index=True)  # the case number
    contact_id: int = Field(foreign_key="contact.id")
    result: str = Field(max_length=16)
    who: str = Field(max_length=64)  # the clerk who rang
    at: datetime
