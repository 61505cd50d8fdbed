"""The progress of the survey and of the directory, as counts: what came back, what is matched, classified, settled."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case
from sqlmodel import Session, col, func, select

from access.units import Unit
from reform.directory.class_counts import ClassCount, class_counts
from reform.survey import points
from reform.survey.answer import SurveyAnswer, SurveyReturn, has_answered, returns, surveyed
from reform.survey.names import SurveyName
from reform.survey.points import PointState


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that the front page, the survey's page and the wall count."""

    asked: Mapping[str, Unit]  # the units that are asked, by code
    came: Mapping[str, Mapping[str, SurveyReturn]]  # what came back, by unit and sheet
    answered: int  # of the units that are asked, with both sheets
    begun: int  # with one of them
    answers: dict[str, int]  # rows by sheet
    names: int  # different ones that stand in sheets
    unmatched: int
    classes: tuple[ClassCount, ...]  # each class in its order, those not classified last
    points: dict[str, int]  # by state
    open_kinds: dict[str, int]  # open ones by kind
    open_units: dict[str, int]  # open ones by unit

    @property
    def units(self) -> int:
        """How many units are asked."""
        return len(self.asked)

    @property
    def certificates(self) -> int:
        """How many stand in the directory."""
        return sum(one.certificates for one in self.classes)

    @property
    def unclassified(self) -> int:
        """How many of them have no class yet."""
        return self.classes[-1].certificates

    @property
    def silent(self) -> int:
        """How many units still owe a sheet."""
        return self.units - self.answered

    @property
    def open_points(self) -> int:
        """How many points are open."""
        return self.points.get(PointState.OPEN, 0)


def progress_of(session: Session) -> Progress:
    """The counts of this moment; seven statements."""
    classes = class_counts(session)  # first: on SQLite only what a session reads first is remembered
    asked, came = surveyed(session), returns(session)
    both = [unit for unit in asked if has_answered(came.get(unit, {}))]
    rows = select(SurveyAnswer.sheet, func.count()).group_by(col(SurveyAnswer.sheet))
    used, open_name = select(SurveyAnswer.form).distinct(), case((col(SurveyName.certificate) == "", 1), else_=0)
    names, unmatched = session.exec(
        select(func.count(), func.coalesce(func.sum(open_name), 0)).where(col(SurveyName.form).in_(used))
    ).one()
    states, kinds, units = _points(session)
    begun = sum(unit in came for unit in asked) - len(both)
    sheets = dict(session.exec(rows).all())
    return Progress(asked, came, len(both), begun, sheets, names, int(unmatched), classes, states, kinds, units)


def _points(session: Session) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """The points by state; those that are open by kind, and by unit."""
    by_state: dict[str, int] = {}
    by_kind: dict[str, int] = {}
    by_unit: dict[str, int] = {}
    for unit, kind, state, count in points.counts(session):
        by_state[state] = by_state.get(state, 0) + count
        if state == PointState.OPEN:
            by_kind[kind] = by_kind.get(kind, 0) + count
            by_unit[unit] = by_unit.get(unit, 0) + count
    return by_state, by_kind, by_unit
