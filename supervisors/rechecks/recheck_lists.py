"""What supervisors see of checked commitments: what waits, what is overdue, what stands. Numbers and units, nobody's name."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cases.commitments.commitment import Commitment
from cases.rechecks.hearing import OPEN_HEARING, Hearing
from cases.rechecks.inspection import Inspection
from cases.rechecks.listed import LISTED, Listed
from cases.rechecks.own_check import CheckState, OwnCheck
from storage.first_rows import FirstRows, first_rows

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Rechecks:
    """Each list with how many more there are; `certificates` has the certificate's code of each commitment shown."""

    hearings: FirstRows[Hearing]
    listed: FirstRows[Listed]
    late: FirstRows[Inspection]
    nobodys: FirstRows[Inspection]
    not_asked: FirstRows[OwnCheck]
    certificates: dict[str, str] = field(default_factory=dict)


def all_rechecks(session: Session, now: datetime) -> Rechecks:
    """Six statements, whatever the length of the lists."""
    opened = select(Hearing).where(col(Hearing.state).in_([state.value for state in OPEN_HEARING]))
    stands = select(Listed).where(Listed.state == LISTED, col(Listed.until) > now)
    owed = select(Inspection).where(col(Inspection.done_at).is_(None))
    stuck = select(OwnCheck).where(OwnCheck.state == CheckState.NOT_ASKED.value)
    late = owed.where(Inspection.inspector != "", col(Inspection.due_at) < now)
    # What a second supervisor has to confirm stands first.
    entries = stands.order_by(col(Listed.asked_off_by) == "", col(Listed.since).desc())
    found = Rechecks(
        first_rows(session, opened.order_by(col(Hearing.decide_by), col(Hearing.found_at)), SHOWN),
        first_rows(session, entries, SHOWN),
        first_rows(session, late.order_by(col(Inspection.due_at)), SHOWN),
        first_rows(session, owed.where(Inspection.inspector == "").order_by(col(Inspection.due_at)), SHOWN),
        first_rows(session, stuck.order_by(col(OwnCheck.unit), col(OwnCheck.at)), SHOWN),
    )
    numbers = {one.number for one in found.hearings} | {one.number for one in found.not_asked}
    if numbers:
        codes = select(Commitment.number, Commitment.certificate).where(col(Commitment.number).in_(sorted(numbers)))
        found.certificates.update(dict(session.exec(codes).all()))
    return found
