"""Presence: which clerk has which case open on the screen, and who is writing on it, for the eyes of colleagues."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Presence(SQLModel, table=True):
    """One clerk at one case. A page that is open says so again and again; a line that has grown old no longer counts."""

    number: str = Field(primary_key=True, max_length=32)
    username: str = Field(primary_key=True, foreign_key="account.username", max_length=64)
    unit: str = Field(max_length=32)
    seen_at: datetime = Field(index=True)
    writing_at: datetime | None = None
