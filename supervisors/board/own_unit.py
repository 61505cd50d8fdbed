"""A unit as its leader sees it: what is open now, the month and the one before, and the pile of each clerk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.calendar.deadlines import Calendar
from cases.case import IS_OPEN, Case
from cases.lifecycle import RETURNED
from cases.statistics.histogram import Histogram
from cases.statistics.hourly import histogram
from supervisors.board.backlog import Backlog, grouped, read_backlogs, together
from supervisors.board.board import Moment


@dataclass(frozen=True, slots=True)
class Pile:
    """What one clerk has in hand; `clerk` is empty for what nobody has taken."""

    clerk: str
    count: int
    overdue: int
    soonest: datetime


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """The figures of one unit at this moment."""

    backlog: Backlog
    items: Mapping[str, Backlog]
    today: Histogram
    month: Histogram
    before: Histogram
    piles: Sequence[Pile]


def read_own_unit(session: Session, unit: str, moment: Moment, calendar: Calendar) -> OwnUnit:
    """What stands with this unit, and how it answered. As many queries for any number of cases."""
    mine = {pair: one for pair, one in read_backlogs(session, moment.now, moment.soon).items() if pair[0] == unit}
    first = calendar.day_at(moment.now).replace(day=1)
    month, before = (datetime.combine(day, time(), calendar.zone) for day in (first, (first - timedelta(days=1)).replace(day=1)))
    return OwnUnit(
        backlog=together(mine.values()),
        items=grouped(mine, lambda pair: pair[1]),
        today=histogram(session, moment.midnight, moment.now, holder=unit),
        month=histogram(session, month, moment.now, holder=unit),
        before=histogram(session, before, month, holder=unit),
        piles=_piles(session, unit, moment.now),
    )


def _piles(session: Session, unit: str, now: datetime) -> list[Pile]:
    """Of each clerk what is in hand, then what nobody has; what waits for its asker is nobody's. The soonest due first."""
    late: Any = func.sum(when((col(Case.due_at) < now, 1), else_=0))
    found = select(Case.taken_by, func.count(), late, func.min(Case.due_at))
    waits = (IS_OPEN, Case.holder == unit, Case.state != RETURNED.value)
    rows = session.exec(found.where(*waits).group_by(Case.taken_by))
    return sorted((Pile(*row) for row in rows), key=lambda pile: (not pile.clerk, pile.soonest))
