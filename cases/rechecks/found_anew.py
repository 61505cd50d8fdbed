"""A finding that changes: what stands of an answer now contradicts a commitment by other facts, anew, or not any more."""

from datetime import datetime

from sqlmodel import Session

from cases.commitments.commitment import Commitment, CommitmentState
from cases.commitments.moves import move
from cases.rechecks.heard import Found
from cases.rechecks.hearing import BY_CHECK, BY_LOT, Hearing, HearingState
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine

MAY_BE_HEARD = (CommitmentState.FOUND_FALSE, CommitmentState.OBJECTED, CommitmentState.CORRECTED)


def is_otherwise(hearing: Hearing, found: Found) -> bool:
    """Whether the person has to be heard about this finding, though there is, or was, a hearing: it says what they were not told
    of, or what they were told of had ended. What was decided about the same facts is not opened again.
    """
    if hearing.open:
        return found.by == hearing.found_by == BY_CHECK and hearing.record != found.record  # what an inspector saw stands beside it
    if hearing.state == HearingState.FALLS:
        if BY_LOT in (found.by, hearing.found_by):
            return True
        return not set(found.record["differs"]) <= set(hearing.record.get("differs", ()))
    return hearing.state == HearingState.ENDED


def found_again(
    session: Session, commitment: Commitment, hearing: Hearing, found: Found, now: datetime, rulebook: Rulebook
) -> None:
    """Another answer contradicts it too; both are locked. Who gave that decides no more than who gave the first.

    Where it says something else, the person was told what does not stand any more: they are told anew, and heard about that. What
    they were told and said before is kept.
    """
    hearing.finders = " ".join(dict.fromkeys([*hearing.finders.split(), *found.finders]))
    if not is_otherwise(hearing, found) or commitment.state not in MAY_BE_HEARD:
        return
    _keep_round(hearing)
    if not hearing.open:
        _begin_afresh(hearing)
    hearing.state, hearing.version = HearingState.TO_TELL.value, hearing.version + 1
    hearing.found_by, hearing.record, hearing.case_number, hearing.found_at = found.by, found.record, found.case_number, now
    hearing.due_at = rulebook.calendar.add_working_days(now, rulebook.rechecks.tell_days).at
    hearing.told_at = hearing.texted_at = hearing.urged_at = hearing.decide_by = None
    who = found.finders[0] if found.by == BY_LOT and found.finders else "clock"
    line = TrailLine(now, "found_false", "person" if who != "clock" else "clock", who, number=commitment.number)
    line = line._replace(details={"by": found.by, "case": found.case_number})
    if commitment.state != CommitmentState.FOUND_FALSE:
        move(session, commitment, CommitmentState.FOUND_FALSE, line)
    else:
        trail.write(session, [line.in_state(commitment.state)])


def _begin_afresh(hearing: Hearing) -> None:
    """Nothing was said yet about what is found now. Who had to do with what was found before does not decide about this either."""
    before = (hearing.told_by, hearing.entered_by)
    hearing.finders = " ".join(dict.fromkeys([*hearing.finders.split(), *filter(None, before)]))
    hearing.told_how = hearing.told_by = hearing.entered_by = hearing.objection = hearing.photo = ""
    hearing.decided_by = hearing.reason = hearing.late_reason = hearing.late_word = ""
    hearing.objected_at = hearing.decided_at = None


def end_hearing(hearing: Hearing, now: datetime) -> None:
    """What it rested on does not stand any more: nothing is left to be heard about. Whoever was told of it is told of that."""
    _keep_round(hearing)
    hearing.state, hearing.version, hearing.decide_by = HearingState.ENDED.value, hearing.version + 1, None
    hearing.decided_at, hearing.decided_by, hearing.reason = now, "", ""
    if hearing.told_at:
        hearing.texted_at = None


def _keep_round(hearing: Hearing) -> None:
    """What the person was told and heard about stays to be read, once it does not stand any more."""
    if hearing.state != HearingState.ENDED and (hearing.told_at or hearing.decided_at):
        hearing.earlier = [*hearing.earlier, hearing.round]
