"""Opening bundles: their questions are checked like single ones and opened together, all of a bundle's or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sqlmodel import Session, SQLModel

from cases.bundles.bundle import kind_of, new_bundle_number
from cases.bundles.bundle_kind import BundleKind
from cases.bundles.expanding import Planned, blamed, expand, question_for
from cases.bundles.people import Named, people_faults
from cases.catalogue.checks import with_plain_days
from cases.question import Question
from cases.rulebook import Rulebook
from requesters.ask.idempotency import KeyClaims, Keyed, asked_earlier
from requesters.ask.submit import MOST_ENTRIES, OWN_KEY, OWN_KEYS, TOO_MANY, Accepted, Submission, accept, gates
from storage.bulk_rows import insert_rows
from storage.json import Json
from storage.problem import N_, FieldFault, Problem, faults_of
from storage.read_together import read_together

NOT_OFFERED = N_("This bundle offers no such question. Offered: {offered}.")
NOTHING = N_("With these people and choices nothing would be asked.")
Text = StringConstraints(min_length=1)


class BundleRequest(BaseModel):
    """What is asked with a bundle: the people once, by role, and one purpose and file number for all of its questions."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    kind: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    people: dict[str, Named]
    chosen: list[Annotated[str, StringConstraints(max_length=40)]] | None = Field(
        default=None, max_length=MOST_ENTRIES, description="Codes of the offered questions that are wanted; left out: those ticked"
    )
    purpose: str = Field(min_length=1, max_length=200)
    reference: str = Field(min_length=1, max_length=64, description="The file number of the asking unit's own case")
    urgent: bool = False
    urgent_reason: str = Field(default="", max_length=200)


@dataclass(frozen=True, slots=True)
class BundleSubmission:
    """One bundle as it came in, with who asks. `key` is the sender's own or none; `sheet` names the sheet it came with."""

    request: BundleRequest
    unit: str
    asked_by: str
    key: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """A bundle on its way: its kind, its number, and the questions that are asked at once, with their places."""

    kind: BundleKind
    number: str
    plan: Sequence[Planned]
    questions: Sequence[Question] = field(default_factory=tuple)

    def submissions(self, one: BundleSubmission) -> list[Submission]:
        """The questions as they are submitted: the bundle is where they are read."""
        return [Submission(question, one.unit, one.asked_by, batch=self.number) for question in self.questions]


def read_request(data: object, now: datetime, rulebook: Rulebook) -> BundleRequest:
    """The bundle in plain data; raises Problem with every fault of its shape."""
    people = data.get("people") if isinstance(data, dict) else None
    boxes = [("", data), ("people", people)]
    boxes += [(f"people.{n}", one) for n, one in enumerate(people.values())] if isinstance(people, dict) else []
    if crowded := [name for name, box in boxes if isinstance(box, dict | list) and len(box) > MOST_ENTRIES]:
        fields = ["people" if name.startswith("people") else name for name in crowded]
        raise Problem([FieldFault(name, "too_many", TOO_MANY, {"most": MOST_ENTRIES}) for name in dict.fromkeys(fields)])
    try:
        request = BundleRequest.model_validate(data, context={"today": rulebook.calendar.day_at(now)})
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    kind = kind_of(rulebook, request.kind)
    if faults := [*people_faults(kind, request.people), *_unknown_choices(kind, request)]:
        raise Problem(faults)
    return request


def _unknown_choices(kind: BundleKind, request: BundleRequest) -> list[FieldFault]:
    offered = [question.code for question in kind.questions if question.ask == "offered"]
    told = {"offered": ", ".join(offered)}
    wrong = [place for place, code in enumerate(request.chosen or ()) if code not in offered]
    return [FieldFault(f"chosen.{place}", "unknown_question", NOT_OFFERED, told) for place in wrong]


def common_of(request: Any) -> Json:
    """What all questions of a bundle have in common; of a request, or of a bundle that was asked."""
    return {name: getattr(request, name) for name in ("purpose", "reference", "urgent", "urgent_reason")}


def asking(request: BundleRequest, now: datetime, rulebook: Rulebook) -> Asking:
    """The questions of this request, each to be checked like any other."""
    kind = kind_of(rulebook, request.kind)
    plan = [one for one in expand(kind, request.people, request.chosen) if one.asked]
    questions = [built(kind, one, request.people, common_of(request), rulebook) for one in plan]
    return Asking(kind, new_bundle_number(now), plan, questions)


def built(kind: BundleKind, planned: Planned, people: Any, common: Mapping[str, Any], rulebook: Rulebook) -> Question:
    """One question, its days written plainly and its reference read as every question's is. Raises Problem."""
    question = question_for(kind, planned, people, common)
    plain = question.model_dump(exclude_none=True)
    try:
        question = Question.model_validate(plain)
    except ValidationError as error:
        raise Problem([blamed(kind, planned, fault) for fault in faults_of(error)]) from None
    question.details = with_plain_days(question.details, rulebook.catalogue.item(question.item))
    return question


def open_bundles(
    session: Session, submissions: Sequence[BundleSubmission], now: datetime, rulebook: Rulebook
) -> list[str | Problem]:
    """For each the number of its bundle, or why it was refused, field by field. A few statements for any number of bundles.

    All of a bundle's questions are opened or none. The same key with the same body gives the same bundle.
    """
    results: dict[int, str | Problem] = _earlier(session, submissions)
    ready: dict[int, Asking] = {}
    for place, one in enumerate(submissions):
        if place not in results:
            ready |= _read(place, one, results, now, rulebook)
    results |= refusals(session, {i: (submissions[i], one) for i, one in ready.items()}, now, rulebook)
    ready = {i: one for i, one in ready.items() if i not in results}
    results |= _claimed(session, {i: (submissions[i], one) for i, one in ready.items()}, now)
    ready = {i: one for i, one in ready.items() if i not in results}
    _open(session, [(submissions[i], one) for i, one in ready.items()], now, rulebook)
    results |= {i: one.number for i, one in ready.items()}
    return [results[i] for i in range(len(submissions))]


def open_bundle(session: Session, submission: BundleSubmission, now: datetime, rulebook: Rulebook) -> str:
    """The number of the bundle; raises Problem."""
    result = open_bundles(session, [submission], now, rulebook)[0]
    if isinstance(result, Problem):
        raise result
    return result


def _earlier(session: Session, submissions: Sequence[BundleSubmission]) -> dict[int, str | Problem]:
    """What was asked before with the same key has its bundle, whatever was taken away since."""
    keyed = {i: Keyed(one.unit, one.key, one.request, "") for i, one in enumerate(submissions) if one.key}
    return dict(asked_earlier(session, keyed))


def _read(
    place: int, one: BundleSubmission, results: dict[int, str | Problem], now: datetime, rulebook: Rulebook
) -> dict[int, Asking]:
    if one.key.startswith(OWN_KEYS) and not one.sheet:
        results[place] = Problem([FieldFault("Idempotency-Key", "reserved", OWN_KEY, {"sign": OWN_KEYS})])
        return {}
    try:
        found = asking(one.request, now, rulebook)
    except Problem as problem:
        results[place] = problem
        return {}
    if not found.plan:
        results[place] = Problem([FieldFault("people", "nothing", NOTHING)])
        return {}
    return {place: found}


def refusals(
    session: Session, ready: Mapping[int, tuple[BundleSubmission, Asking]], now: datetime, rulebook: Rulebook
) -> dict[int, Problem]:
    """Why these may not be asked: grants, pledges, freezes, urgency, every field, as for single questions; writes nothing."""
    flat = [(i, planned, s) for i, (one, a) in ready.items() for planned, s in zip(a.plan, a.submissions(one), strict=True)]
    found: dict[int, dict[tuple[str, str], FieldFault]] = {}
    status: dict[int, int] = {}
    checked = gates(session, [s for _, _, s in flat], now, rulebook) if flat else []
    for (i, planned, _), result in zip(flat, checked, strict=True):
        if isinstance(result, Problem):
            faults = [blamed(ready[i][1].kind, planned, fault) for fault in result.faults]
            found.setdefault(i, {}).update({(fault.field, fault.code): fault for fault in faults})
            status[i] = max(status.get(i, 0), result.status)
    return {i: Problem(faults.values(), status[i]) for i, faults in found.items()}


def _claimed(session: Session, ready: Mapping[int, tuple[BundleSubmission, Asking]], now: datetime) -> dict[int, str | Problem]:
    """Claims the keys of these; of two senders with one key at one moment exactly one opens the bundle."""
    keyed = {i: Keyed(one.unit, one.key, one.request, a.number) for i, (one, a) in ready.items() if one.key}
    claims = KeyClaims(session, keyed, now)
    return claims.take(read_together(session, lookups)) if (lookups := claims.lookups()) else {}


def _open(session: Session, ready: Sequence[tuple[BundleSubmission, Asking]], now: datetime, rulebook: Rulebook) -> None:
    submissions = [s for one, a in ready for s in a.submissions(one)]
    if not submissions:
        return
    accepted = iter(accept(session, submissions, now, rulebook))
    links, rows = list[Json](), list[Json]()
    for one, a in ready:
        rows.append(_row(one, a, now))
        for planned in a.plan:
            result = next(accepted)
            if not isinstance(result, Accepted):
                raise Problem([blamed(a.kind, planned, fault) for fault in result.faults], result.status)
            links.append({"number": result.number, "bundle": a.number, "place": planned.place})
    insert_rows(session, SQLModel.metadata.tables["bundle"], rows)
    insert_rows(session, SQLModel.metadata.tables["bundle_case"], links)


def _row(one: BundleSubmission, a: Asking, now: datetime) -> Json:
    request = one.request
    people = {
        role: [person.model_dump(mode="json", exclude_none=True) for person in named] for role, named in request.people.items()
    }
    chosen = "-" if request.chosen is None else " ".join(request.chosen)
    who = {"number": a.number, "unit": one.unit, "asked_by": one.asked_by, "sheet": one.sheet, "asked_at": now}
    blank = {"state": "open", "result": "", "told": "", "version": 0, "not_asked": {}}
    return {
        **blank,
        **who,
        **common_of(request),
        "reference": a.questions[0].reference,
        "kind": request.kind,
        "matter": a.kind.matter,
        "people": people,
        "chosen": chosen,
    }
