"""One hearing with everything about it, for those who may see it: the unit that took the commitment, and supervisors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from access.principal import Principal
from cases.attachments.attachment import Attachment
from cases.certificates.certificate import Certificate
from cases.certificates.directory import directory
from cases.commitments.commitment import Commitment
from cases.commitments.wording import STATES
from cases.rechecks.heard import is_looked_at_again
from cases.rechecks.hearing import BY_LOT, NO_HEARING, Hearing, find_hearing
from cases.rechecks.listed import Listed
from cases.rechecks.own_check import CheckState, OwnCheck
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import FieldFault, Problem


@dataclass(frozen=True, slots=True)
class ReadHearing:
    """As it stands now. `photo` is what the person signed, `looked_at_again`: the answer it rests on is in question.

    `own_check`: what a question of ours said of the same commitment, where an inspector found it and not that question.
    """

    hearing: Hearing
    commitment: Commitment
    certificate: Certificate | None
    listed: Listed | None
    photo: Attachment | None
    looked_at_again: bool
    own_check: OwnCheck | None = None

    @property
    def states(self) -> Sequence[dict[str, str]]:
        """What the person stated, as it stood in the text that they signed; nothing once that was taken away."""
        return states_of(self.commitment)


def states_of(commitment: Commitment) -> Sequence[dict[str, str]]:
    """The sentences that the person stated, each in both languages."""
    sections = (commitment.text or {}).get("sections", ())
    return [line for section in sections if section["code"] == STATES for line in section["lines"]]


def read_hearing(session: Session, number: str, unit: str = "") -> ReadHearing:
    """The hearing about this commitment; with `unit` only where that unit took it. Once it is blocked there is none.

    Raises Problem (404).
    """
    hearing = find_hearing(session, number)
    commitment = session.get(Commitment, number)
    if commitment is None or commitment.blocked_at or (unit and commitment.unit != unit):
        raise Problem([FieldFault("number", "unknown", NO_HEARING)], 404)
    photo = session.get(Attachment, hearing.photo) if hearing.photo else None
    certificate = directory(session).get(commitment.certificate)
    again, listed = is_looked_at_again(session, hearing), session.get(Listed, number)
    check = session.get(OwnCheck, number) if hearing.found_by == BY_LOT else None
    settled = check if check and check.state == CheckState.SETTLED else None
    return ReadHearing(hearing, commitment, certificate, listed, photo, again, settled)


def look_line(number: str, principal: Principal, now: datetime, action: str = "hearing_look") -> TrailLine:
    """That this person looked at it."""
    return TrailLine.of_person(principal, now, action, number)


def write_view(session: Session, number: str, principal: Principal, now: datetime, action: str = "hearing_look") -> None:
    """Writes that line; nothing is shown before."""
    trail.write(session, [look_line(number, principal, now, action)])
