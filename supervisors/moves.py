"""What a supervisor may do with a case: arbitrate between units, and take a case from a clerk who went silent."""

from collections.abc import Mapping
from typing import Any, Literal

from cases.doing import Doing, Form, ReasonForm, Step
from cases.lifecycle import Actor
from cases.problem import N_, FieldFault, Problem
from cases.units import Unit

NOT_ANSWERING = N_("This unit does not answer questions.")
NOT_BEFORE = N_("No decision is asked for: the case was not sent back twice.")


class ArbitrateForm(Form):
    """The decision: the unit at hand answers, another unit does (`unit`), or the asker must correct the question."""

    decision: Literal["answer", "forward", "return"]
    unit: str = ""
    note: str


def _decided(step: Step) -> Mapping[str, Any]:
    if not step.case.arbitration:
        raise Problem([FieldFault("decision", "not_asked_for", NOT_BEFORE)], 409)
    if step.form.decision == "forward":
        unit = step.session.get(Unit, step.form.unit)
        if unit is None or not unit.answers:
            raise Problem([FieldFault("unit", "not_answering", NOT_ANSWERING)])
    return {"decision": step.form.decision, "unit": step.form.unit}


MOVES = (
    Doing("arbitrate", Actor.SUPERVISOR, ArbitrateForm, _decided),
    Doing("release", Actor.SUPERVISOR, ReasonForm),
)
