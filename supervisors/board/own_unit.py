"""A unit as its leader sees it: what is open now, the month and the one before, and the pile of each clerk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.calendar.deadlines import Calendar
from cases.case import IS_OPEN, Case
from cases.lifecycle import RETURNED
from cases.question import Source
from cases.statistics.histogram import ANSWERED, Histogram, bucket_of
from cases.statistics.hourly import histogram
from supervisors.board.backlog import Backlog, grouped, read_backlogs, read_station_backlogs, together
from supervisors.board.board import Moment


@dataclass(frozen=True, slots=True)
class Pile:
    """What one clerk has in hand; `clerk` is empty for what nobody has taken, `station` where it lies at a station's desk."""

    clerk: str
    count: int
    overdue: int
    soonest: datetime
    station: str = ""


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """The figures of one unit at this moment, its stations' among them; `stations`: what lies at their desks, by station."""

    backlog: Backlog
    items: Mapping[str, Backlog]
    today: Histogram
    month: Histogram
    before: Histogram
    piles: Sequence[Pile]
    stations: Mapping[str, Backlog] = field(default_factory=dict)


def read_own_unit(session: Session, unit: str, moment: Moment, calendar: Calendar) -> OwnUnit:
    """What stands with this unit, and how it answered. As many queries for any number of cases."""
    mine = {pair: one for pair, one in read_backlogs(session, moment.now, moment.soon).items() if pair[0] == unit}
    below = read_station_backlogs(session, moment.now, moment.soon, Case.holder == unit)
    today, month, before = (histogram(session, first, end, holder=unit) for first, end in _times(moment, calendar))
    items, piles = grouped(mine, lambda pair: pair[1]), _piles(session, Case.holder == unit, moment.now)
    return OwnUnit(together(mine.values()), items, today, month, before, piles, grouped(below, lambda pair: pair[0]))


def read_own_station(session: Session, station: str, moment: Moment, calendar: Calendar) -> OwnUnit:
    """The same of one station: what lies at its desk, and what its clerks answered. What machines answered is its unit's."""
    mine = read_station_backlogs(session, moment.now, moment.soon, Case.station == station)
    today, month, before = (_answered(session, station, first, end) for first, end in _times(moment, calendar))
    items, piles = grouped(mine, lambda pair: pair[1]), _piles(session, Case.station == station, moment.now)
    return OwnUnit(together(mine.values()), items, today, month, before, piles)


def _times(moment: Moment, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """Today, this month so far, and the one before."""
    first = calendar.day_at(moment.now).replace(day=1)
    month, before = (datetime.combine(day, time(), calendar.zone) for day in (first, (first - timedelta(days=1)).replace(day=1)))
    return [(moment.midnight, moment.now), (month, moment.now), (before, month)]


def _answered(session: Session, station: str, first: datetime, end: datetime) -> Histogram:
    at = col(Case.first_answered_at)
    times: Any = (Case.asked_at, Case.first_answered_at, Case.due_at)
    by_hand = (Case.station == station, col(Case.answered_at).is_not(None), Case.first_source != Source.RECORD.value)
    spread = Histogram()
    for asked, answered, due in session.exec(select(*times).where(*by_hand, at >= first, at < end)):
        spread.add((ANSWERED, bucket_of((answered - asked).total_seconds()), 1, answered <= due))
    return spread


def _piles(session: Session, whose: Any, now: datetime) -> list[Pile]:
    """Of each clerk what is in hand, then what nobody has; what waits for its asker is nobody's. The soonest due first."""
    late: Any = func.sum(when((col(Case.due_at) < now, 1), else_=0))
    counted: Any = (Case.taken_by, func.count(), late, func.min(Case.due_at), Case.station)
    waits = (IS_OPEN, whose, Case.state != RETURNED.value)
    rows = session.exec(select(*counted).where(*waits).group_by(col(Case.taken_by), col(Case.station)))
    return sorted((Pile(*row) for row in rows), key=lambda pile: (not pile.clerk, pile.soonest, pile.station))
