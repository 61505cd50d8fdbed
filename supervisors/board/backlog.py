"""Backlogs: counts of open, overdue and soon due cases by unit and item, in one query."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.case import AT_STATION, IS_OPEN, Case
from cases.lifecycle import RETURNED
from cases.stations.placing import DESKS


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts of open cases; `soon` are those whose deadline comes within one office hour, `oldest` is when the oldest was asked."""

    open: int = 0
    asked: int = 0
    at_desk: int = 0
    with_contact: int = 0
    returned: int = 0
    overdue: int = 0
    soon: int = 0
    arbitration: int = 0
    nobody_reached: int = 0
    oldest: datetime | None = None

    def __add__(self, other: "Backlog") -> "Backlog":
        """Both together."""
        oldest = min((at for at in (self.oldest, other.oldest) if at), default=None)
        return replace(self, **{name: getattr(self, name) + getattr(other, name) for name in COUNTS}, oldest=oldest)


COUNTS = tuple(field.name for field in fields(Backlog) if field.name != "oldest")
Backlogs = Mapping[tuple[str, str], Backlog]


def read_backlogs(session: Session, now: datetime, soon: datetime) -> dict[tuple[str, str], Backlog]:
    """How the open cases stand, by (holder, item); `soon` is until when a deadline counts as coming."""
    return _counted(session, (col(Case.holder), col(Case.item)), now, soon)


def read_station_backlogs(session: Session, now: datetime, soon: datetime, *which: Any) -> dict[tuple[str, str], Backlog]:
    """How what lies at stations' desks stands, by (station, item); `which` chooses among it. With a machine it is at no desk."""
    return _counted(session, (col(Case.station), col(Case.item)), now, soon, AT_STATION, col(Case.state).in_(sorted(DESKS)), *which)


def _counted(session: Session, key: tuple[Any, Any], now: datetime, soon: datetime, *which: Any) -> dict[tuple[str, str], Backlog]:
    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(when((condition, 1), else_=0)), 0)

    states = [count(col(Case.state) == name) for name in ("asked", "at_desk", "with_contact", "returned")]
    due, runs = col(Case.due_at), col(Case.state) != RETURNED.value
    late, near = runs & (due < now), runs & (due >= now) & (due < soon)
    facts = [count(late), count(near), count(col(Case.arbitration)), count(col(Case.nobody_reached))]
    found = select(*key, func.count(), *states, *facts, func.min(col(Case.asked_at)))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    rows = session.exec(found.where(IS_OPEN, *which).group_by(*key))
    return {(unit, item): Backlog(*counts) for unit, item, *counts in rows}


def together(backlogs: Iterable[Backlog]) -> Backlog:
    """All of these in one."""
    return sum(backlogs, Backlog())


def grouped(backlogs: Backlogs, key: Callable[[tuple[str, str]], str]) -> dict[str, Backlog]:
    """The standings by unit or by item: whatever `key` makes of (holder, item)."""
    found: dict[str, Backlog] = {}
    for pair, backlog in backlogs.items():
        found[key(pair)] = found.get(key(pair), Backlog()) + backlog
    return found
