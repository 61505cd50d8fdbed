"""What the asker may do with a case: correct, dispute, accept, withdraw."""

from collections.abc import Mapping
from typing import Any

from cases.actions import Action, ActionInput, Form, NoteForm, ReasonForm
from cases.case import QUESTION_FIELDS, fingerprint, question_of
from cases.catalogue.checks import check_question
from cases.lifecycle import Actor
from cases.reference_numbers import reference_faults
from cases.subject_index import index_subjects
from requesters.ask.submit import read_question
from requesters.own_cases.unread import forget_unread
from storage.problem import Problem
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


def _corrected(step: ActionInput) -> Mapping[str, Any]:
    before = question_of(step.case).model_dump(mode="json", exclude_none=True)
    changes = step.form.model_dump(include=CHANGEABLE & step.form.model_fields_set)
    question = read_question({**before, **changes}, step.now, step.rulebook)
    faults = check_question(question, step.rulebook.catalogue.item(question.item))
    faults += reference_faults(question) if "reference" in changes else []  # what was taken before is not asked about again
    if faults:
        raise Problem(faults)
    index_subjects(step.session, [(step.case.number, question)])
    columns = {name: getattr(question, name) for name in QUESTION_FIELDS if name in CHANGEABLE}
    columns["fingerprint"] = fingerprint(question, vault_of(step.session))
    return {"question": columns, "details": {"changed": sorted(changes)}}


def _dealt_with(step: ActionInput) -> None:
    forget_unread(step.session, [step.case.number])


MOVES = (
    Action("correct", Actor.ASKER, CorrectForm, _corrected, _dealt_with),
    Action("dispute", Actor.ASKER, ReasonForm, after=_dealt_with),
    Action("accept", Actor.ASKER, NoteForm, after=_dealt_with),
    Action("withdraw", Actor.ASKER, NoteForm, after=_dealt_with),
)
