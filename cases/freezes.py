"""Freezing: a unit or an account is cut off in one act, and its letters are held until it is let go."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Field, Session, SQLModel, col, select

from broker import holds
from cases import trail

UNIT, ACCOUNT = "unit", "account"


class Frozen(SQLModel, table=True):
    """This unit (by its code) or account (by its user name) is frozen. Taken away when it is let go: the trail keeps it."""

    kind: str = Field(primary_key=True, max_length=8)
    subject: str = Field(primary_key=True, max_length=64)
    reason: str = Field(max_length=500)
    at: datetime
    by: str = Field(max_length=64)
