"""Moving a commitment from one state to another: the one function that does it, with its line on the trail."""

from sqlmodel import Session

from cases.commitments.commitment import ENDED, MOVES, Commitment, CommitmentState
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from storage.problem import N_, FieldFault, Problem

NOT_OPEN = N_("This commitment has moved on meanwhile: look at it again.")


def move(session: Session, commitment: Commitment, to: CommitmentState, line: TrailLine) -> None:
    """Puts a commitment that is locked into this state. `line` says who did it, when and as what action; it gets the states and the
    number. Raises Problem (409) where the table of moves does not know it.
    """
    start = CommitmentState(commitment.state)
    if to not in MOVES[start]:
        raise Problem([FieldFault("", "moved_on", NOT_OPEN)], 409)
    commitment.state, commitment.version = to.value, commitment.version + 1
    if to in ENDED:
        commitment.settled_at, commitment.look_at, commitment.look_for, commitment.check_due = line.at, None, "", None
    trail.write(session, [line._replace(number=commitment.number, start=start.value, to=to.value)])
