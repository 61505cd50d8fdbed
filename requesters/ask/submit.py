"""Submitting questions: checked, idempotent by the sender's key (table `idempotency`), opened as cases."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from access.freezes import ACCOUNT, UNIT, frozen_among
from cases.case import Case
from cases.case_search import asked_before
from cases.catalogue.checks import check_question, with_plain_days
from cases.catalogue.mode_checks import mode_faults, with_mode
from cases.grants.holders import Permitted, permitted
from cases.grants.pledges import not_signed, unsigned
from cases.opening import Ask, Opened, ask, open_cases
from cases.question import Question
from cases.rechecks.own_check import MATTER as CHECK_MATTER
from cases.rulebook import Rulebook
from cases.safeguards.fishing_guard import Suspicion, Tries, suspicions
from cases.safeguards.reference_numbers import reference_faults
from cases.safeguards.spot_checks import SpotCheck, draw
from cases.safeguards.urgency import month_of, over_share, reason_faults
from cases.subject_index import index_subjects
from requesters.ask.idempotency import KeyClaims, Keyed, asked_earlier
from storage.first_rows import FirstRows
from storage.problem import N_, FieldFault, Problem, faults_of
from storage.read_together import read_together

LATELY = timedelta(days=90)  # what was asked since then is pointed out before it is asked again
MOST_ENTRIES = 50  # in one place of a question
TOO_MANY = N_("There are more than {most} entries here; no more are taken.")
NO_ITEM = N_("There is no such item in the catalogue.")
NO_MATTER = N_("There is no such matter in the catalogue.")
NOT_ALLOWED = N_("This matter does not allow asking this item.")
NOT_GRANTED = N_("Your unit has no grant to ask this item for this matter.")
OURS_ALONE = N_("For this matter the system itself asks, and nobody else.")
FROZEN = N_("Your unit or account is frozen: nothing is asked for it. Speak to the data office.")
OWN_KEYS = "\u2192"  # begins the keys of rows of a batch; no HTTP header can carry it
OWN_KEY = N_("A key may not begin with {sign}: the rows of batches have such keys.")


@dataclass(frozen=True, slots=True)
class Submission:
    """One question as it came in, with who asks. `key` is the sender's own or none; a batch's begin with OWN_KEYS."""

    question: Question
    unit: str
    asked_by: str
    key: str = ""
    batch: str = ""


def read_question(data: object, now: datetime, rulebook: Rulebook) -> Question:
    """The question in plain data; raises Problem with every fault of its shape, or with what holds more than any question has."""
    if crowded := _crowded(data):
        raise Problem([FieldFault(name, "too_many", TOO_MANY, {"most": MOST_ENTRIES}) for name in crowded])
    try:
        question = Question.model_validate(data, context={"today": rulebook.calendar.day_at(now)})
    except ValidationError as error:
        raise Problem(faults_of(error)) from None
    if item := rulebook.catalogue.items.get(question.item):
        question.details = with_plain_days(question.details, item)
    return with_mode(question, rulebook.catalogue)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A case number, and the case where it was opened just now and nothing else has happened with it.

    `earlier`: it was opened by another question with the same key.
    """

    number: str
    opened: Opened | None = None
    earlier: bool = False


def _crowded(data: object) -> list[str]:
    """Where there are too many entries, each of which would have to be told as a fault."""
    if not isinstance(data, dict):
        return []
    if len(data) > MOST_ENTRIES:
        return [""]
    boxes = {name: [value, *value.values()] for name, value in data.items() if isinstance(value, dict)}
    return [name for name, box in boxes.items() if any(isinstance(one, dict) and len(one) > MOST_ENTRIES for one in box)]


def submit(session: Session, submissions: Sequence[Submission], now: datetime, rulebook: Rulebook) -> list[str | Problem]:
    """For each submission its case number, or why it was refused. A few statements for a batch of any size."""
    results = accept(session, submissions, now, rulebook)
    return [result.number if isinstance(result, Accepted) else result for result in results]


def accept(session: Session, submissions: Sequence[Submission], now: datetime, rulebook: Rulebook) -> list[Accepted | Problem]:
    """The same with the cases, for whoever shows them."""
    results: list[Any] = gates(session, submissions, now, rulebook)
    asks = {i: ask(s.question, s.unit, s.asked_by, now, s.batch) for i, s in enumerate(submissions) if results[i] is None}
    known, tries = _read(session, submissions, asks, now, rulebook)
    fresh = [one for i, one in asks.items() if i not in known]
    held = tries.suspicions(fresh)
    opened = open_cases(session, fresh, now, rulebook, held)
    sent, certain = [one for one in fresh if one.number not in held], tries.long_lists.values()
    for number in draw(session, sent, now, rulebook, certain):
        opened.pop(number, None)
    for i, one in asks.items():
        earlier = known.get(i)
        fresh_one = Accepted(one.number, opened.get(one.number))
        results[i] = Accepted(earlier, earlier=True) if isinstance(earlier, str) else earlier or fresh_one
    return results


def gates(
    session: Session, submissions: Sequence[Submission], now: datetime, rulebook: Rulebook
) -> list[Accepted | Problem | None]:
    """Why each of these may not be asked; None where it may. What was asked before with the same key has its case all the same."""
    wanted = {(s.unit, s.question.item, s.question.matter) for s in submissions}
    allowed = permitted(session, wanted, rulebook.catalogue, rulebook.calendar.day_at(now))
    frozen = frozen_among(session, {s.unit for s in submissions}, {s.asked_by for s in submissions})
    missing = unsigned(session, {s.asked_by for s in submissions}, rulebook.pledge)
    stopped = [_stopped(s, frozen, missing) for s in submissions]
    faults = [stop or check_submission(s, allowed, rulebook) for stop, s in zip(stopped, submissions, strict=True)]
    first = {(s.unit, s.key or i): i for i, s in reversed(list(enumerate(submissions)))}  # copies of one question count once
    firsts = [first[s.unit, s.key or i] for i, s in enumerate(submissions)]
    asked = [(i, s.unit, s.question.urgent) for i, s in enumerate(submissions) if faults[i] is None and firsts[i] == i]
    too_urgent = over_share(session, asked, month_of(now, rulebook.calendar), rulebook.urgency)
    faults = [fault or (Problem([too_urgent[n]]) if n in too_urgent else None) for fault, n in zip(faults, firsts, strict=True)]
    refused = {i: s for i, s in enumerate(submissions) if faults[i] and s.key and not stopped[i]}
    earlier = asked_earlier(session, {i: Keyed(s.unit, s.key, s.question, "") for i, s in refused.items()})
    return [Accepted(earlier[i], earlier=True) if i in earlier else fault for i, fault in enumerate(faults)]


def _read(
    session: Session, submissions: Sequence[Submission], asks: Mapping[int, Ask], now: datetime, rulebook: Rulebook
) -> tuple[dict[int, str | Problem], Tries]:
    """In one round trip which of these questions were asked before with the same key, and what their units have tried."""
    tries = Tries(session, list(asks.values()), now, rulebook.fishing_guard)
    keyed = {i: Keyed(one.unit, submissions[i].key, one.question, one.number) for i, one in asks.items() if submissions[i].key}
    claims = KeyClaims(session, keyed, now)
    found = read_together(session, [*tries.lookups(), *claims.lookups()]) if asks else [(), (), ()]
    tries.take(found[:3])
    return claims.take(found[3:]), tries


def _stopped(submission: Submission, frozen: Collection[tuple[str, str]], unpledged: Collection[str]) -> Problem | None:
    if (UNIT, submission.unit) in frozen or (ACCOUNT, submission.asked_by) in frozen:
        return Problem([FieldFault("", "frozen", FROZEN)], 403)
    if submission.key.startswith(OWN_KEYS) and not submission.batch:
        return Problem([FieldFault("Idempotency-Key", "reserved", OWN_KEY, {"sign": OWN_KEYS})])
    return not_signed() if submission.asked_by in unpledged else None


def ask_anew(session: Session, one: Ask, now: datetime, rulebook: Rulebook, fresh_reference: bool = True) -> Suspicion | None:
    """The gates of a new question for one that is asked anew under its own number: why it must be held, or None. Raises Problem.

    `fresh_reference`: whether its file number is new; what was taken before is not asked about again.
    """
    question, submission = one.question, Submission(one.question, one.unit, one.asked_by)
    wish = (one.unit, question.item, question.matter)
    allowed = permitted(session, {wish}, rulebook.catalogue, rulebook.calendar.day_at(now))
    stopped = _stopped(
        submission, frozen_among(session, {one.unit}, {one.asked_by}), unsigned(session, {one.asked_by}, rulebook.pledge)
    )
    problem = stopped or check_submission(submission, allowed, rulebook, fresh_reference, anew=True)
    if problem:
        raise problem
    held = suspicions(session, [one], now, rulebook.fishing_guard)
    index_subjects(session, [(one.number, question)])
    if not held and session.get(SpotCheck, one.number) is None:
        draw(session, [one], now, rulebook)
    return held.get(one.number)


def asked_lately(session: Session, question: Question, unit: str, now: datetime, but: str = "") -> FirstRows[Case]:
    """What this unit asked about the same thing lately and was not taken back or refused, newest first; without the case `but`."""
    return asked_before(session, question, unit, now - LATELY, but)


def submit_one(session: Session, submission: Submission, now: datetime, rulebook: Rulebook) -> str:
    """The case number; raises Problem."""
    result = submit(session, [submission], now, rulebook)[0]
    if isinstance(result, Problem):
        raise result
    return result


def check_submission(
    submission: Submission, allowed: Permitted, rulebook: Rulebook, fresh_reference: bool = True, anew: bool = False
) -> Problem | None:
    """Why this unit may not ask this question, or None.

    `anew`: it was asked before under its own number; why it is urgent was taken then, and cannot be changed any more.
    """
    question, catalogue = submission.question, rulebook.catalogue
    if question.item not in catalogue.items:
        return Problem([FieldFault("item", "unknown_item", NO_ITEM)])
    if question.matter not in catalogue.matters:
        return Problem([FieldFault("matter", "unknown_matter", NO_MATTER)])
    if not catalogue.allows(question.matter, question.item):
        return Problem([FieldFault("matter", "matter_not_allowed", NOT_ALLOWED)])
    # Grants for checking commitments are for those that were signed: then the system asks, and somebody may correct it.
    ours = question.matter == CHECK_MATTER and not anew
    if ours or (submission.unit, question.item, question.matter) not in allowed.granted:
        return Problem([FieldFault("item", "not_granted", OURS_ALONE if ours else NOT_GRANTED)], 403)
    if refusal := allowed.refusal(submission.unit, catalogue.item(question.item).holder):
        return refusal
    faults = [*mode_faults(question, catalogue), *check_question(question, catalogue.item(question.item))]
    faults += reference_faults(question) if fresh_reference else []
    faults += [] if anew else reason_faults(question)
    return Problem(faults) if faults else None
