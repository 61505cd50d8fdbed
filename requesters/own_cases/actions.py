"""The asker's moves: correct, dispute and take that back, accept, withdraw, acknowledge an amendment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cases.actions import Action, ActionInput, Form, NoteForm, ReasonForm
from cases.agents import has_machine
from cases.case import QUESTION_FIELDS, Case, fingerprint, question_of
from cases.lifecycle import HELD, Actor
from cases.opening import Ask, hold_details, passed_on
from cases.question import Question
from cases.rechecks.own_check import MATTER as CHECK_MATTER
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.submit import ask_anew, read_question
from requesters.own_cases import talk_actions
from requesters.own_cases.unread import forget_marks_of, forget_unread
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.vault import vault_of

CHANGEABLE = frozenset({"subjects", "details", "year", "purpose", "reference"})


class CorrectForm(Form):
    """The fields of the question that change; the others stay. Item and matter are what was granted, and stay."""

    note: str = ""
    subjects: dict[str, Any] | None = None
    details: dict[str, str] | None = None
    year: int | None = None
    purpose: str | None = None
    reference: str | None = None


# Of a question that checks a commitment: what somebody may add to it. Whom it is about was signed.
ADDED_TO_A_CHECK = frozenset({"details", "year"})
OF_A_CHECK = N_("This question checks a commitment. Whom it is about and why it is asked cannot be changed; details may be added.")


def corrected(case: Case, changes: Json, now: datetime, rulebook: Rulebook) -> Question:
    """The case's question with these fields changed. Raises Problem."""
    standing = question_of(case).model_dump(mode="json", exclude_none=True, exclude={"wanted"})
    return read_question({**standing, **changes}, now, rulebook)


def _corrected(step: ActionInput) -> Mapping[str, object]:
    """A corrected question passes every gate of a new one: grant, pledge, freeze, checks, fishing guard, index, spot check."""
    changes = step.form.model_dump(include=CHANGEABLE & step.form.model_fields_set)
    if step.case.matter == CHECK_MATTER and changes.keys() - ADDED_TO_A_CHECK:
        raise Problem([FieldFault("subjects", "check_of_commitment", OF_A_CHECK)], 403)
    question = corrected(step.case, changes, step.now, step.rulebook)
    asking = Ask(question, step.case.unit, step.principal.username, step.case.number, step.case.batch)
    why = ask_anew(step.session, asking, step.now, step.rulebook, "reference" in changes)
    columns = {name: getattr(question, name) for name in QUESTION_FIELDS if name in CHANGEABLE}
    columns["wanted"] = step.rulebook.catalogue.wanted(question)
    columns["fingerprint"] = fingerprint(question, vault_of(step.session))
    held = {"hold": hold_details(why)} if why else {}
    by_machine = has_machine(step.session, step.case.holder, step.rulebook.catalogue.item(step.case.item))
    return {"question": columns, "held": bool(why), "machine": by_machine, "details": {"changed": sorted(changes), **held}}


def _sent_again(step: ActionInput) -> None:
    _dealt_with(step)
    passed_on(step)
    if step.case.state == HELD:  # as with a new question, the trail says by which rule
        told = trail.of_cases(step.session, [step.case.number])[-1].details.get("hold", {})
        line = TrailLine.of_clock(step.now, "hold", step.case.number)._replace(details=told)
        trail.write(step.session, [line.in_state(HELD)])


def _dealt_with(step: ActionInput) -> None:
    forget_unread(step.session, [step.case.number])


def _known(step: ActionInput) -> None:
    """The asker's mark goes, and that of who confirmed; colleagues who relied on the old answer keep theirs until they look."""
    forget_marks_of(step.session, step.case.number, {step.case.asked_by, step.principal.username})


MOVES = (
    *talk_actions.MOVES,
    Action("correct", Actor.ASKER, CorrectForm, _corrected, _sent_again),
    Action("dispute", Actor.ASKER, ReasonForm, after=_dealt_with),
    Action("take_back", Actor.ASKER, NoteForm, after=_dealt_with),
    Action("accept", Actor.ASKER, NoteForm, after=_dealt_with),
    Action("acknowledge", Actor.ASKER, NoteForm, after=_known),
    Action("withdraw", Actor.ASKER, NoteForm, after=_dealt_with),
)
