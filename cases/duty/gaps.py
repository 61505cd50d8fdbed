"""Duty gaps: which of the next ten working days nobody of a unit would be there; how far ahead is looked (AHEAD)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from access.units import Unit
from cases.calendar.deadlines import Calendar
from cases.duty.rota import Rota, office_days, read_rotas

AHEAD = 10  # working days that are looked at: two weeks
TakesSms = Callable[[str], bool]


class GapKind(StrEnum):
    """What is missing on a day; the first two leave a question without anybody who is told."""

    NOBODY = "nobody"  # no clerk of the unit is there
    UNREACHABLE = "unreachable"  # somebody is there, but nobody whom a text can reach
    DEPUTY_AWAY = "deputy_away"  # somebody is away, and so is the deputy
    SHIFT_AWAY = "shift_away"  # who should stand first is away without a deputy
    LEADER_AWAY = "leader_away"  # nobody leads although the unit has a leader


SERIOUS = frozenset({GapKind.NOBODY, GapKind.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Gap:
    """From `first` to `last`, working days that follow each other. `who` is the name of the person meant, or ''."""

    unit: str
    kind: GapKind
    first: date
    last: date
    who: str = ""

    @property
    def serious(self) -> bool:
        """Whether nobody would be told of a question on these days."""
        return self.kind in SERIOUS


def gaps_of(rota: Rota, days: Sequence[date], takes_sms: TakesSms) -> list[Gap]:
    """The gaps of one unit on these working days, soonest first; days in a row are one. `takes_sms` judges a number."""
    growing: dict[tuple[GapKind, str], Gap] = {}
    found: list[Gap] = []
    for day, before in zip(days, [None, *days[:-1]], strict=True):
        for kind, who in _missing(rota, day, takes_sms):
            gap = growing.get((kind, who))
            if gap and gap.last == before:
                growing[kind, who] = replace(gap, last=day)
                continue
            found += [gap] if gap else []
            growing[kind, who] = Gap(rota.unit, kind, day, day, who)
    return sorted([*found, *growing.values()], key=lambda gap: (gap.first, not gap.serious, gap.kind, gap.who))


def _missing(rota: Rota, day: date, takes_sms: TakesSms) -> Iterator[tuple[GapKind, str]]:
    there = rota.there(day)
    clerks = [stand for stand in there if not stand.leader]
    if not clerks:
        yield GapKind.NOBODY, ""
    elif not any(takes_sms(stand.account.phone) for stand in clerks):
        yield GapKind.UNREACHABLE, ""
    for absence in rota.absences:
        if absence.covers(day) and absence.deputy and absence.username in rota.people and not rota.deputy(absence.username, day):
            yield GapKind.DEPUTY_AWAY, rota.people[absence.username].name
    shift = rota.shifts.get(day)
    if shift and clerks and shift.username not in {stand.instead_of or stand.account.username for stand in clerks}:
        yield GapKind.SHIFT_AWAY, rota.people[shift.username].name if shift.username in rota.people else shift.username
    if any(duty.leader for duty in rota.order) and not any(stand.leader for stand in there):
        yield GapKind.LEADER_AWAY, ""


def coming_gaps(
    session: Session, units: Iterable[str], now: datetime, calendar: Calendar, takes_sms: TakesSms, days: int = AHEAD
) -> dict[str, list[Gap]]:
    """The gaps of the coming working days, by unit; units without a gap are left out. Four queries."""
    ahead = office_days(calendar, calendar.day_at(now), days)
    rotas: Mapping[str, Rota] = read_rotas(session, units, ahead[0], ahead[-1])
    found = {code: gaps_of(rota, ahead, takes_sms) for code, rota in rotas.items()}
    return {code: gaps for code, gaps in found.items() if gaps}


def all_coming_gaps(session: Session, now: datetime, calendar: Calendar, takes_sms: TakesSms) -> dict[str, list[Gap]]:
    """The same for every unit that answers: what the board shows. Five queries."""
    answering = session.exec(select(Unit.code).where(col(Unit.answers)).order_by(col(Unit.code))).all()
    return coming_gaps(session, answering, now, calendar, takes_sms)
