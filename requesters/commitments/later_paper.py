"""The paper that follows by a day: handed in, put off once, or missed; and a commitment that the person takes back."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from cases.attachments.cleaning import CleanFile
from cases.commitments.commitment import Commitment, CommitmentState, PaperState
from cases.commitments.days import next_look, working_day
from cases.commitments.moves import NOT_OPEN, move
from cases.rechecks.inspection import Inspection
from cases.rechecks.lot import Lot, month_of
from cases.trail import trail
from requesters.commitments.acting import Acting
from requesters.commitments.signing import LATER_PAPER, keep_picture
from storage.days import TypedDay
from storage.office_time import office_date
from storage.problem import N_, FieldFault, Problem

PHOTO, SIGHT = "photo", "sight"
LONGEST_PUT_OFF = timedelta(days=30)  # after the first day
ONCE = N_("The day was put off already; it can be put off once.")
MISSED = N_("The day is over: it cannot be put off any more. What is handed in now is recorded as late.")
LATER_DAY = N_("The new day must lie after the one that was promised, and at most {days} days after it.")
IN_A_LOT = N_(
    "It lies among the commitments of {month} of which some are being drawn by lot. It can be taken back then, if it is not drawn."
)
DRAWN = N_(
    "It was drawn by lot and is being inspected. It can be taken back once the result is entered, if nothing speaks against it."
)
SAW = N_("Say that you saw the paper, or upload a photograph of it.")


class PutOffForm(BaseModel):
    """A later day, and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    due_on: TypedDay
    reason: str = Field(min_length=1, max_length=200)


def hand_in(acting: Acting, number: str, made: CleanFile | None) -> Commitment:
    """Records that the paper is here, with its photograph or by sight. Recorded twice, it is recorded once. Raises Problem."""
    one = _with_paper(acting, number)
    if one.paper == PaperState.HANDED_IN:
        return one
    if made is not None:
        keep_picture(acting, one, made, LATER_PAPER)
    before, one.paper, one.paper_at = one.paper, PaperState.HANDED_IN.value, acting.now
    one.paper_how = SIGHT if made is None else PHOTO
    _note(acting, one, "commitment_paper", {"how": one.paper_how, "late": before == PaperState.MISSED})
    return one


def put_off(acting: Acting, number: str, form: PutOffForm) -> Commitment:
    """Moves the day once, with a reason. Raises Problem."""
    one = _with_paper(acting, number)
    if one.paper != PaperState.AWAITED or one.due_on is None:
        raise Problem([FieldFault("due_on", "missed", MISSED)], 409)
    if one.due_on != one.first_due_on:
        raise Problem([FieldFault("due_on", "once", ONCE)], 409)
    day = working_day(acting.rulebook.calendar, form.due_on)
    if not one.due_on < day <= one.due_on + LONGEST_PUT_OFF:
        raise Problem([FieldFault("due_on", "no_such_day", LATER_DAY, {"days": LONGEST_PUT_OFF.days})])
    one.due_on, one.put_off_reason = day, form.reason
    _note(acting, one, "commitment_put_off", {"until": day.isoformat()})
    return one


def take_back(acting: Acting, number: str) -> Commitment:
    """The person takes their commitment back before the matter is done. Raises Problem where it has gone further."""
    one = acting.own(number)
    if one.state != CommitmentState.TAKEN_BACK:
        _must_not_be_drawn(acting, one)
        move(acting.session, one, CommitmentState.TAKEN_BACK, acting.line("commitment_back"))
    return one


def _must_not_be_drawn(acting: Acting, one: Commitment) -> None:
    """Nobody escapes an inspection by taking back what may be drawn, or was."""
    inspection = acting.session.get(Inspection, one.number)
    month = month_of(office_date(one.signed_at)) if one.signed_at else ""
    lot = acting.session.get(Lot, month)
    waits = lot is not None and lot.closed_at is not None and lot.drawn_at is None
    if lot and waits and any(candidate[0] == one.number for candidate in lot.candidates):
        raise Problem([FieldFault("", "in_a_lot", IN_A_LOT, {"month": month})], 409)
    if inspection is not None and inspection.open:
        raise Problem([FieldFault("", "drawn", DRAWN)], 409)


def _with_paper(acting: Acting, number: str) -> Commitment:
    one = acting.own(number)
    if one.paper == PaperState.NONE or one.state != CommitmentState.SIGNED:
        raise Problem([FieldFault("", "moved_on", NOT_OPEN)], 409)
    return one


def _note(acting: Acting, one: Commitment, action: str, details: Mapping[str, object]) -> None:
    one.version += 1
    one.look_at, one.look_for = next_look(one, acting.rulebook.calendar, acting.now)
    trail.write(acting.session, [acting.line(action, details)._replace(number=one.number).in_state(one.state)])
