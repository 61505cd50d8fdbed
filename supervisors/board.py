"""The board: how many cases stand where, how old they are, how they were answered. Few queries, whatever the number of cases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.case import Case
from cases.lifecycle import OPEN

OPEN_STATES = [state.value for state in sorted(OPEN)]


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of one moment; `units` has a row for each answering unit with open cases."""

    now: datetime
    open: int
    at_desk: int
    with_contact: int
    returned: int
    overdue: int
    arbitration: int
    nobody_reached: int
    answered_today: int
    by_source: dict[str, int]
    units: Sequence[dict[str, Any]] = field(default_factory=tuple)


def read_board(session: Session, now: datetime, midnight: datetime) -> Board:
    """The board now; `midnight` is when the office's day began."""
    rows = session.exec(_open_by_unit(now)).all()
    sources = _answered_since(session, midnight)
    units = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    total = {name: sum(unit[name] for unit in units) for name in COLUMNS[1:-1]}
    return Board(now=now, answered_today=sum(sources.values()), by_source=sources, units=units, **total)


COLUMNS = ("unit", "open", "at_desk", "with_contact", "returned", "overdue", "arbitration", "nobody_reached", "oldest")


def _open_by_unit(now: datetime) -> Any:
    def count(condition: Any) -> Any:
        return func.coalesce(func.sum(when((condition, 1), else_=0)), 0)

    counted = [count(col(Case.state) == name) for name in ("at_desk", "with_contact", "returned")]
    facts = [count(col(Case.due_at) < now), count(col(Case.arbitration)), count(col(Case.nobody_reached))]
    found = select(col(Case.holder), func.count(), *counted, *facts, func.min(col(Case.asked_at)))  # type: ignore[call-overload]  # SQLModel knows up to four columns
    return found.where(col(Case.state).in_(OPEN_STATES)).group_by(Case.holder).order_by(Case.holder)


def _answered_since(session: Session, midnight: datetime) -> dict[str, int]:
    found = select(Case.source, func.count()).where(col(Case.answered_at) >= midnight).group_by(Case.source)
    return {source: count for source, count in session.exec(found) if source}


def overdue_cases(session: Session, now: datetime, at_most: int = 100) -> list[Case]:
    """Open cases past their deadline, the longest overdue first."""
    found = select(Case).where(col(Case.state).in_(OPEN_STATES), col(Case.due_at) < now)
    return list(session.exec(found.order_by(col(Case.due_at)).limit(at_most)))


def cases_for_decision(session: Session, at_most: int = 100) -> list[Case]:
    """Cases sent back twice, waiting for the supervisor, and those whose community nobody reached."""
    asked = col(Case.arbitration) | col(Case.nobody_reached)
    found = select(Case).where(col(Case.state).in_(OPEN_STATES), asked)
    return list(session.exec(found.order_by(col(Case.due_at)).limit(at_most)))
