"""Until when the supervisor decides about an open case that was sent back twice, or about a later day that was not taken."""

from cases.case import Case
from cases.conversation.later_days import DECIDE_OFFICE_MINUTES
from cases.lifecycle import OPEN, State
from cases.move_context import Changes, MoveContext

NOT_ASKED: Changes = {"arbitrate_by": None, "decision_look_at": None}


def decision_after(case: Case, changes: Changes, context: MoveContext) -> Changes:
    """The time begins as a decision is asked for, and ends with it; with the case ends everything."""
    asked = changes.get("arbitration", case.arbitration) and State(changes.get("state", case.state)) in OPEN
    if asked and ("sent_back" in changes or not case.arbitrate_by):
        return {"arbitrate_by": context.office(DECIDE_OFFICE_MINUTES), "decision_look_at": context.now}
    return NOT_ASKED if not asked and case.arbitrate_by else {}
