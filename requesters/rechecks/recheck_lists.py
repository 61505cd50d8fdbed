"""What a unit's page of checked commitments shows: hearings, what could not be asked, what runs, what was settled. Names nobody."""

from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from cases.commitments.commitment import Commitment
from cases.rechecks.hearing import OPEN_HEARING, Hearing
from cases.rechecks.own_check import CheckState, OwnCheck
from storage.first_rows import FirstRows, first_rows

SHOWN = 30
OPEN_STATES = [state.value for state in OPEN_HEARING]


@dataclass(frozen=True, slots=True)
class UnitRechecks:
    """Each list with how many more there are; `certificates` has the certificate's code of each commitment shown."""

    open_hearings: FirstRows[Hearing]
    not_asked: FirstRows[OwnCheck]
    asked: FirstRows[OwnCheck]
    settled: FirstRows[OwnCheck]
    closed_hearings: FirstRows[Hearing]
    certificates: dict[str, str]


def rechecks_of(session: Session, unit: str) -> UnitRechecks:
    """The lists of this unit; six statements whatever their length."""
    mine = select(Hearing).where(Hearing.unit == unit)
    opened = mine.where(col(Hearing.state).in_(OPEN_STATES)).order_by(col(Hearing.found_at))
    closed = mine.where(col(Hearing.state).not_in(OPEN_STATES)).order_by(col(Hearing.found_at).desc())
    hearings = [first_rows(session, one, SHOWN) for one in (opened, closed)]
    checks = {state: first_rows(session, _checks(unit, state), SHOWN) for state in CheckState}
    shown = {one.number for rows in (*hearings, *checks.values()) for one in rows}
    found = select(Commitment.number, Commitment.certificate).where(col(Commitment.number).in_(sorted(shown)))
    certificates = dict(session.exec(found).all()) if shown else {}
    states = (checks[CheckState.NOT_ASKED], checks[CheckState.ASKED], checks[CheckState.SETTLED])
    return UnitRechecks(hearings[0], *states, hearings[1], certificates)


def _checks(unit: str, state: CheckState) -> SelectOfScalar[OwnCheck]:
    theirs = select(OwnCheck).where(OwnCheck.unit == unit, OwnCheck.state == state.value)
    return theirs.order_by(col(OwnCheck.at).desc(), col(OwnCheck.number))
