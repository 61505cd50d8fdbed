"""Urgent questions: a reason of substance for each, and a share of a unit's questions of the month; else everything is urgent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import case as when
from sqlmodel import Session, col, func, select

from cases.calendar.deadlines import Calendar
from cases.case import Case
from cases.question import Question
from storage.problem import N_, FieldFault

LEAST, DIFFERING = 10, 5  # letters and digits of a reason; letters of it that differ
NO_SUBSTANCE = N_("Say why it is urgent, in at least {least} characters and not with the same few again and again.")
TOO_MANY = N_(
    "Your unit marked {urgent} of its {all} questions of this month as urgent; at most {share} % may be. Ask this one without it."
)


@dataclass(frozen=True, slots=True)
class UrgencyLimit:
    """Which share of a unit's questions of one month may be urgent, 0 to 1; so many are free of it."""

    share: float = 0.2
    free: int = 20


USUAL = UrgencyLimit()


@dataclass(slots=True)
class Urgent:
    """How many questions a unit asked this month, and how many of them were urgent."""

    urgent: int = 0
    all: int = 0

    @property
    def share(self) -> float:
        """The urgent ones' share, 0 to 1."""
        return self.urgent / self.all if self.all else 0.0


def reason_faults(question: Question) -> list[FieldFault]:
    """What is wrong with the reason of an urgent question: too few signs, always the same letters, or a number and no words."""
    signs = [sign.casefold() for sign in question.urgent_reason if sign.isalnum()]
    if not question.urgent or (len(signs) >= LEAST and len({sign for sign in signs if sign.isalpha()}) >= DIFFERING):
        return []
    return [FieldFault("urgent_reason", "no_substance", NO_SUBSTANCE, {"least": LEAST})]


def urgent_of(session: Session, units: Collection[str], since: datetime, until: datetime | None = None) -> dict[str, Urgent]:
    """By asking unit what was asked in that time; all units where none is named. One query."""
    found = select(Case.unit, func.sum(when((col(Case.urgent).is_(True), 1), else_=0)), func.count())
    found = found.where(col(Case.asked_at) >= since, *([col(Case.asked_at) < until] if until else []))
    found = found.where(col(Case.unit).in_(sorted(units))) if units else found
    return {unit: Urgent(int(urgent), count) for unit, urgent, count in session.exec(found.group_by(Case.unit))}


def month_of(now: datetime, calendar: Calendar) -> datetime:
    """When the month began at the offices."""
    return datetime.combine(calendar.day_at(now).replace(day=1), time(), calendar.zone)


def over_share(
    session: Session, asked: Iterable[tuple[int, str, bool]], since: datetime, limit: UrgencyLimit
) -> Mapping[int, FieldFault]:
    """Of these questions (place, unit, urgent), in their order, those that are one urgent question too many. At most one query."""
    wanted = list(asked)
    units = {unit for _, unit, urgent in wanted if urgent}
    counts = urgent_of(session, units, since) if units else {}
    faults: dict[int, FieldFault] = {}
    for place, unit, urgent in wanted:
        so_far = counts.setdefault(unit, Urgent())
        if urgent and so_far.urgent >= limit.free and so_far.urgent + 1 > limit.share * (so_far.all + 1):
            told = {"urgent": so_far.urgent, "all": so_far.all, "share": round(limit.share * 100)}
            faults[place] = FieldFault("urgent", "urgent_share", TOO_MANY, told)
            continue
        so_far.urgent, so_far.all = so_far.urgent + urgent, so_far.all + 1
    return faults
