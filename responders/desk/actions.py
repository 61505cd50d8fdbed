"""What a window clerk may do with a case."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationError

from access.units import Unit
from cases.actions import Action, ActionInput, NoteForm, ReasonForm
from cases.checks import check_finding
from cases.lifecycle import Actor
from cases.question import Finding, Outcome, Source
from contacts import statements
from contacts.roster.roster import Area, Contact, serving
from contacts.statements import Said
from responders.community.statement_evidence import evidence_of, statement_of
from responders.duty.handovers import PassForm, passed, tell_passed
from responders.escalation.ladders import frozen_steps, slots_of, start_ladders
from storage.problem import N_, FieldFault, Problem, faults_of

NO_AREA = N_("There is no such area in the roster.")
NOBODY_THERE = N_("Nobody stands in the roster for this area.")
NO_STATEMENT = N_("Name the statement that this answer rests on.")
NO_ARCHIVE = N_("Name the volume and page of the archive.")
NO_CONTACT = N_("This contact does not stand in the roster.")
NOT_ANSWERING = N_("This unit does not answer questions.")
NOT_CONSULTED = N_("For this item no community is asked.")


class TakeForm(NoteForm):
    """`anyway` takes the case from a colleague; the trail shows it."""

    anyway: bool = False


class AnswerForm(NoteForm):
    """The finding of a person: from the archive with its reference, or from a contact's statement."""

    # not_digitised is the machine's word, and means that a person must look.
    outcome: Literal["confirmed", "contradicted", "no_record", "cannot_say", "available_from"]
    source: Literal["archive", "community"] = "archive"
    words: str = Field(default="", max_length=2000)
    archive: str = Field(default="", max_length=200, description="Volume and page")
    statement: int | None = Field(default=None, description="The statement this answer rests on")
    available_on: date | None = None


class ConsultForm(NoteForm):
    """Which community is asked."""

    area: str


class StateForm(NoteForm):
    """What a contact said on the telephone, written down by the clerk in the words spoken."""

    contact: int
    outcome: Literal["confirmed", "contradicted", "cannot_say"]
    words: str = Field(min_length=1, max_length=2000)


class ForwardForm(ReasonForm):
    """The unit that should answer instead."""

    unit: str


class ExtendForm(ReasonForm):
    """How much longer, in office minutes (420 are one working day)."""

    office_minutes: int = Field(ge=30, le=4200)


def answer_given(step: ActionInput) -> Mapping[str, Any]:
    """The finding that a clerk filled in, with what it rests on. Raises Problem."""
    form, evidence = step.form, {}
    if form.source == "community":
        said = statement_of(step.session, step.case.number, form.statement)
        if said is None:
            raise Problem([FieldFault("statement", "missing", NO_STATEMENT)])
        evidence = evidence_of(said)
    elif form.archive:
        evidence = {"archive": form.archive}
    elif form.outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED):
        raise Problem([FieldFault("archive", "missing", NO_ARCHIVE)])
    return {"finding": _finding(step, evidence).model_dump(mode="json", exclude_none=True)}


def _finding(step: ActionInput, evidence: dict[str, str]) -> Finding:
    form = step.form
    plain = {"outcome": form.outcome, "source": Source(form.source), "words": form.words, "evidence": evidence}
    try:
        finding = Finding.model_validate({**plain, "available_on": form.available_on})
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    faults = check_finding(finding, step.rulebook.catalogue.item(step.case.item))
    if faults:
        raise Problem(faults)
    return finding


def confirm_statement(step: ActionInput) -> None:
    """Notes that the clerk relied on this contact's statement."""
    if step.form.source == "community":
        statements.confirm(step.session, step.form.statement, step.principal.username, step.now)


def _consult_given(step: ActionInput) -> Mapping[str, Any]:
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


def _state_given(step: ActionInput) -> Mapping[str, Any]:
    if step.session.get(Contact, step.form.contact) is None:
        raise Problem([FieldFault("contact", "unknown_contact", NO_CONTACT)])
    return {"details": {"channel": "phone", "contact": step.form.contact}}


def _state_after(step: ActionInput) -> None:
    form = step.form
    said = Said(
        about=step.case.number,
        contact_id=form.contact,
        channel="phone",
        outcome=form.outcome,
        words=form.words,
        written_by=step.principal.username,
    )
    statements.record(step.session, said, step.now)


def _forward_given(step: ActionInput) -> Mapping[str, Any]:
    unit = step.session.get(Unit, step.form.unit)
    if unit is None or not unit.answers:
        raise Problem([FieldFault("unit", "not_answering", NOT_ANSWERING)])
    return {"unit": unit.code, "details": {"unit": unit.code}}


MOVES = (
    Action("take", Actor.CLERK, TakeForm, lambda step: {"anyway": step.form.anyway}),
    Action("release", Actor.CLERK, NoteForm),
    Action("hand_over", Actor.CLERK, NoteForm),
    Action("reassign", Actor.CLERK, PassForm, passed, tell_passed),
    Action("answer", Actor.CLERK, AnswerForm, answer_given, confirm_statement),
    Action("consult", Actor.CLERK, ConsultForm, _consult_given, _consult_after),
    Action("state", Actor.CLERK, StateForm, _state_given, _state_after),
    Action("return", Actor.CLERK, ReasonForm),
    Action("forward", Actor.CLERK, ForwardForm, _forward_given),
    Action("extend", Actor.CLERK, ExtendForm, lambda step: {"office_minutes": step.form.office_minutes}),
)
