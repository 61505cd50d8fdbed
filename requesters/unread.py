"""Unread answers: what came back and its asker has not looked at yet. A look at the case takes the mark away."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, exists, literal
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, and_, col, func, select

from broker.rows import among
from cases.case import Case
from cases.door import Visitor
from cases.lifecycle import ANSWERED, RETURNED
from cases.trail import Trail

SHOWN = 50


class Unread(SQLModel, table=True):
    """One mark: this case came back to its asker at that time."""

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32)
    asked_by: str = Field(max_length=64)
    at: datetime = Field(index=True)


Index("ix_unread_asker", col(Unread.unit), col(Unread.asked_by))
