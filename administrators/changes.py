"""Administrators' changes: the table of old and new values, with a line on the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel, col, select

from access.principal import Principal
from cases.trail import trail
from cases.trail.differences import Changed, plain
from cases.trail.trail import LongId
from cases.trail.trail_line import TrailLine
from storage.json import Json


class Change(SQLModel, table=True):
    """One act of administration. `subject` is the code, user name or number of what was changed, by `kind`."""

    __tablename__ = "administration"

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    at: datetime
    who: str = Field(max_length=64)
    kind: str = Field(max_length=16)  # unit, account, grant, key, dead
    subject: str = Field(max_length=200)
    action: str = Field(max_length=32)
    changed: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # field: [old, new]; no secrets
    note: str = Field(default="", max_length=500)


Index("ix_administration_subject", col(Change.kind), col(Change.subject), col(Change.id))


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does: the kind and name of what is changed, the action's word, old and new values, a reason."""

    kind: str
    subject: str
    action: str
    changed: Changed = field(default_factory=dict)
    note: str = ""


def note_changes(session: Session, principal: Principal, now: datetime, *acts: Act) -> None:
    """Writes them down; on the trail each has a line that names the fields and not their values. Two statements."""
    session.add_all(
        Change(
            at=now,
            who=principal.username,
            kind=act.kind,
            subject=act.subject,
            action=act.action,
            changed=plain(act.changed),
            note=act.note,
        )
        for act in acts
    )
    _write_trail(session, principal, now, acts)


def note_view(session: Session, principal: Principal, now: datetime, act: Act) -> None:
    """Somebody looked and changed nothing: a line on the trail alone."""
    _write_trail(session, principal, now, [act])


def _write_trail(session: Session, principal: Principal, now: datetime, acts: Sequence[Act]) -> None:
    trail.write(session, [TrailLine.of_person(principal, now, act.action, details=_details(act)).noting(act.note) for act in acts])


def _details(act: Act) -> Json:
    return {"kind": act.kind, "subject": act.subject, **({"fields": sorted(act.changed)} if act.changed else {})}


def changes_of(session: Session, kind: str, subject: str, at_most: int = 50) -> list[Change]:
    """What was done with this one, newest first."""
    found = select(Change).where(Change.kind == kind, Change.subject == subject)
    return list(session.exec(found.order_by(col(Change.id).desc()).limit(at_most)))


def all_changes(session: Session, kind: str = "", who: str = "", before: int = 0, at_most: int = 50) -> list[Change]:
    """What was done at all, newest first; of one kind, by one person, or before a line where given."""
    found = select(Change)
    if kind:
        found = found.where(Change.kind == kind)
    if who:
        found = found.where(Change.who == who)
    if before:
        found = found.where(col(Change.id) < before)
    return list(session.exec(found.order_by(col(Change.id).desc()).limit(at_most)))
