"""Inspections: the table of drawn commitments, who inspects each, until when, and what was found."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, Session, SQLModel, col, select

from storage.encrypted_columns import EncryptedText
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_, FieldFault, Problem

SHOWN = 100
NO_INSPECTION = N_("There is no such inspection of yours.")


class InspectionResult(StrEnum):
    """What an inspector found. Only `false` names facts, and only it opens a hearing."""

    TRUE = "true"
    FALSE = "false"
    NOT_FOUND = "not_found"  # it could not be found out
    UNREACHABLE = "unreachable"  # the person could not be reached


class Inspection(SQLModel, table=True):
    """One drawn commitment. `inspector` is empty where nobody may inspect it. `place` is that of the draw, from one."""

    __tablename__ = "commitment_inspection"

    number: str = Field(primary_key=True, max_length=32)  # the commitment's
    lot: str = Field(max_length=7, index=True)
    place: int
    inspector: str = Field(default="", max_length=64)
    unit: str = Field(max_length=32)  # that took the commitment
    due_at: datetime
    urged_at: datetime | None = None
    result: str = Field(default="", max_length=16)
    words: str = Field(default="", sa_type=EncryptedText)  # what was seen, where and how
    document: str = Field(default="", sa_type=EncryptedText)  # what it rests on; needed for `false`
    done_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether a result is still owed."""
        return self.done_at is None

    def late(self, now: datetime) -> bool:
        """Whether it is owed since a day that is past."""
        return self.open and now > self.due_at


_open = col(Inspection.done_at).is_(None)
Index("ix_commitment_inspection_due", col(Inspection.due_at), sqlite_where=_open, postgresql_where=_open)
Index("ix_commitment_inspection_mine", col(Inspection.inspector), col(Inspection.due_at))


def find_inspection(session: Session, number: str, inspector: str, *, lock: bool = False) -> Inspection:
    """The inspection of this commitment that is this person's. Raises Problem (404)."""
    found = session.get(Inspection, number, with_for_update=True if lock else None)
    if found is None or found.inspector != inspector:
        raise Problem([FieldFault("number", "unknown", NO_INSPECTION)], 404)
    return found


def inspections_of(session: Session, inspector: str) -> FirstRows[Inspection]:
    """One's own inspections: those that are owed, due first; then those that are done, newest first."""
    mine = select(Inspection).where(Inspection.inspector == inspector)
    order = (col(Inspection.done_at).is_not(None), col(Inspection.done_at).desc(), col(Inspection.due_at), col(Inspection.number))
    return first_rows(session, mine.order_by(*order), SHOWN)
