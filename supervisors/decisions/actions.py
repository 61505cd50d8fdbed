"""The supervisor's moves on a case: let through or refuse, urge, reassign, release, arbitrate."""

from collections.abc import Mapping
from typing import Literal

from access.freezes import frozen_among
from access.units import Unit
from cases.actions import Action, ActionInput, ReasonForm
from cases.agents import has_machine
from cases.amending.amend_effects import LATE_DECISIONS
from cases.conversation.later_days import DAY_DECISIONS
from cases.lifecycle import Actor
from cases.opening import passed_on
from contacts.in_hand import in_hand
from storage.problem import N_, FieldFault, Problem
from supervisors.decisions.urge_texts import clerks_of, tell_assigned, tell_urged

NOT_ANSWERING = N_("This unit does not answer questions.")
UNIT_FROZEN = N_("This unit is frozen and answers nothing now. Choose another one.")
NOT_A_CLERK = N_("This person is no clerk of the unit that has the case, or is not there today.")
NOT_BEFORE = N_("No decision is asked for: the case was not sent back twice, and its answer is not disputed.")
OTHER_DECISION = N_("This case waits for another kind of decision.")


class ArbitrateForm(ReasonForm):
    """The decision: the unit at hand answers, another unit does (`unit`), or the asker must correct the question.

    About a later day that was not taken: it holds (`later`), or the deadline as it stood (`on_time`).
    About a late dispute: the answer stands (`dismiss`), the holder must answer anew (`amend`), or it is withdrawn.
    """

    decision: Literal["answer", "forward", "return", "dismiss", "amend", "withdraw_answer", "later", "on_time"]
    unit: str = ""


class ReassignForm(ReasonForm):
    """The clerk of the same unit who is to answer."""

    clerk: str


def _reached(step: ActionInput) -> Mapping[str, object]:
    return {"details": {"told": [hand.account.username for hand in in_hand(step.session, step.case, step.now)]}}


def _assigned(step: ActionInput) -> Mapping[str, object]:
    if step.form.clerk not in {one.username for one in clerks_of(step.session, step.case.desk, step.now)}:
        raise Problem([FieldFault("clerk", "not_a_clerk", NOT_A_CLERK)])
    return {"clerk": step.form.clerk, "details": {"clerk": step.form.clerk}}


def _decided(step: ActionInput) -> Mapping[str, object]:
    late = step.case.decide_by is not None
    if not (late or step.case.arbitration):
        raise Problem([FieldFault("decision", "not_asked_for", NOT_BEFORE)], 409)
    of_day = bool(step.case.declined_at)
    if late != (step.form.decision in LATE_DECISIONS) or of_day != (step.form.decision in DAY_DECISIONS):
        raise Problem([FieldFault("decision", "not_asked_for", OTHER_DECISION)], 409)
    if step.form.decision == "forward":
        unit = step.session.get(Unit, step.form.unit)
        if unit is None or not unit.holds:
            raise Problem([FieldFault("unit", "not_answering", NOT_ANSWERING)])
        if frozen_among(step.session, units=[unit.code]):
            raise Problem([FieldFault("unit", "frozen", UNIT_FROZEN)])
    forwarded = step.form.decision == "forward"
    by_machine = not forwarded or has_machine(step.session, step.form.unit, step.rulebook.catalogue.item(step.case.item))
    return {"decision": step.form.decision, "unit": step.form.unit, "machine": by_machine}


URGE = Action("urge", Actor.SUPERVISOR, ReasonForm, _reached, tell_urged)
LET_THROUGH = Action("let_through", Actor.SUPERVISOR, ReasonForm)
REFUSE = Action("refuse", Actor.SUPERVISOR, ReasonForm)
MOVES = (
    LET_THROUGH,
    REFUSE,
    URGE,
    Action("reassign", Actor.SUPERVISOR, ReassignForm, _assigned, tell_assigned),
    Action("arbitrate", Actor.SUPERVISOR, ArbitrateForm, _decided, passed_on),
    Action("release", Actor.SUPERVISOR, ReasonForm),
)
