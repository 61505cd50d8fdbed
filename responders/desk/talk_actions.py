"""What a clerk says to the asker: returning with all reasons at once, asking back, a message, a later day."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from cases.actions import Action, ActionInput, Form, ReasonForm
from cases.catalogue.return_reasons import MOST
from cases.conversation.message import Kind
from cases.conversation.saying import WordsForm, bounded, keep
from cases.lifecycle import Actor
from cases.trail import trail
from contacts.alerts.alerts import Purpose
from contacts.in_hand import askers, tell
from storage.days import TypedDay
from storage.problem import N_, FieldFault, Problem

BOX = "reason_"  # what a page calls the box of a reason, before its code
NO_REASON = N_("Tick what is missing, or say it in your words.")
UNKNOWN_REASON = N_("This item has no such reason.")
WHY_LATER = N_("This was not among the reasons of the first return: say why it comes up only now.")


def _listed(value: object) -> object:
    """One ticked box comes as one value."""
    return [value] if isinstance(value, str) else value


def with_reasons(data: Mapping[str, str]) -> dict[str, object]:
    """The fields of a page's form with its ticked boxes, one field each, as the list of reasons."""
    ticked = [name.removeprefix(BOX) for name in data if name.startswith(BOX)]
    others: dict[str, object] = {name: value for name, value in data.items() if not name.startswith(BOX)}
    return others | ({"reasons": ticked} if ticked else {})


class ReturnForm(Form):
    """Everything that is missing, ticked together, and in words what the list does not have.

    `why_later` where something is named that no earlier return of the case named.
    """

    reasons: Annotated[list[str], BeforeValidator(_listed)] = Field(default=[], max_length=MOST)
    note: str = Field(default="", max_length=500)
    why_later: str = Field(default="", max_length=500)


class OfferForm(ReasonForm):
    """The day until whose end an answer is promised, and why it takes until then."""

    day: TypedDay


def _returned(step: ActionInput) -> Mapping[str, object]:
    """The note of the move: each reason a line, in the words of the list, which every reader gets in their language."""
    form, item = step.form, step.rulebook.catalogue.item(step.case.item)
    known = {reason.code: reason for reason in item.return_reasons}
    if not form.reasons and not form.note:
        raise Problem([FieldFault("reasons", "missing", NO_REASON)])
    if set(form.reasons) - set(known):
        raise Problem([FieldFault("reasons", "unknown_reason", UNKNOWN_REASON)])
    earlier = [line for line in trail.of_cases(step.session, [step.case.number]) if line.action == "return"]
    told = {code for line in earlier for code in line.details.get("reasons", [])}
    if earlier and set(form.reasons) - told and not form.why_later:
        raise Problem([FieldFault("why_later", "why_later", WHY_LATER)])
    ticked = [code for code in known if code in form.reasons]
    lines = [known[code].zh for code in ticked]
    form.note = "\n".join([*lines, *([form.note] if form.note else []), *([form.why_later] if form.why_later else [])])
    return {"details": {"reasons": ticked} if ticked else {}}


def _offered(step: ActionInput) -> Mapping[str, object]:
    return {"day": step.form.day, "details": {"day": step.form.day.isoformat()}}


def _tell_offered(step: ActionInput) -> None:
    tell(step, askers(step.session, step.case)[:1], Purpose.TALK, "asker_offered", step.case.due_at)


def _asked_back(step: ActionInput) -> None:
    keep(step, Kind.ASK_BACK, Actor.CLERK)
    tell(step, askers(step.session, step.case)[:1], Purpose.TALK, "asker_asked_back", step.case.paused_until)


def _wrote(step: ActionInput) -> None:
    if keep(step, Kind.MESSAGE, Actor.CLERK):
        tell(step, askers(step.session, step.case)[:1], Purpose.TALK, "asker_message")


MOVES = (
    Action("return", Actor.CLERK, ReturnForm, _returned),
    Action("ask_back", Actor.CLERK, WordsForm, bounded(Actor.CLERK), _asked_back),
    Action("message", Actor.CLERK, WordsForm, bounded(Actor.CLERK), _wrote),
    Action("offer_later", Actor.CLERK, OfferForm, _offered, _tell_offered),
)
