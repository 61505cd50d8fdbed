"""Pledges: everybody who asks signs the current pledge once, before the first question."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class Pledged(SQLModel, table=True):
    """This person signed this version of the pledge; a new version is signed anew, the old line stays."""

    username: str = Field(primary_key=True, max_length=64, foreign_key="account.username")
    version: str = Field(primary_key=True, max_length=32)
    digest: str = Field(max_length=64)  # SHA-256 of the text that was shown
    at: datetime
