"""Answering: the clerk's answer form, its validation, and the finding made of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from cases.actions import ActionInput, NoteForm
from cases.case import Case
from cases.catalogue.checks import check_finding
from cases.catalogue.fact import Fact
from cases.catalogue.headline import given_of, stated_facts, verdicts_of
from cases.catalogue.item import Item
from cases.catalogue.record_checks import check_records
from cases.question import MOST_ROWS, Finding, Identity, Source, Verdict
from contacts import statements
from responders.community.statement_evidence import evidence_of, statement_of
from responders.desk.answer_words import seen_words, wrong_place, wrong_words
from responders.desk.typed_records import read_rows, rows_typed
from storage.days import TypedDay
from storage.office_time import OFFICE
from storage.problem import N_, FieldFault, Problem, faults_of
from storage.unseen_signs import is_unseen

NO_STATEMENT = N_("Name the statement that this answer rests on.")
NO_ARCHIVE = N_("Name the volume and page of the archive.")
NO_PLACE = N_("This is no place in the archive. Write it like this: {example}.")
WHICH_FACT = N_("Say of each thing that was stated whether it agrees.")
WHOSE = N_("Say whose name and number do not fit.")
NO_DAY = N_("Name a day after today, and no more than five years from now.")
LATEST = timedelta(days=5 * 365 + 1)
SAYS_SO = ("confirmed", "contradicted")
GROUPS = ("facts", "identity")
NOT_TOLD = N_("Whoever only compares is not told whether there is a record: say that it is not as stated.")
NOT_SAID = N_("A community answer has the outcome of the statement that it rests on.")


class AnswerForm(NoteForm):
    """The finding of a person: from the archive with its reference, or from a contact's statement.

    In a form of a page `facts.CODE`, `identity.ROLE` and `records.PLACE.FIELD` are fields of their own.
    """

    # not_digitised is the machine's word, and means that a person must look.
    outcome: Literal["confirmed", "contradicted", "no_record", "cannot_say", "available_from", "identity_mismatch"]
    source: Literal["archive", "community"] = "archive"
    words: str = Field(default="", max_length=2000)
    archive: str = Field(default="", max_length=80, description="Volume and page")
    statement: int | None = Field(default=None, description="The statement this answer rests on")
    available_on: TypedDay | None = None
    facts: dict[str, Verdict] = Field(default_factory=dict, description="Of each stated fact whether it agrees")
    identity: dict[str, Identity] = Field(default_factory=dict, description="By role, whether name and number belong together")

    records: list[dict[str, str]] = Field(
        default_factory=list,
        max_length=MOST_ROWS,
        description="Of a query the fields of the record, row by row; a dash where one is empty on record",
    )

    @field_validator("words", mode="after")
    @classmethod
    def _read_words(cls, value: str) -> str:
        return seen_words(value)

    @field_validator("archive", mode="before")
    @classmethod
    def _read_archive(cls, value: object) -> object:
        # A line break stays, to be told of.
        return "".join(s for s in value if s.isspace() or not is_unseen(s)) if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _gather_groups(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        plain = {name: value for name, value in data.items() if name.partition(".")[0] not in GROUPS or "." not in name}
        for group in GROUPS:
            said = {name.partition(".")[2]: value for name, value in data.items() if name.startswith(f"{group}.") and value}
            plain |= {group: said} if said else {}
        if typed := rows_typed(data):
            plain = {name: value for name, value in plain.items() if not name.startswith("records.")} | {"records": typed}
        return plain


def answer_given(step: ActionInput) -> Mapping[str, object]:
    """The finding that the form makes. Raises Problem with everything that speaks against it."""
    form, item = step.form, step.rulebook.catalogue.item(step.case.item)
    evidence = _evidence(step)
    facts = {} if form.source == "community" or form.outcome not in SAYS_SO else dict(form.facts)
    asked = stated_facts(item, given_of(step.case))
    verdicts = verdicts_of(item, step.case, {"outcome": form.outcome, "facts": facts})
    faults = [*_wrong_place(form, item), *wrong_words(form.words, form.outcome, item, form.source == "community", verdicts)]
    faults += [*_unsaid(form, facts, asked), *_wrong_day(form, step.now.astimezone(OFFICE).date())]
    records, wrong = _records(form, item, step.case)
    if faults or wrong:
        raise Problem([*faults, *wrong])
    identity = form.identity if form.outcome == "identity_mismatch" else {}
    return {
        "finding": _finding(form, step.case, item, {"evidence": evidence, "facts": facts, "identity": identity, "records": records})
    }


def _records(form: AnswerForm, item: Item, case: Case) -> tuple[list[dict[str, str]], list[FieldFault]]:
    """The record's fields as typed, where there is a record; and what is wrong with them."""
    if case.mode == "compare" and form.outcome == "no_record":
        return [], [FieldFault("outcome", "tells_of_records", NOT_TOLD)]
    return read_rows(form.records, item, case.wanted) if case.mode == "query" and form.outcome == "confirmed" else ([], [])


def answer_after(step: ActionInput) -> None:
    """A statement that an answer rests on was made sure of by this clerk."""
    if step.form.source == "community":
        statements.confirm(step.session, step.form.statement, step.principal.username, step.now)


def _evidence(step: ActionInput) -> dict[str, str]:
    """What the answer rests on. A clerk passes on what a contact said: the outcome is the statement's, and no other."""
    form = step.form
    if form.source == "community":
        said = statement_of(step.session, step.case.number, form.statement)
        if said is None:
            raise Problem([FieldFault("statement", "missing", NO_STATEMENT)])
        if form.outcome != said.outcome:
            raise Problem([FieldFault("outcome", "not_said", NOT_SAID)])
        return evidence_of(said)
    return {"archive": form.archive} if form.archive else {}


def _wrong_place(form: AnswerForm, item: Item) -> Iterator[FieldFault]:
    if form.source == "community":
        return
    if form.archive and not item.archive_form.fits(form.archive):
        example = item.archive_form.example
        yield FieldFault("archive", "wrong_form", NO_PLACE, {"example": f"{example.zh} / {example.en}"})
    elif not form.archive and form.outcome in SAYS_SO:
        yield FieldFault("archive", "missing", NO_ARCHIVE)
    yield from wrong_place(form.archive, item)


def _wrong_day(form: AnswerForm, today: date) -> Iterator[FieldFault]:
    if form.available_on and not today < form.available_on <= today + LATEST:
        yield FieldFault("available_on", "wrong_day", NO_DAY)


def _unsaid(form: AnswerForm, facts: Mapping[str, Verdict], asked: Sequence[Fact]) -> Iterator[FieldFault]:
    """Where several things were stated, nobody can tell from the outcome alone which of them differs."""
    if form.outcome == "identity_mismatch" and all(said == Identity.AGREES for said in form.identity.values()):
        yield FieldFault("identity", "missing", WHOSE)
    if form.source == "archive" and form.outcome == "contradicted" and len(asked) > 1 and not facts:
        yield FieldFault("facts", "missing", WHICH_FACT)


def _finding(form: AnswerForm, case: Case, item: Item, said: Mapping[str, object]) -> dict[str, Any]:
    plain = {"outcome": form.outcome, "source": Source(form.source), "words": form.words, **said}
    try:
        finding = Finding.model_validate({**plain, "available_on": form.available_on}).plain()
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    faults = [*check_finding(finding, item), *check_records(finding, item, case.mode, case.wanted)]
    if faults:
        raise Problem(faults)
    return finding
