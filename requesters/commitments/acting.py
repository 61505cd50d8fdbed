"""Whoever does something with a commitment now: the transaction, the person, the moment, the city's rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from access.principal import Principal
from cases.commitments.commitment import Commitment, find_commitment
from cases.rulebook import Rulebook
from cases.trail.trail_line import NOTHING, TrailLine
from storage.problem import N_, FieldFault, Problem

NO_COMMITMENT = N_("There is no commitment with this number.")


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts now, in which transaction."""

    session: Session
    principal: Principal
    now: datetime
    rulebook: Rulebook

    @property
    def today(self) -> date:
        """The day at the offices."""
        return self.rulebook.calendar.day_at(self.now)

    def line(self, action: str, details: Mapping[str, object] = NOTHING) -> TrailLine:
        """A line for the trail about what this person does."""
        return TrailLine.of_person(self.principal, self.now, action, actor="asker", details=details)

    def own(self, number: str) -> Commitment:
        """A commitment of this person's unit, locked for a change. Raises Problem."""
        return own_commitment(self.session, number, self.principal, lock=True)


def own_commitment(session: Session, number: str, principal: Principal, *, lock: bool = False) -> Commitment:
    """A commitment of this person's unit. Raises Problem (404) for those of others, as if there were none."""
    found = find_commitment(session, number, lock=lock)
    if found is None or found.unit != principal.unit or "asker" not in principal.roles:
        raise Problem([FieldFault("number", "unknown_commitment", NO_COMMITMENT)], 404)
    return found
