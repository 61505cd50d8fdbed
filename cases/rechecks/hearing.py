"""Hearings: the table of commitments that a record or an inspector contradicts, and how the person was told and heard (申辩).

Nothing is decided by a machine, and nothing before the person was told and had the time to object: 行政处罚法 (2021) articles 44
and 45 (told beforehand, heard, not worse off for objecting), 国办发〔2020〕42号 (告知承诺制) for what follows.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.encrypted_columns import EncryptedJson, EncryptedText
from storage.problem import N_, FieldFault, Problem

BY_CHECK, BY_LOT = "check", "lot"
NO_HEARING = N_("There is no such hearing.")


class HearingState(StrEnum):
    """Where a hearing stands."""

    TO_TELL = "to_tell"  # the letter was not handed over yet: no clock of the person's runs
    TOLD = "told"  # the person may object until a day
    OBJECTED = "objected"
    STANDS = "stands"
    FALLS = "falls"
    ENDED = "ended"  # what it rested on was put right or taken back: there is nothing to be heard about any more


OPEN_HEARING = (HearingState.TO_TELL, HearingState.TOLD, HearingState.OBJECTED)
ACCEPTED, REFUSED = "accepted", "refused"  # of an objection that came after its time: taken into account, or not
HOW_TOLD = ("handed", "posted", "refused")  # refused: the person was shown it and would not take it


class Hearing(SQLModel, table=True):
    """One hearing; a commitment has one at most. `finders` are those who found it, by user name: none of them decides.

    `record` is what the record shows (verdict.record_of) or what the inspector saw: {"words", "document"}. `earlier` has what the
    person was told and heard about before, and what does not stand any more as it was: rounds as `round` makes them, the first
    first. Of an objection after its time `late_reason` says why it comes late, `late_word` what whoever decided made of that.
    """

    __tablename__ = "commitment_hearing"

    number: str = Field(primary_key=True, max_length=32)  # the commitment's
    unit: str = Field(max_length=32)
    state: str = Field(default=HearingState.TO_TELL.value, max_length=16)
    version: int = 1
    found_by: str = Field(max_length=8)  # BY_CHECK or BY_LOT
    finders: str = Field(default="", sa_type=Text)  # by blanks
    case_number: str = Field(default="", max_length=32)
    record: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)
    found_at: datetime
    due_at: datetime | None = None  # until when it is to be told, then until when the person may object
    decide_by: datetime | None = None
    urged_at: datetime | None = None  # when somebody was last told that it is overdue
    told_at: datetime | None = None
    told_how: str = Field(default="", max_length=16)
    told_by: str = Field(default="", max_length=64)
    texted_at: datetime | None = None
    objected_at: datetime | None = None
    objection: str = Field(default="", sa_type=EncryptedText)
    photo: str = Field(default="", max_length=32)  # the attachment with what the person signed
    entered_by: str = Field(default="", max_length=64)
    late_reason: str = Field(default="", sa_type=EncryptedText, sa_column_kwargs={"server_default": ""})
    late_word: str = Field(default="", max_length=8, sa_column_kwargs={"server_default": ""})  # ACCEPTED or REFUSED
    earlier: list[Any] = Field(default_factory=list, sa_type=EncryptedJson, sa_column_kwargs={"server_default": "[]"})
    decided_at: datetime | None = None
    decided_by: str = Field(default="", max_length=64)
    reason: str = Field(default="", sa_type=EncryptedText)

    @property
    def round(self) -> dict[str, Any]:
        """What the person was told, what they said, and what was decided, as it is kept once something else takes its place."""
        days = {name: getattr(self, name) for name in ("found_at", "told_at", "objected_at", "decided_at")}
        words = ("state", "found_by", "record", "objection", "reason", "late_reason", "late_word")
        said = {name: getattr(self, name) for name in words}
        return {**said, **{name: day.isoformat() if day else None for name, day in days.items()}}

    @property
    def open(self) -> bool:
        """Whether nothing is decided yet."""
        return self.state in OPEN_HEARING

    def may_object(self, now: datetime) -> bool:
        """Whether the person's time to object has begun and is not over."""
        return self.state == HearingState.TOLD and self.due_at is not None and now <= self.due_at

    def to_decide(self, now: datetime) -> bool:
        """Whether somebody may decide now: the person has objected, or let the time pass."""
        return self.state == HearingState.OBJECTED or (self.state == HearingState.TOLD and not self.may_object(now))

    def late(self, now: datetime) -> bool:
        """Whether those who must act are over their time: the unit that tells, or the supervisors who decide."""
        by = self.due_at if self.state == HearingState.TO_TELL else self.decide_by
        return self.open and by is not None and now > by


_open = col(Hearing.state).in_([state.value for state in OPEN_HEARING])
Index("ix_commitment_hearing_open", col(Hearing.found_at), sqlite_where=_open, postgresql_where=_open)
Index("ix_commitment_hearing_unit", col(Hearing.unit), col(Hearing.found_at))


def find_hearing(session: Session, number: str, *, lock: bool = False) -> Hearing:
    """The hearing about this commitment. Raises Problem (404)."""
    found = session.get(Hearing, number, with_for_update=True if lock else None)
    if found is None:
        raise Problem([FieldFault("number", "unknown", NO_HEARING)], 404)
    return found


def hearings_of(session: Session, commitments: Collection[str]) -> Mapping[str, Hearing]:
    """The hearings about these commitments, by number. One statement."""
    found = select(Hearing).where(col(Hearing.number).in_(sorted(commitments)))
    return {one.number: one for one in session.exec(found)}
