"""The supervisors' board as data: counts, backlogs, response times and lights by unit and item."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import TypeVar

from sqlalchemy import case as when
from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from cases.agents import AgentLife, AgentStatus, agent_statuses
from cases.amending.amendments import Counts, count_amendments
from cases.calendar.deadlines import Calendar
from cases.case import IS_OPEN, Case
from cases.statistics.histogram import Histogram
from cases.statistics.hourly import histograms
from supervisors.board.backlog import Backlog, grouped, read_backlogs, read_station_backlogs, together
from supervisors.board.lights import DAYS, SOON_OFFICE_MINUTES, Colour, Light, light
from supervisors.board.texts import Texts, read_texts

Pair = tuple[str, str]
Key = TypeVar("Key")  # by what histograms are told apart: unit, item and source, or some of them
Spreads = Mapping[tuple[str, ...], Histogram]  # by unit, item and source
WORST_FIRST = {colour: place for place, colour in enumerate(Colour)}


@dataclass(frozen=True, slots=True)
class Moment:
    """This moment on the office's clock: when its day began, until when a deadline counts as near, since when a light judges."""

    now: datetime
    midnight: datetime
    soon: datetime
    week: datetime

    @classmethod
    def of(cls, now: datetime, calendar: Calendar) -> "Moment":
        """The moment by this calendar."""
        midnight = midnight_of(now, calendar)
        soon = calendar.add_office_minutes(now, SOON_OFFICE_MINUTES).at
        return cls(now, midnight, soon, midnight - timedelta(days=DAYS - 1))


def midnight_of(now: datetime, calendar: Calendar) -> datetime:
    """When the office's day began."""
    return datetime.combine(calendar.day_at(now), time(), calendar.zone)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit or one item: its open cases, what was answered today and in the last days, its light, and a unit's machine."""

    code: str
    backlog: Backlog
    today: Histogram
    week: Histogram
    light: Light
    amended: int = 0  # answers put right in the last days
    machine: AgentStatus | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one moment; rows for units and items that have open cases or answered in the last days, the worst first."""

    moment: Moment
    backlog: Backlog
    today: Histogram
    by_source: Mapping[str, int]
    units: Sequence[Row]
    items: Sequence[Row]
    texts: Texts
    machines: Sequence[AgentStatus]
    amended: Counts  # answers put right in the last days
    urgent: int  # open cases that are urgent
    paused: int  # ... that wait for their asker's reply
    agreed: int  # ... whose deadline is a later day that was agreed or decided
    stations: Mapping[str, Backlog] = field(default_factory=dict)  # of what lies at stations' desks, by station

    @property
    def now(self) -> datetime:
        """The moment the figures are of."""
        return self.moment.now


def read_board(session: Session, moment: Moment) -> Board:
    """The board of this moment."""
    backlogs = read_backlogs(session, moment.now, moment.soon)
    today = histograms(session, moment.midnight, moment.now, ("holder", "item", "source"))
    week = histograms(session, moment.week, moment.now, ("holder", "item"))
    seen = agent_statuses(session, moment.now)
    amended = count_amendments(session, moment.week, moment.now)
    machines = {one.unit.code: one for one in seen}
    urgent, paused, agreed = _marked(session)
    return Board(
        moment=moment,
        backlog=together(backlogs.values()),
        today=merged(today.values()),
        by_source={source: part.answered for source, part in _by(today, lambda key: key[2]).items() if source},
        units=[replace(row, amended=amended.by_unit.get(row.code, 0)) for row in _rows(backlogs, today, week, 0, machines)],
        items=_rows(backlogs, today, week, 1, {}),
        texts=read_texts(session, moment.midnight),
        machines=seen,
        amended=amended,
        urgent=urgent,
        paused=paused,
        agreed=agreed,
        stations=grouped(read_station_backlogs(session, moment.now, moment.soon), lambda pair: pair[0]),
    )


def _marked(session: Session) -> Sequence[int]:
    """How many open cases are urgent, wait for their asker's reply, have a later day. One query."""
    kinds = (col(Case.urgent).is_(True), col(Case.paused_until).is_not(None), col(Case.extended).is_(True))
    counts = [func.coalesce(func.sum(when((kind, 1), else_=0)), 0) for kind in kinds]
    return [int(count) for count in session.execute(select(*counts).where(IS_OPEN, or_(*kinds))).one()]


def _rows(
    backlogs: Mapping[Pair, Backlog], today: Spreads, week: Spreads, place: int, seen: Mapping[str, AgentStatus]
) -> list[Row]:
    open_ones = grouped(backlogs, lambda pair: pair[place])
    todays, weeks = _by(today, lambda key: key[place]), _by(week, lambda key: key[place])
    rows = [
        _row(code, open_ones.get(code, Backlog()), todays.get(code, Histogram()), weeks.get(code, Histogram()), seen.get(code))
        for code in sorted({*open_ones, *todays, *weeks, *(code for code, one in seen.items() if one.life != AgentLife.NEVER)})
    ]
    return sorted(rows, key=lambda row: (WORST_FIRST[row.light.colour], -row.backlog.overdue, -row.backlog.open))


def _row(code: str, backlog: Backlog, today: Histogram, week: Histogram, machine: AgentStatus | None) -> Row:
    return Row(code, backlog, today, week, light(backlog, week, machine.life if machine else None), machine=machine)


def _by(found: Mapping[Key, Histogram], key: Callable[[Key], str]) -> dict[str, Histogram]:
    groups: dict[str, list[Histogram]] = {}
    for names, part in found.items():
        groups.setdefault(key(names), []).append(part)
    return {name: merged(parts) for name, parts in groups.items()}


def merged(parts: Iterable[Histogram]) -> Histogram:
    """These histograms added up."""
    whole = Histogram()
    for part in parts:
        whole.asked += part.asked
        whole.answered += part.answered
        whole.on_time += part.on_time
        whole.buckets.update(part.buckets)
    return whole
