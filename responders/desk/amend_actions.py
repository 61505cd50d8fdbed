"""The window clerk's moves on a delivered answer: amend, withdraw, confirm a colleague's proposal."""

from collections.abc import Mapping

from pydantic import Field

from cases.actions import Action, ActionInput, NoteForm, ReasonForm
from cases.amending.amendments import proposed_of
from cases.lifecycle import Actor
from responders.desk.answering import AnswerForm, answer_after, answer_given
from storage.problem import N_, FieldFault, Problem

NO_PROPOSAL = N_("No amendment of this answer waits to be confirmed.")


class AmendForm(AnswerForm):
    """The answer as it should be, and why. One that turns the answer round waits until a colleague has confirmed it."""

    note: str = Field(min_length=1, max_length=500)


def _proposed(step: ActionInput) -> Mapping[str, object]:
    proposal = proposed_of(step.session, step.case.number)
    if proposal is None:
        raise Problem([FieldFault("", "no_proposal", NO_PROPOSAL)], 409)
    return {"finding": proposal.wanted, "proposed_by": proposal.who, "proposed_at": proposal.at}


MOVES = (
    Action("amend", Actor.CLERK, AmendForm, answer_given, answer_after),
    Action("propose_amendment", Actor.CLERK, AmendForm, answer_given, answer_after),
    Action("withdraw_answer", Actor.CLERK, ReasonForm),
    Action("confirm_amendment", Actor.CLERK, NoteForm, _proposed),
    Action("decline_amendment", Actor.CLERK, ReasonForm, _proposed),
)
