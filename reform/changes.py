"""Changes of what the reform office keeps: the table of old and new values by kind and subject, each with a line on the trail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, Session, SQLModel, col, select

from cases.trail import trail
from cases.trail.differences import Changed, plain
from cases.trail.trail import LongId
from cases.trail.trail_line import Person, TrailLine
from storage.first_rows import FirstRows, first_rows


class ReformChange(SQLModel, table=True):
    """One act. `subject` is the key of what was changed, by `kind`: source, revision, saving_rule, sighting."""

    __tablename__ = "reform_change"

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    at: datetime
    who: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    subject: str = Field(max_length=64)
    action: str = Field(max_length=32)
    changed: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # field: [old, new]
    note: str = Field(default="", max_length=500)


Index("ix_reform_change_subject", col(ReformChange.kind), col(ReformChange.subject), col(ReformChange.id))


@dataclass(frozen=True, slots=True)
class ReformAct:
    """What somebody does: the kind and key of what is changed, the action's word, old and new values, a reason."""

    kind: str
    subject: str
    action: str
    changed: Changed = field(default_factory=dict)
    note: str = ""


def note_acts(session: Session, principal: Person, now: datetime, acts: Sequence[ReformAct]) -> None:
    """Writes them down; on the trail each has a line that names the fields and not their values. Two statements."""
    session.add_all(
        ReformChange(
            at=now, who=principal.username, kind=act.kind, subject=act.subject, action=act.action, changed=plain(act.changed),
            note=act.note,
        )
        for act in acts
    )  # fmt: skip
    lines = [
        TrailLine.of_person(principal, now, act.action, details={"subject": act.subject, "fields": sorted(act.changed)})
        for act in acts
    ]
    trail.write(session, lines)


def acts_about(session: Session, kind: str, subject: str = "", at_most: int = 30) -> FirstRows[ReformChange]:
    """What was done with this one, or with any of its kind, newest first. One query."""
    found = select(ReformChange).where(ReformChange.kind == kind)
    if subject:
        found = found.where(ReformChange.subject == subject)
    return first_rows(session, found.order_by(col(ReformChange.id).desc()), at_most)
