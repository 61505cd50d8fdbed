"""Cases at stations that cannot have them any more (switched off, frozen, another unit's now) go back to their holder's desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from access.freezes import is_free
from access.units import Unit
from cases.case import AT_STATION, IS_OPEN, Case
from cases.lifecycle import ASKED
from cases.moves import CLOCK, Move, make_moves
from cases.rulebook import Rulebook
from storage.problem import N_

AT_ONCE = 200
NOT_THERE = N_("The station has no cases any more: the unit goes on with it.")


def _homeless() -> list[ColumnElement[bool]]:
    """The conditions of such cases. With the machine a case is at no desk, and comes to the right one by itself."""
    on = select(Unit.code).where(
        Unit.code == Case.station, Unit.parent == Case.holder, col(Unit.answers), is_free("", col(Unit.code))
    )
    there: Any = on.correlate(Case).exists()
    return [IS_OPEN, AT_STATION, col(Case.state) != ASKED.value, ~there]


def any_homeless(session: Session) -> bool:
    """Whether there is such a case. Looks only at open cases that are at stations."""
    return session.exec(select(Case.number).where(*_homeless()).limit(1)).first() is not None


def bring_home(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Gives them back to their holders' desks, at most AT_ONCE; says how many. The clock does the rest."""
    found = session.exec(select(Case.number).where(*_homeless()).order_by(col(Case.number)).limit(AT_ONCE)).all()
    if found:
        make_moves(session, [Move(number, "hand_back", CLOCK, note=NOT_THERE) for number in found], now, rulebook)
    return len(found)
