"""What a case waits for beside its state: columns of the table of cases for pauses, offered days, the supervisor's decision."""

from datetime import datetime

from sqlalchemy import false
from sqlmodel import Field, SQLModel

ZERO = {"server_default": "0"}


class Waiting(SQLModel):
    """Inherited by the table of cases; changed by moves alone, but for `decision_look_at` and `desk_unread`."""

    asked_back: int = Field(default=0, sa_column_kwargs=ZERO)  # how often the clerk asked back: each time pauses the clock
    paused_at: datetime | None = None  # since when the clock is paused
    paused_until: datetime | None = None  # when it goes on by itself
    due_unpaused: datetime | None = None  # the deadline without this pause; due_at is the latest it can become
    paused_minutes: int = Field(default=0, sa_column_kwargs=ZERO)  # office minutes that the pauses took which are over

    offers: int = Field(default=0, sa_column_kwargs=ZERO)  # how often a later day was offered
    offered_due: datetime | None = None  # the end of the day that is offered now
    declined_at: datetime | None = None  # since when the supervisor is to decide about that day

    arbitrate_by: datetime | None = None  # until when the supervisor decides about an open case
    decision_look_at: datetime | None = None  # when the clock next tells supervisors so
    asker_urged_at: datetime | None = None
    desk_unread: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # the asker wrote, no clerk has looked
