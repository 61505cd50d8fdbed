"""Keeping the open points true: after every change of answers or names they are found anew; what somebody settled stays settled."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from cases.certificates.certificate import Certificate
from cases.rulebook import Rulebook
from reform.survey.answer import SurveyAnswer
from reform.survey.names import SurveyName, name_form
from reform.survey.points import PointState, SurveyPoint
from reform.survey.reconciliation import Stated, points_of
from reform.survey.takings import renew_takings


def stated(session: Session, certificate: str = "") -> Sequence[Stated]:
    """What the units say, as far as the names mean a certificate; of one certificate where it is named. One query."""
    of = SurveyAnswer
    columns = (of.unit, of.sheet, SurveyName.certificate, of.form, of.name, of.issuer, of.volume)
    found = select(*columns).join(SurveyName, col(SurveyName.form) == col(of.form)).where(col(SurveyName.certificate) != "")  # type: ignore[call-overload]  # seven columns
    found = found.where(SurveyName.certificate == certificate) if certificate else found
    return [Stated(*row) for row in session.exec(found.order_by(col(of.unit), col(of.sheet), col(of.row)))]


def reconcile(session: Session, now: datetime, rulebook: Rulebook) -> None:
    """Finds the points anew, and what stands in the directory of who takes what. New points are opened; those that hold no longer
    go, or are kept as gone where somebody had noted something; settled ones stay as they are.
    """
    renew_takings(session, rulebook)
    # Straight from the table: a certificate may have been added a moment ago, in this very transaction.
    forms = {code: name_form(name) for code, name in session.exec(select(Certificate.code, Certificate.zh))}
    wanted = points_of(stated(session), forms)
    there = {one.key: one for one in session.exec(select(SurveyPoint).with_for_update())}
    _renew(there, wanted, now)
    gone = [one.id for key, one in there.items() if key not in wanted and not one.note]
    if gone:
        session.execute(delete(SurveyPoint).where(col(SurveyPoint.id).in_(gone)))
    fresh = [
        {"kind": kind, "unit": unit, "certificate": certificate, "figures": figures, "at": now}
        for (kind, unit, certificate), figures in wanted.items()
        if (kind, unit, certificate) not in there
    ]
    if fresh:
        session.execute(insert(SurveyPoint), [{"state": PointState.OPEN.value, "note": "", "who": "", **row} for row in fresh])


def _renew(there: Mapping[tuple[str, str, str], SurveyPoint], wanted: Mapping[tuple[str, str, str], Any], now: datetime) -> None:
    for key, point in there.items():
        if point.state == PointState.SETTLED:
            continue
        if key in wanted:
            back = point.state == PointState.GONE
            point.sqlmodel_update({"state": PointState.OPEN.value, "figures": wanted[key], **({"at": now} if back else {})})
        elif point.note:
            point.state = PointState.GONE
