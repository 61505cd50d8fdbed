"""Held questions as data: which wait, by which rule, and the earlier similar ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from cases.case import IS_HELD, Case
from cases.safeguards.fishing_guard import Suspicion
from cases.trail import trail
from storage.first_rows import FirstRows, first_rows
from storage.problem import N_

PAGE = 50
LONG = timedelta(hours=24)  # who waits longer than this is marked
RULES = {
    "person": N_("{count} differing questions about one person before it, none of them confirmed"),
    "reference": N_("{count} differing questions under this file number before it"),
    "name": N_("{count} differing questions about this name before it that hit nobody"),
    "misfit": N_("{count} differing questions before it in which this number met a name that is not theirs"),
    "street": N_("{count} differing questions about this street before it"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """A held question and why."""

    case: Case
    why: Suspicion | None

    def long(self, now: datetime) -> bool:
        """Whether the asker has waited for more than a day."""
        return self.case.asked_at + LONG < now


def held_questions(session: Session, at_most: int = PAGE) -> FirstRows[Held]:
    """Those that wait longest first; two queries."""
    cases = first_rows(session, select(Case).where(IS_HELD).order_by(col(Case.asked_at)), at_most)
    reasons = why_held(session, [case.number for case in cases])
    held = FirstRows(Held(case, reasons.get(case.number)) for case in cases)
    held.more = cases.more
    return held


def why_held(session: Session, numbers: Sequence[str]) -> dict[str, Suspicion]:
    """By which rule each of these cases was held, from the trail."""
    lines = [line for line in trail.of_cases(session, numbers) if line.action == "hold"] if numbers else []
    return {line.number: _read(line) for line in lines}


def _read(line: trail.Trail) -> Suspicion:
    told = line.details
    return Suspicion(str(told.get("rule", "")), int(told.get("count", 0)), tuple(told.get("earlier", ())))


def earlier_ones(session: Session, why: Suspicion) -> list[Case]:
    """The earlier questions, newest first."""
    found = select(Case).where(col(Case.number).in_(why.earlier)).order_by(col(Case.asked_at).desc())
    return list(session.exec(found)) if why.earlier else []
