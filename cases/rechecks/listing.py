"""Putting commitments on the list of those that do not hold, and taking them off it: by two people, by time, by another answer."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from access.principal import Principal
from cases.commitments.commitment import Commitment, CommitmentState, find_commitment
from cases.commitments.moves import move
from cases.rechecks.listed import LISTED, OFF, Listed
from cases.retention import months_before
from cases.rulebook import Rulebook
from cases.subject_index import key_of
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem
from storage.vault import vault_of

MOST_WORDS = 500
NO_ENTRY = N_("There is no such entry on the list.")
NO_REASON = N_("Say why it comes off the list.")
TOO_LONG = N_("This may have at most {max_length} characters.")
ASKED_OFF = N_("This was proposed already: another supervisor confirms it.")
NOT_PROPOSED = N_("Nobody has proposed to take this off the list.")
SECOND = N_("A second supervisor confirms it: not the one who proposed it.")
BY_ANSWER = "answer_changed"  # in place of a reason: the answer on which the entry rested was put right or withdrawn


def put_on_list(session: Session, commitment: Commitment, reason: str, by: str, now: datetime) -> None:
    """From now on until the time that the person was told at the signing."""
    subject = commitment.subject
    key = key_of(subject.key, vault_of(session)) if subject else ""
    until = months_before(now, -max(1, commitment.listed_months))
    session.merge(  # it may have stood there before, by what was found then
        Listed(number=commitment.number, key=key, unit=commitment.unit, certificate=commitment.certificate, reason=reason,
               decided_by=by, since=now, until=until)
    )  # fmt: skip


def find_listed(session: Session, number: str, *, lock: bool = False) -> Listed:
    """The entry of this commitment that is on the list. Raises Problem (404)."""
    found = session.get(Listed, number, with_for_update=True if lock else None)
    if found is None or found.state != LISTED:
        raise Problem([FieldFault("number", "unknown", NO_ENTRY)], 404)
    return found


def ask_off(session: Session, number: str, reason: str, by: Principal, now: datetime) -> None:
    """A supervisor proposes to take it off, with the reason. Raises Problem."""
    entry = find_listed(session, number, lock=True)
    if entry.asked_off_by:
        raise Problem([FieldFault("", "asked_off", ASKED_OFF)], 409)
    if not reason:
        raise Problem([FieldFault("reason", "missing", NO_REASON)])
    if len(reason) > MOST_WORDS:
        raise Problem([FieldFault("reason", "too_long", TOO_LONG, {"max_length": MOST_WORDS})])
    entry.asked_off_by, entry.asked_off_at, entry.off_reason = by.username, now, reason
    line = TrailLine.of_person(by, now, "list_off_asked", number, actor="supervisor").noting(reason)
    trail.write(session, [line.in_state(CommitmentState.STANDS_FALSE)])


def settle_off(session: Session, number: str, confirmed: bool, by: Principal, now: datetime) -> None:
    """A second supervisor confirms the proposal, or declines it: then the entry stays. Raises Problem."""
    entry = find_listed(session, number, lock=True)
    if not entry.asked_off_by:
        raise Problem([FieldFault("", "not_proposed", NOT_PROPOSED)], 409)
    if by.username == entry.asked_off_by:
        raise Problem([FieldFault("", "same_person", SECOND)], 403)
    if not confirmed:
        line = TrailLine.of_person(by, now, "list_off_declined", number, actor="supervisor")
        trail.write(session, [line.in_state(CommitmentState.STANDS_FALSE)])
        entry.asked_off_by, entry.asked_off_at, entry.off_reason = "", None, ""
        return
    line = TrailLine.of_person(by, now, "list_off", actor="supervisor", details={"asked_by": entry.asked_off_by})
    _off(session, entry, find_commitment(session, number, lock=True), line)


def take_off(session: Session, commitment: Commitment, now: datetime) -> None:
    """The answer on which it rested does not stand any more: off the list at once, by nobody's leave. The commitment is locked."""
    entry = session.get(Listed, commitment.number, with_for_update=True)
    if entry is None or entry.state != LISTED:
        return
    entry.off_reason = BY_ANSWER
    _off(session, entry, commitment, TrailLine.of_clock(now, "list_off", commitment.number))


def _off(session: Session, entry: Listed, commitment: Commitment | None, line: TrailLine) -> None:
    entry.state, entry.off_by, entry.off_at = OFF, line.who, line.at
    if commitment is not None:
        move(session, commitment, CommitmentState.CORRECTED, line.noting(entry.off_reason))


def expired(session: Session, now: datetime, _rulebook: Rulebook) -> int:
    """How many entries have had their time."""
    return session.exec(select(func.count()).select_from(Listed).where(col(Listed.until) <= now)).one()


def expire(session: Session, now: datetime, _rulebook: Rulebook, at_most: int = 200) -> int:
    """Takes away for good what has had its time, what was taken off before too; how many."""
    due = session.exec(
        select(Listed.number, Listed.state).where(col(Listed.until) <= now).limit(at_most).with_for_update(skip_locked=True)
    ).all()
    numbers = [number for number, _ in due]
    still = [number for number, state in due if state == LISTED]
    wanted = select(Commitment).where(col(Commitment.number).in_(still)).order_by(col(Commitment.number)).with_for_update()
    for commitment in session.exec(wanted).all() if still else ():
        if commitment.state == CommitmentState.STANDS_FALSE:
            move(session, commitment, CommitmentState.EXPIRED, TrailLine.of_clock(now, "list_expired", commitment.number))
    session.connection().execute(delete(Listed).where(col(Listed.number).in_(numbers)))
    return len(numbers)
