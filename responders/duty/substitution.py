"""Substitution: for which absent colleague a clerk works on a case, for the trail."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from cases.case import Case
from cases.duty.absence import Absence
from cases.duty.rota import read_rotas
from cases.trail.trail import IN_ORDER, Trail
from responders.escalation.ladders import ladders_of
from storage.office_time import office_date

HANDS = ("take", "reassign", "release")  # moves that change who has a case
INSTEAD_OF = "instead_of"


def marked(details: Mapping[str, object], instead_of: str) -> dict[str, object]:
    """What the trail says of the move, with the colleague in whose place it was made; nothing more where it is one's own work."""
    return {**details, INSTEAD_OF: instead_of} if instead_of else dict(details)


def in_place_of(session: Session, case: Case, username: str, now: datetime) -> str:
    """The colleague for whom this clerk takes or answers the case; '' where it is their own work.

    Who has taken it has it as it was then, though the colleague be back meanwhile. Seven queries at most.
    """
    hands = _hands(session, case.number)
    if case.taken_by == username and hands:
        return str(hands[-1].details.get(INSTEAD_OF, "")) if hands[-1].action == "take" else ""
    absent = _represented(session, case.desk, username, now)
    if not absent:
        return ""
    lost = [str(line.details.get("clerk", "")) for line in hands if line.action == "release" and line.details.get("clerk")]
    waits_for = [case.taken_by, *lost[-1:], *_told(session, case.number)]
    return next((one for one in waits_for if one in absent), "")


def _represented(session: Session, unit: str, username: str, now: datetime) -> set[str]:
    today = office_date(now)
    covers = (col(Absence.ended_at).is_(None), col(Absence.first_day) <= today, col(Absence.last_day) >= today)
    if session.exec(select(Absence.id).where(Absence.unit == unit, *covers).limit(1)).first() is None:
        return set()
    return read_rotas(session, [unit], today, today)[unit].stands_in_for(username, today)


def _hands(session: Session, number: str) -> Sequence[Trail]:
    return session.exec(select(Trail).where(Trail.number == number, col(Trail.action).in_(HANDS)).order_by(*IN_ORDER)).all()


def _told(session: Session, number: str) -> list[str]:
    """For whom it has waited on the desk's ladder so far, the latest first."""
    ladder = ladders_of(session, [number], "desk").get(number)
    steps = ladder.steps[: ladder.position + 1] if ladder else []
    return [str(step.get(INSTEAD_OF) or step["id"]) for step in reversed(steps)]
