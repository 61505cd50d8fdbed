"""Areas in the keepers' hands: added, renamed, retired, and how each entry changed."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class AreaChange(SQLModel, table=True):
    """One field of one area, before and after; rows are only ever added."""

    __tablename__ = "area_change"

    id: int | None = Field(default=None, primary_key=True)
    area: str = Field(foreign_key="area.code", index=True, max_length=32)
    who: str = Field(max_length=64)
    at: datetime
    what: str = Field(max_length=16)  # add, change, retire, restore
    field: str = Field(max_length=32)
    before: str = ""
    after: str = ""
