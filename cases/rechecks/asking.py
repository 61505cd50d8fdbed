"""Asking about commitments by ourselves: what is due becomes ordinary cases of the unit that took the commitment, a few at a time.

Nobody is asked without a grant of the unit's own for this purpose. What cannot be asked is written down with its reason, shown to
the unit and the supervisor, and tried again the next working day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from access.freezes import UNIT, frozen_among
from cases.catalogue.checks import check_question
from cases.commitments.commitment import Commitment, CommitmentState, may_be_checked
from cases.commitments.moves import move
from cases.grants.holders import Permitted, permitted
from cases.opening import Ask, ask, open_cases
from cases.question import Question
from cases.rechecks.check_question import check_terms, question_about
from cases.rechecks.own_check import ASKER, MATTER, CheckState, OwnCheck, checks_of
from cases.rechecks.recheck_rules import today_began
from cases.rulebook import Rulebook
from cases.safeguards.fishing_guard import suspicions
from cases.trail import trail
from cases.trail.trail_line import TrailLine

DUE = (col(Commitment.check_due).is_not(None), *may_be_checked())


@dataclass
class _Round:
    """What one round asks, and what it cannot ask with the reason's code."""

    asks: list[tuple[Commitment, Ask]] = field(default_factory=list)
    refused: list[tuple[Commitment, str]] = field(default_factory=list)


def due_checks(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """How many may be asked now; none outside the calm hours."""
    if not rulebook.rechecks.is_calm(now, rulebook.calendar):
        return 0
    return session.exec(select(func.count()).select_from(Commitment).where(*DUE, col(Commitment.check_due) <= now)).one()


def ask_checks(session: Session, now: datetime, rulebook: Rulebook) -> int:
    """Asks about those that are due first, at most as many as a minute may bring; how many were looked at."""
    wanted = select(Commitment).where(*DUE, col(Commitment.check_due) <= now).order_by(col(Commitment.check_due))
    due = session.exec(wanted.limit(rulebook.rechecks.at_once).with_for_update(skip_locked=True)).all()
    if not due:
        return 0
    sorted_out = _sorted_out(session, due, now, rulebook)
    asks = [one for _, one in sorted_out.asks]
    open_cases(session, asks, now, rulebook, suspicions(session, asks, now, rulebook.fishing_guard))
    known = checks_of(session, [commitment.number for commitment in due])
    for commitment, one in sorted_out.asks:
        commitment.check_due = None
        _note(session, known, commitment, CheckState.ASKED, now, case_number=one.number)
        line = TrailLine.of_clock(now, "check_asked", commitment.number)._replace(details={"case": one.number})
        move(session, commitment, CommitmentState.BEING_CHECKED, line)
    _put_off(session, sorted_out.refused, known, now, rulebook)
    return len(due)


def _note(
    session: Session, known: Mapping[str, OwnCheck], about: Commitment, state: CheckState, now: datetime, **more: str
) -> None:
    check = known.get(about.number) or OwnCheck(number=about.number, unit=about.unit, state=state, at=now)
    check.item, check.state, check.at = about.check_item, state.value, now
    check.case_number, check.reason, check.result = more.get("case_number", ""), more.get("reason", ""), ""
    session.add(check)


def _sorted_out(session: Session, due: Sequence[Commitment], now: datetime, rulebook: Rulebook) -> _Round:
    wishes = {(one.unit, one.check_item, MATTER) for one in due}
    allowed = permitted(session, wishes, rulebook.catalogue, rulebook.calendar.day_at(now))
    frozen = frozen_among(session, {one.unit for one in due}, set())
    terms = check_terms(session, {one.certificate for one in due})
    found = _Round()
    for one in due:
        question = question_about(one, terms.get(one.certificate), rulebook.calendar.day_at(now))
        why = "frozen" if (UNIT, one.unit) in frozen else refusal(one.unit, one.check_item, question, allowed, rulebook)
        if question is not None and not why:
            found.asks.append((one, ask(question, one.unit, ASKER, now, one.number)))
        else:
            found.refused.append((one, why))
    return found


def refusal(unit: str, item: str, question: Question | None, allowed: Permitted, rulebook: Rulebook) -> str:
    """The code of why this is not asked; empty where it may be. The first thing that somebody must put right decides."""
    catalogue = rulebook.catalogue
    if item not in catalogue.items:
        return "unknown_item"
    if not catalogue.allows(MATTER, item):
        return "matter_not_allowed"
    if (unit, item, MATTER) not in allowed.granted:
        return "not_granted"
    if allowed.refusal(unit, catalogue.item(item).holder):
        return "nobody_answers"
    if catalogue.item(item).is_query or question is None or check_question(question, catalogue.item(item)):
        return "no_question"
    return ""


def _put_off(
    session: Session,
    refused: Sequence[tuple[Commitment, str]],
    known: Mapping[str, OwnCheck],
    now: datetime,
    rulebook: Rulebook,
) -> None:
    """Tries again in the calm hours of the next working day; a line on the trail only where the reason is a new one."""
    again, lines = today_began(now, rulebook.calendar) + timedelta(days=1), []
    for commitment, why in refused:
        commitment.check_due = again
        earlier = known.get(commitment.number)
        if earlier is None or earlier.reason != why:
            line = TrailLine.of_clock(now, "check_not_asked", commitment.number)
            lines.append(line.in_state(commitment.state)._replace(details={"reason": why}))
        _note(session, known, commitment, CheckState.NOT_ASKED, now, reason=why)
    trail.write(session, lines)
