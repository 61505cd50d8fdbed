"""Applications: a unit asks for a permission, it is checked, the holder of the data approves, and a grant comes of it."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel, col
from sqlalchemy import Index
from cases.trail import LongId


class Application(SQLModel, table=True):
    """One application for one item and one matter. `state` changes only in `make_step`; `version` guards every change."""

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    unit: str = Field(foreign_key="unit.code", max_length=32, index=True)
    item: str = Field(max_length=64)
    matter: str = Field(max_length=64)
    holder: str = Field(max_length=32, index=True)
    until: date  # the last day that is wished, and then the one that was given
    conditional: bool = False  # the holder must approve
    basis: str = Field(max_length=500)  # by which rule the unit needs to ask this
    file_note: str = Field(max_length=100)  # the number of the unit's own official letter
    applied_by: str = Field(max_length=64)
    applied_at: datetime
    state: str = Field(max_length=16)
    since: datetime  # of the state
    due_at: datetime | None = None  # the end of the stage's working days; None where nobody is in the law's hurry
    due_provisional: bool = False
    overdue_at: datetime | None = None  # when the clock noted that nobody had decided in time
    note: str = Field(default="", max_length=500)  # the last decision's reason
    decided_by: str = Field(default="", max_length=64)
    version: int = 1


_waiting = col(Application.due_at).is_not(None)
Index("ix_application_due", col(Application.due_at), sqlite_where=_waiting, postgresql_where=_waiting)
