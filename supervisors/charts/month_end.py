"""Open at the end of a month: cases still open then, and how many of them were overdue, by unit and item."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case as when
from sqlalchemy import union_all
from sqlmodel import Session, col, func, select

from cases.case import IS_OPEN, Case
from cases.lifecycle import RETURNED, WITHDRAWN

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many cases were open at that moment, and how many of them were past their deadline."""

    open: int = 0
    overdue: int = 0

    def __add__(self, other: "OpenCount") -> "OpenCount":
        """Both together."""
        return OpenCount(self.open + other.open, self.overdue + other.overdue)


def open_at_end(session: Session, until: datetime, now: datetime) -> Mapping[Pair, OpenCount]:
    """By (holder, item) what was open at the moment `until`, which may be this one. One query.

    Of now it is what the board counts: what waits for its asker is nobody's delay. Of an earlier moment nobody knows any more what
    waited for whom; a case is counted to the unit that has it now.
    """
    still = [IS_OPEN, col(Case.asked_at) < until]
    parts = [_counted(still, until, col(Case.state) != RETURNED.value)]
    if until < now:
        first = col(Case.first_answered_at)
        unanswered = [*still, first.is_(None) | (first >= until)]
        since = [first >= until, col(Case.asked_at) < until, ~IS_OPEN]
        given_up = [Case.state == WITHDRAWN.value, col(Case.closed_at) >= until, col(Case.asked_at) < until, first.is_(None)]
        parts = [_counted(conditions, until, True) for conditions in (unanswered, since, given_up)]
    found: dict[Pair, OpenCount] = {}
    for holder, item, count, late in session.connection().execute(union_all(*parts)):
        found[holder, item] = found.get((holder, item), OpenCount()) + OpenCount(count, late)
    return found


def _counted(conditions: Iterable[Any], until: datetime, runs: Any) -> Any:
    late = when(((col(Case.due_at) < until) & runs, 1), else_=0)
    key = (col(Case.holder), col(Case.item))
    return select(*key, func.count(), func.coalesce(func.sum(late), 0)).where(*conditions).group_by(*key)


def by_place(found: Mapping[Pair, OpenCount], place: int) -> dict[str, OpenCount]:
    """Added up by unit (0) or by item (1)."""
    grouped: dict[str, OpenCount] = {}
    for pair, one in found.items():
        grouped[pair[place]] = grouped.get(pair[place], OpenCount()) + one
    return grouped
