"""The window clerk's moves on a case and their forms."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from access.freezes import frozen_among
from access.units import Unit
from cases.actions import Action, ActionInput, NoteForm, ReasonForm
from cases.agents import has_machine
from cases.lifecycle import Actor
from cases.opening import passed_on
from contacts import statements
from contacts.phone_numbers import masked
from contacts.roster.roster import Area, Contact, serving
from contacts.statements import SPOKEN, Said
from responders.desk import talk_actions
from responders.desk.answering import AnswerForm, answer_after, answer_given
from responders.duty.handovers import PassForm, passed, tell_passed
from responders.duty.substitution import in_place_of, marked
from responders.escalation.ladders import frozen_steps, slots_of, start_ladders
from storage.problem import N_, FieldFault, Problem

NO_AREA = N_("There is no such area in the roster.")
NOBODY_THERE = N_("Nobody stands in the roster for this area.")
NO_CONTACT = N_("This contact does not stand in the roster.")
NO_NUMBER = N_("No telephone number of this contact stands in the roster: say how you spoke.")
NOT_ANSWERING = N_("This unit does not answer questions.")
UNIT_FROZEN = N_("This unit is frozen and answers nothing now. Choose another one.")
NOT_CONSULTED = N_("For this item no community is asked.")


class TakeForm(NoteForm):
    """`anyway` takes the case from a colleague; the trail shows it."""

    anyway: bool = False


class ConsultForm(NoteForm):
    """Which community is asked."""

    area: str


class StateForm(NoteForm):
    """What a contact said on the telephone or in person, written down by the clerk in the words spoken.

    It is the note of the call, too: who rang whom, when and how. Whether nothing was said of how the contact knows is said as well.
    """

    contact: int
    call: Literal["rung", "called_back", "in_person"] = "rung"
    known_by: Literal["personally", "files", "neighbours", "hearsay", "not_said"]
    outcome: Literal["confirmed", "contradicted", "cannot_say"]
    words: str = Field(min_length=1, max_length=2000)


class ForwardForm(ReasonForm):
    """The unit that should answer instead."""

    unit: str


def _take_given(step: ActionInput) -> Mapping[str, object]:
    return {"anyway": step.form.anyway, "details": _for_whom(step)}


def _for_whom(step: ActionInput) -> dict[str, object]:
    return marked({}, in_place_of(step.session, step.case, step.principal.username, step.now))


def _answer_given(step: ActionInput) -> Mapping[str, object]:
    return {**answer_given(step), "details": _for_whom(step)}


def _consult_given(step: ActionInput) -> Mapping[str, object]:
    area = step.session.get(Area, step.form.area)
    if area is None:
        raise Problem([FieldFault("area", "unknown_area", NO_AREA)])
    if not step.rulebook.catalogue.item(step.case.item).consult:
        raise Problem([FieldFault("area", "not_consulted", NOT_CONSULTED)])
    if not serving(step.session, area.code, step.now):
        raise Problem([FieldFault("area", "nobody", NOBODY_THERE)])
    return {"details": {"area": area.code}}


def _consult_after(step: ActionInput) -> None:
    people = [contact for contact in serving(step.session, step.form.area, step.now) if contact.takes_sms]
    slots = slots_of(step.rulebook.catalogue.ladders["community"].steps)[:-1]
    asked = [
        (str(c.role), {"kind": "contact", "id": str(c.id), "name": c.name, "phone": c.phone}, "consult_contact") for c in people
    ]
    ladder = {"number": step.case.number, "kind": "consult", "area": step.form.area, "started_at": step.now, "position": 0}
    start_ladders(step.session, [{**ladder, "steps": frozen_steps(asked, slots)}])


def _state_given(step: ActionInput) -> Mapping[str, object]:
    form, contact = step.form, step.session.get(Contact, step.form.contact)
    if contact is None:
        raise Problem([FieldFault("contact", "unknown_contact", NO_CONTACT)])
    told = {"channel": _channel(form), "contact": form.contact, "call": form.call}
    if form.call != "rung":
        return {"details": told}
    if not contact.phone:
        raise Problem([FieldFault("call", "no_number", NO_NUMBER)])
    return {"details": told | {"number": masked(contact.phone)}}


def _channel(form: StateForm) -> str:
    return next(channel for channel, calls in SPOKEN.items() if form.call in calls)


def _state_after(step: ActionInput) -> None:
    form = step.form
    said = Said(
        about=step.case.number,
        contact_id=form.contact,
        channel=_channel(form),
        call=form.call,
        known_by=form.known_by,
        outcome=form.outcome,
        words=form.words,
        written_by=step.principal.username,
    )
    statements.record(step.session, said, step.now)


def _forward_given(step: ActionInput) -> Mapping[str, object]:
    unit = step.session.get(Unit, step.form.unit)
    if unit is None or not unit.holds:
        raise Problem([FieldFault("unit", "not_answering", NOT_ANSWERING)])
    if frozen_among(step.session, units=[unit.code]):
        raise Problem([FieldFault("unit", "frozen", UNIT_FROZEN)])
    by_machine = has_machine(step.session, unit.code, step.rulebook.catalogue.item(step.case.item))
    return {"unit": unit.code, "machine": by_machine, "details": {"unit": unit.code}}


MOVES = (
    *talk_actions.MOVES,
    Action("take", Actor.CLERK, TakeForm, _take_given),
    Action("release", Actor.CLERK, NoteForm),
    Action("hand_over", Actor.CLERK, NoteForm),
    Action("reassign", Actor.CLERK, PassForm, passed, tell_passed),
    Action("answer", Actor.CLERK, AnswerForm, _answer_given, answer_after),
    Action("consult", Actor.CLERK, ConsultForm, _consult_given, _consult_after),
    Action("state", Actor.CLERK, StateForm, _state_given, _state_after),
    Action("forward", Actor.CLERK, ForwardForm, _forward_given, passed_on),
)
