"""What waits for the reform office among sources, monitoring points and documents to revise: lines of its front page."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from access.principal import Principal
from reform.monitoring.months import late_months, monitors, reported_months
from reform.monitoring.sighting import TO_DO, Sighting
from reform.revisions.revision import late_revisions
from reform.sources.source import RegisterSource, SourceState
from storage.office_time import office_date
from storage.problem import N_

Line = tuple[int, str, str, str]  # how many, of what, where, what the button says


def kept_lines(session: Session, _principal: Principal, now: datetime) -> Iterable[Line]:
    """Five statements."""
    today = office_date(now)
    yield _sightings(session), N_("reports of monitoring points to decide"), "/reform/monitoring", N_("Decide them")
    yield _missing(session, today), N_("monthly reports are missing"), "/reform/monitoring", N_("Urge them")
    yield _late_sources(session, today), N_("registers are not connected on their promised day"), "/reform/sources", N_("See which")
    yield late_revisions(session, today), N_("documents were to be revised by now"), "/reform/revisions", N_("See which")


def _sightings(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Sighting).where(col(Sighting.state).in_(TO_DO))).one()


def _missing(session: Session, today: date) -> int:
    points = monitors(session)
    reported = reported_months(session, points, today)
    return sum(len(late_months(reported.get(unit, {}), today)) for unit in points)


def _late_sources(session: Session, today: date) -> int:
    late = (RegisterSource.state != SourceState.CONNECTED.value, col(RegisterSource.promised_on) < today)
    return session.exec(select(func.count()).select_from(RegisterSource).where(*late)).one()
