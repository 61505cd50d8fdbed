"""Case filter: which cases a list shows, and a page of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from cases.case import IS_ANSWERED, IS_OPEN, Case
from cases.lifecycle import ANSWERED, OPEN


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases a list shows. `after` is the (asked_at, number) of the last one seen; empty fields do not filter."""

    states: Sequence[str] = ()
    unit: str = ""
    holder: str = ""
    station: str = ""
    item: str = ""
    asked_by: str = ""
    batch: str = ""
    since: datetime | None = None
    after: tuple[datetime, str] | None = None


def page_of(session: Session, filters: Filter, at_most: int = 50, *conditions: ColumnElement[bool]) -> list[Case]:
    """Cases that pass the filter and these conditions, newest first."""
    found = select(Case).where(*conditions).order_by(col(Case.asked_at).desc(), col(Case.number).desc()).limit(at_most)
    for name in ("unit", "holder", "station", "item", "asked_by", "batch"):
        value = getattr(filters, name)
        found = found.where(getattr(Case, name) == value) if value else found
    found = found.where(col(Case.state).in_(list(filters.states))) if filters.states else found
    # The open ones have an index of their own, which a database takes only where it is asked for in its very words.
    found = found.where(IS_OPEN) if filters.states and set(filters.states) <= OPEN else found
    found = found.where(IS_ANSWERED) if list(filters.states) == [ANSWERED.value] else found
    found = found.where(col(Case.asked_at) >= filters.since) if filters.since else found
    if filters.after:
        asked_at, number = filters.after
        found = found.where(or_(col(Case.asked_at) < asked_at, and_(col(Case.asked_at) == asked_at, col(Case.number) < number)))
    return list(session.exec(found))
