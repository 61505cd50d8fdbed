"""Sheets that wait for a keeper's yes: kept with what they would change, so that exactly what was looked at is taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class RosterImport(SQLModel, table=True):
    """An uploaded sheet and its preview. The sheet goes as soon as it was taken or given up, the rest a day later."""

    __tablename__ = "roster_import"

    id: UUID = Field(primary_key=True)
    who: str = Field(index=True, max_length=64)
    made_at: datetime = Field(index=True)
    file: str = Field(max_length=200)
    data: bytes
    complete: bool = False  # whoever is missing from the sheet leaves the roster, in the communities that it names
    preview: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    taken_at: datetime | None = None
