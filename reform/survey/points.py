"""Open points of the survey: the table of what does not fit between units, each with its state and note until it is settled."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, func, select

from access.principal import Principal
from cases.trail import trail
from cases.trail.trail import LongId
from cases.trail.trail_line import TrailLine
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_, FieldFault, Problem

MOST_NOTE = 500
NO_POINT = N_("There is no such point any more: what the units say fits by now.")
NO_NOTE = N_("Say how it was settled: whoever looks at it later reads only this.")
NOT_OPEN = N_("Somebody has settled this point before you.")
NOT_SETTLED = N_("This point is open already.")


class PointKind(StrEnum):
    """What does not fit. The rule of each stands in reconciliation.py."""

    NOBODY_ISSUES = "nobody_issues"  # the unit takes what nobody says to issue
    NOBODY_TAKES = "nobody_takes"  # the unit issues what nobody says to take
    VOLUMES = "volumes"  # how many are taken and how many issued do not fit
    OTHER_NAME = "other_name"  # the unit calls it by another name than the directory


class PointState(StrEnum):
    """Whether somebody still has to do something about it."""

    OPEN = "open"
    SETTLED = "settled"  # by somebody, with a note
    GONE = "gone"  # the answers fit by now; kept because somebody had noted something


class SurveyPoint(SQLModel, table=True):
    """One point: what does not fit, at which unit, about which certificate. `figures` is what the units say, as it was counted."""

    __tablename__ = "survey_point"
    __table_args__ = (UniqueConstraint("kind", "unit", "certificate"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=LongId)
    kind: str = Field(max_length=16)
    unit: str = Field(max_length=32, index=True)
    certificate: str = Field(max_length=40, index=True)
    state: str = Field(default=PointState.OPEN.value, max_length=8, index=True)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    note: str = Field(default="", max_length=MOST_NOTE)
    who: str = Field(default="", max_length=64)  # whoever noted or settled it last
    at: datetime  # when it was found, noted or settled last

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same point when everything is reconciled anew."""
        return self.kind, self.unit, self.certificate


class PointFilter(BaseModel):
    """Which points somebody looks at; what is empty narrows nothing."""

    state: str = Field("", max_length=8)
    kind: str = Field("", max_length=16)
    unit: str = Field("", max_length=32)
    certificate: str = Field("", max_length=40)


def points(session: Session, wanted: PointFilter, at_most: int, skip: int = 0) -> FirstRows[SurveyPoint]:
    """The points that are wanted, by unit, kind and certificate."""
    found = select(SurveyPoint).order_by(col(SurveyPoint.unit), col(SurveyPoint.kind), col(SurveyPoint.certificate))
    for name, value in wanted.model_dump(include=set(PointFilter.model_fields)).items():
        found = found.where(getattr(SurveyPoint, name) == value) if value else found
    return first_rows(session, found, at_most, skip)


def counts(session: Session) -> Sequence[tuple[str, str, str, int]]:
    """How many points there are, as (unit, kind, state, count); one query."""
    by = (SurveyPoint.unit, SurveyPoint.kind, SurveyPoint.state)
    return list(session.exec(select(*by, func.count()).group_by(*map(col, by))))


def note_point(session: Session, point: int, note: str, settle: bool, by: Principal, now: datetime) -> SurveyPoint:
    """Writes a note to an open point, or settles it with one. Raises Problem."""
    found = _locked(session, point)
    if found.state != PointState.OPEN:
        raise Problem([FieldFault("", "not_open", NOT_OPEN)], 409)
    if not note.strip():
        raise Problem([FieldFault("note", "missing", NO_NOTE)])
    found.state = PointState.SETTLED if settle else PointState.OPEN
    return _noted(session, found, note, "survey_settled" if settle else "survey_noted", by, now)


def reopen_point(session: Session, point: int, by: Principal, now: datetime) -> SurveyPoint:
    """Opens a settled point again; its note stays. Raises Problem."""
    found = _locked(session, point)
    if found.state != PointState.SETTLED:
        raise Problem([FieldFault("", "not_settled", NOT_SETTLED)], 409)
    found.state = PointState.OPEN
    return _noted(session, found, found.note, "survey_reopened", by, now)


def _locked(session: Session, point: int) -> SurveyPoint:
    found = session.get(SurveyPoint, point, with_for_update=True)
    if found is None:
        raise Problem([FieldFault("", "no_point", NO_POINT)], 404)
    return found


def _noted(session: Session, found: SurveyPoint, note: str, action: str, by: Principal, now: datetime) -> SurveyPoint:
    found.sqlmodel_update({"note": note.strip()[:MOST_NOTE], "who": by.username, "at": now})
    details = {"kind": found.kind, "of": found.unit, "certificate": found.certificate}
    trail.write(session, [TrailLine.of_person(by, now, action, details=details).noting(found.note)])
    return found
