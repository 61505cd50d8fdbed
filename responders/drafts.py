"""Drafts: what a clerk has half written for a case, kept so that no reload, second window or ended session takes it away."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import JSON, delete
from sqlmodel import Field, Session, SQLModel, col, func, select

KEPT = timedelta(days=14)
MOVES = frozenset({"answer", "return", "forward", "extend", "state"})  # the forms in which somebody writes
NOT_KEPT = frozenset({"csrf", "seen", "tab", "serial", "then", "town", "area_shown"})


class Draft(SQLModel, table=True):
    """What one clerk last typed into one form of one case. `serial` counts the savings, `tab` is the window that made the last."""

    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    number: str = Field(primary_key=True, max_length=32)
    move: str = Field(primary_key=True, max_length=16)
    fields: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    serial: int = 1
    tab: str = Field(default="", max_length=16)
    saved_at: datetime
