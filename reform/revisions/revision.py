"""Revision: the table of documents that still demand a certificate which nobody may demand, who revises each and until when."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index
from sqlmodel import Field, Session, SQLModel, col, select

from access.principal import Principal
from cases.trail.differences import first_values
from reform.changes import ReformAct, note_acts
from storage.first_rows import FirstRows, first_rows


class RevisionState(StrEnum):
    """How far it is."""

    OPEN = "open"
    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    REVISED = "revised"
    KEPT = "kept"  # it stands, with the reason


DONE = (RevisionState.REVISED.value, RevisionState.KEPT.value)


class RevisionEntry(SQLModel):
    """What somebody enters about a document. `issuer` is who issued it, `unit` who is to revise it."""

    title: str = Field(min_length=1, max_length=120)
    document_number: str = Field(default="", max_length=60)
    clause: str = Field(default="", max_length=300)
    issuer: str = Field(default="", max_length=80)
    unit: str = Field(max_length=32)
    certificate: str = Field(max_length=40)
    due_on: date | None = None
    state: str = Field(default=RevisionState.OPEN.value, max_length=16)
    note: str = Field(default="", max_length=300)


class Revision(RevisionEntry, table=True):
    """One document to revise. `sighting` is the monitoring report that it came from, where there was one."""

    __tablename__ = "revision"

    id: int | None = Field(default=None, primary_key=True)
    sighting: int | None = None
    changed_at: datetime
    version: int = 1

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in DONE

    def late(self, today: date) -> bool:
        """Whether its day is over and it is not done."""
        return not self.done and self.due_on is not None and self.due_on < today


Index("ix_revision_state", col(Revision.state), col(Revision.due_on))
ENTERED = tuple(RevisionEntry.model_fields)


def revisions(session: Session, at_most: int, done: bool = False) -> FirstRows[Revision]:
    """Those that wait, the earliest day first and so the late ones on top; or those that are done, the latest first."""
    found = select(Revision).where(col(Revision.state).in_(DONE) if done else col(Revision.state).not_in(DONE))
    order = (col(Revision.changed_at).desc(),) if done else (col(Revision.due_on).is_(None), col(Revision.due_on), col(Revision.id))
    return first_rows(session, found.order_by(*order), at_most)


def is_late(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which a document's day is over and it is not done."""
    return col(Revision.state).not_in(DONE), col(Revision.due_on) < today


def enter_revision(
    session: Session, principal: Principal, now: datetime, values: Mapping[str, Any], sighting: int | None = None
) -> Revision:
    """Puts a document on the list, from checked values of all its fields."""
    one = Revision(changed_at=now, sighting=sighting, **values)
    session.add(one)
    session.flush()
    note_acts(session, principal, now, [ReformAct("revision", str(one.id), "revision_add", first_values(values))])
    return one
