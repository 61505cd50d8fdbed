"""What waits for the reform office among sources, monitoring points and documents to revise: lines of its front page."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from access.principal import Principal
from reform.monitoring.months import late_months, monitors, reported_months
from reform.monitoring.sighting import TO_DO, Sighting
from reform.revisions import revision
from reform.revisions.revision import Revision
from reform.sources import source
from reform.sources.source import RegisterSource
from storage.office_time import office_date
from storage.problem import N_

Line = tuple[int, str, str, str]  # how many, of what, where, what the button says


def kept_lines(session: Session, _principal: Principal, now: datetime) -> Iterable[Line]:
    """Three statements."""
    today = office_date(now)
    sightings, sources, documents = _counts(session, today)
    yield sightings, N_("Reports of monitoring points to decide"), "/reform/monitoring", N_("Decide them")
    yield _missing(session, today), N_("Monthly reports that are missing"), "/reform/monitoring", N_("Urge them")
    yield sources, N_("Registers not connected on their promised day"), "/reform/sources", N_("See which")
    yield documents, N_("Documents that were to be revised by now"), "/reform/revisions", N_("See which")


def _counts(session: Session, today: date) -> tuple[int, int, int]:
    """Sightings to decide, late registers, late documents. One statement."""
    waits = select(func.count()).select_from(Sighting).where(col(Sighting.state).in_(TO_DO)).scalar_subquery()
    sources = select(func.count()).select_from(RegisterSource).where(*source.is_late(today)).scalar_subquery()
    documents = select(func.count()).select_from(Revision).where(*revision.is_late(today)).scalar_subquery()
    found = session.exec(select(waits, sources, documents)).one()
    return int(found[0]), int(found[1]), int(found[2])


def _missing(session: Session, today: date) -> int:
    points = monitors(session)
    reported = reported_months(session, points, today)
    return sum(len(late_months(reported.get(unit, {}), today)) for unit in points)
