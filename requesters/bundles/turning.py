"""Keeps bundles up to date when one of their questions is answered, put right or sent back: follow-ups, marks, notices, letters.

Whoever asked hears of the bundle and not of each question: once when its result is complete or as complete as it will be, when
something waits for them, and again when other answers stand. A follow-up is asked once, in the transaction in which its
condition came.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, SQLModel, col, select

from broker import outbox
from broker.crypto.letter_keys import writers
from broker.letter import Letter
from cases.bundles.bundle import BUNDLE, Bundle, ReadBundle, read_bundles
from cases.bundles.expanding import Planned
from cases.bundles.joining import RETURNED, JoinedResult
from cases.case_numbers import is_bundle
from cases.commitments.commitment import is_commitment
from cases.lifecycle import State
from cases.notices.outcome_notice import OutcomeNotice
from cases.question import Question, Source
from cases.rechecks.turning import take_answers
from cases.rulebook import Rulebook
from cases.trail import trail
from cases.trail.trail_line import TrailLine
from requesters.ask.submit import Accepted, Submission, accept
from requesters.bundles.bundle_view import result_view
from requesters.bundles.opening import built, common_of
from requesters.own_cases.unread import mark_bundles, mark_relying
from requesters.webhooks.outcome_letters import is_about_amended, is_said
from requesters.webhooks.outcome_notices import listening_among, take_outcomes, tell_systems
from storage.bulk_rows import among, insert_rows, update_rows
from storage.json import Json
from storage.problem import Problem

# Case and bundle stay as they were, yet somebody must look: its asker is reminded, or the machine says something else now.
TOLD_AGAIN = frozenset({"remind", "late_finding"})


def take_all_outcomes(session: Session, letters: Sequence[Letter], now: datetime, rulebook: Rulebook) -> None:
    """Tells of single cases one by one, of those of bundles once a bundle. A few statements for a batch."""
    # What answers a check of ours is nobody's to read: it turns the commitment. What is said on such a case goes its usual way.
    of_checks = [letter for letter in letters if _answers_check(letter)]
    if of_checks:
        take_answers(session, {letter.about for letter in of_checks}, now, rulebook)
        letters = [letter for letter in letters if letter not in of_checks]
    # What is said on a case of a bundle is told of that case: whoever is asked something must find where.
    of_bundles = [letter for letter in letters if is_bundle(str(letter.body.get("batch") or "")) and not is_said(letter)]
    whole = {letter.id for letter in of_bundles}
    singly = [letter for letter in letters if letter.id not in whole]
    if singly:
        take_outcomes(session, singly, now)
    again = [letter for letter in of_bundles if letter.body.get("move") in TOLD_AGAIN]
    tell_systems(session, again, now)
    if of_bundles:
        turn_bundles(session, {str(one.body["batch"]): one.about for one in of_bundles}, now, rulebook)
        mark_bundles(session, _whose(session, {str(one.body["batch"]) for one in again}), now)
        mark_relying(session, {one.about for one in of_bundles if is_about_amended(one)}, now)


def _answers_check(letter: Letter) -> bool:
    """Whether it tells what became of a check of a commitment; what came back to the unit is for the unit to read."""
    of_check = is_commitment(str(letter.body.get("batch") or ""))
    return of_check and not is_said(letter) and letter.body.get("state") != State.RETURNED


def _whose(session: Session, numbers: Collection[str]) -> list[tuple[str, str, str]]:
    """Number, unit and asker of these bundles."""
    found = select(Bundle.number, Bundle.unit, Bundle.asked_by).where(among(session, col(Bundle.number), sorted(numbers)))
    return [(number, unit, who) for number, unit, who in session.exec(found)] if numbers else []


def turn_bundles(session: Session, moved: Mapping[str, str], now: datetime, rulebook: Rulebook) -> None:
    """Brings these bundles up to date; `moved` has by bundle the case that moved."""
    found = read_bundles(session, moved.keys(), rulebook, lock=True)
    found = {number: one for number, one in found.items() if one.bundle.kind in rulebook.bundles and not one.blocked}
    if _follow_up(session, list(found.values()), now, rulebook):
        session.expire_all()
        found = read_bundles(session, found.keys(), rulebook)
    told = {number: signature(one) for number, one in found.items()}
    news = [one for number, one in found.items() if is_news(one.bundle, one.joined, told[number])]
    if not news:
        return
    rows = [_told_row(one, told[one.bundle.number], now) for one in news]
    update_rows(session, SQLModel.metadata.tables["bundle"], {"number": "b_number"}, rows)
    trail.write(session, [_line(one, moved[one.bundle.number], now) for one in news])
    mark_bundles(session, [(one.bundle.number, one.bundle.unit, one.bundle.asked_by) for one in news], now)
    _tell(session, news, now)


def _follow_up(session: Session, bundles: Sequence[ReadBundle], now: datetime, rulebook: Rulebook) -> bool:
    """Asks what has become due, everything together; whether anything was."""
    due = [(one, planned) for one in bundles for planned in one.plan if planned.place in one.joined.due]
    if not due:
        return False
    questions = [_question(one, planned, rulebook) for one, planned in due]
    ready = [(one, p, q) for (one, p), q in zip(due, questions, strict=True) if not isinstance(q, Problem)]
    asks = [Submission(q, one.bundle.unit, one.bundle.asked_by, batch=one.bundle.number) for one, _, q in ready]
    accepted = accept(session, asks, now, rulebook) if asks else []
    refused = [(one, p, q) for (one, p), q in zip(due, questions, strict=True) if isinstance(q, Problem)]
    refused += [(one, p, result) for (one, p, _), result in zip(ready, accepted, strict=True) if isinstance(result, Problem)]
    links = [
        {"number": result.number, "bundle": one.bundle.number, "place": planned.place}
        for (one, planned, _), result in zip(ready, accepted, strict=True)
        if isinstance(result, Accepted)
    ]
    if links:
        insert_rows(session, SQLModel.metadata.tables["bundle_case"], links)
    _note_refused(session, refused)
    return True


def _question(one: ReadBundle, planned: Planned, rulebook: Rulebook) -> Question | Problem:
    try:
        return built(one.kind, planned, one.people, common_of(one.bundle), rulebook)
    except Problem as problem:
        return problem


def _note_refused(session: Session, refused: Sequence[tuple[ReadBundle, Planned, Problem]]) -> None:
    """A follow-up that may not be asked is not tried again: whoever asked sees that it is missing, and why."""
    by_bundle: dict[str, dict[str, str]] = {}
    for one, planned, problem in refused:
        known = by_bundle.setdefault(one.bundle.number, dict(one.bundle.not_asked))
        known[planned.place] = problem.faults[0].code if problem.faults else ""
    if by_bundle:
        rows = [{"b_number": number, "not_asked": known} for number, known in sorted(by_bundle.items())]
        update_rows(session, SQLModel.metadata.tables["bundle"], {"number": "b_number"}, rows)


def signature(one: ReadBundle) -> str:
    """The same while the same answers stand: which these are, and since when, without what they say about anybody."""
    joined = one.joined
    if joined.state == RETURNED:
        about: list[object] = [(place, one.cases[place].version) for place, why in joined.missing.items() if why == RETURNED]
    else:
        about = [(p, c.outcome, c.source, str(c.stands_since), joined.missing.get(p)) for p, c in sorted(one.cases.items())]
    told = json.dumps([joined.state, joined.result.code if joined.result else "", about])
    return hashlib.sha256(told.encode()).hexdigest()


def is_news(bundle: Bundle, joined: JoinedResult, told: str) -> bool:
    """Whether whoever asked has not heard this; while answers are coming, only that an earlier word stands no longer."""
    if joined.state == "open":
        return bundle.state not in ("open", RETURNED)
    return bundle.told != told


def _told_row(one: ReadBundle, told: str, now: datetime) -> Json:
    joined, bundle = one.joined, one.bundle
    result = joined.result.code if joined.result else ""
    return {
        "b_number": bundle.number, "state": joined.state, "result": result, "told": told, "told_at": now,
        "version": bundle.version + 1,
    }  # fmt: skip


def _line(one: ReadBundle, number: str, now: datetime) -> TrailLine:
    case = next(case for case in one.cases.values() if case.number == number)
    told = {"bundle": one.bundle.number, "state": one.joined.state, "result": one.joined.result.code if one.joined.result else ""}
    return TrailLine(now, BUNDLE, "clock", "clock", one.bundle.unit, number, details=told).in_state(case.state)


def _tell(session: Session, news: Sequence[ReadBundle], now: datetime) -> None:
    """One notice for a unit's system that listens, one letter for one that reads by letter; each bundle once."""
    units: Collection[str] = {one.bundle.unit for one in news}
    listening, writing = listening_among(session, set(units)), writers(session)
    if rows := [_notice(one, now) for one in news if one.bundle.unit in listening]:
        session.execute(insert(OutcomeNotice), rows)
    outbox.post(session, [_letter(one, now) for one in news if one.bundle.unit in writing])


def _notice(one: ReadBundle, now: datetime) -> Json:
    joined = one.joined
    told: Json = {"unit": one.bundle.unit, "number": one.bundle.number, "move": BUNDLE, "state": joined.state, "at": now}
    told |= {"outcome": joined.result.code if joined.result else "", "source": Source.COMMUNITY if joined.on_statement else ""}
    return {**told, "amended_at": None, "next_try_at": now, "attempts": 0, "fault": ""}


def _letter(one: ReadBundle, now: datetime) -> Letter:
    bundle = one.bundle
    body = {"bundle": bundle.number, "kind": bundle.kind, "reference": bundle.reference, **result_view(one)}
    body["answers"] = [
        {"place": place, "number": case.number, "state": str(case.state), "finding": None if case.blocked_at else case.finding}
        for place, case in one.cases.items()
    ]
    return Letter.post("outcome", f"replies.{bundle.unit}", bundle.number, {**body, "at": now.isoformat()}, now)
