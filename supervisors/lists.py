"""The lists behind the board's figures: which cases each figure counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from cases.case import Case
from cases.lifecycle import OPEN

OPEN_STATES = tuple(state.value for state in sorted(OPEN))
WHAT = ("open", "at_desk", "with_contact", "returned", "overdue", "arbitration", "nobody_reached", "answered")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure's cases: what it counts, of which answering unit and by which source, both optional."""

    what: str
    holder: str = ""
    source: str = ""


def cases_behind(session: Session, wanted: Wanted, now: datetime, midnight: datetime, at_most: int = 200) -> Sequence[Case]:
    """The cases, the soonest due first; of the answered ones the latest first."""
    found = select(Case).where(*_conditions(wanted, now, midnight))
    for column, value in ((Case.holder, wanted.holder), (Case.source, wanted.source)):
        found = found.where(column == value) if value else found
    order = col(Case.answered_at).desc() if wanted.what == "answered" else col(Case.due_at)
    return session.exec(found.order_by(order).limit(at_most)).all()


def _conditions(wanted: Wanted, now: datetime, midnight: datetime) -> list[Any]:
    opened = col(Case.state).in_(OPEN_STATES)
    special: dict[str, list[Any]] = {
        "answered": [col(Case.answered_at) >= midnight],
        "overdue": [opened, col(Case.due_at) < now],
        "arbitration": [opened, col(Case.arbitration)],
        "nobody_reached": [opened, col(Case.nobody_reached)],
        "open": [opened],
    }
    return special.get(wanted.what, [Case.state == wanted.what])
