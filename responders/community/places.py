"""Finding communities to ask: by letters typed, by the case's own address, or by recent choices."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal
from sqlalchemy import case as when
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from cases.case import DESK, Case
from cases.names import mended
from cases.stations.rules import RuleKind, StationRule
from contacts.roster.contact_status import contact_statuses
from contacts.roster.roster import Area, AreaKind
from responders.escalation.ladders import FrozenLadder

SHOWN = 12
LATELY = 200  # consultations of all units that are looked through for the last of this one
OFFERED = 6
SUFFIXES = ("社区居委会", "居委会", "村委会", "社区", "村")  # people leave them out
IN_USE = (Area.kind == AreaKind.COMMUNITY.value, col(Area.retired_at).is_(None))


class Why(StrEnum):
    """Why a place is offered."""

    NAMED = "named"  # the case itself names it
    STATION = "station"  # a rule says that it belongs to the station at whose desk the case is
    LATELY = "lately"  # the unit asked there lately
    FOUND = "found"  # the letters typed stand in its name or in its town's


@dataclass(frozen=True, slots=True)
class Place:
    """A community with its town's name; how many of its people can be asked today, and how many of them by text."""

    area: Area
    town: str
    why: Why
    people: int = 0
    reachable: int = 0


def find_places(session: Session, text: str, now: datetime) -> list[Place]:
    """Communities whose name, code or town holds these letters, at most SHOWN, those of that name first. Three queries."""
    wanted = mended(text)[:64]
    if not wanted:
        return []
    towns = select(Area.code).where(Area.kind == AreaKind.TOWN.value, col(Area.name).contains(wanted, autoescape=True))
    name, code = col(Area.name).contains(wanted, autoescape=True), col(Area.code).startswith(wanted, autoescape=True)
    fits = select(Area).where(*IN_USE, or_(name, code, col(Area.parent).in_(towns)))
    found = session.exec(fits.order_by(name.desc(), col(Area.code)).limit(SHOWN)).all()
    return _places(session, {area.code: (area, Why.FOUND) for area in found}, now)


def offered_places(session: Session, case: Case, now: datetime) -> list[Place]:
    """What the case itself names, then its station's communities, then what its desk asked lately. At most five queries.

    Of several of one name those of the town that is named go first, then those of the county in which the people's ID numbers
    were given.
    """
    offered = {area.code: (area, Why.NAMED) for area in _named(session, _words_of(case), county_codes(case))}
    for area in _of_station(session, case) if case.station else ():
        offered.setdefault(area.code, (area, Why.STATION))
    for area in _asked_lately(session, case.desk):
        offered.setdefault(area.code, (area, Why.LATELY))
    return _places(session, dict(list(offered.items())[:OFFERED]), now)


def _words_of(case: Case) -> str:
    """Everything somebody wrote about where people live; never the subjects, whose names are no places."""
    return " ".join([case.purpose, *(str(value) for value in case.details.values())])


def county_codes(case: Case) -> list[str]:
    """Where the ID numbers of the case's people were given: their first six digits (GB/T 2260), each once."""
    return list(dict.fromkeys(one.id_number[:6] for one in case.subjects.values() if one.id_number))


def named_town(session: Session, case: Case) -> Area | None:
    """The town or street that the case names, the longest name first; None where it names none. One query."""
    fits = literal(_words_of(case)).contains(col(Area.name))
    towns = select(Area).where(Area.kind == AreaKind.TOWN.value, col(Area.retired_at).is_(None), fits)
    found = session.exec(towns.order_by(func.length(Area.name).desc(), col(Area.code)).limit(OFFERED)).all()
    counties = county_codes(case)
    return min(found, key=lambda town: (-len(town.name), town.code[:6] not in counties, town.code), default=None)


def _of_station(session: Session, case: Case) -> Sequence[Area]:
    theirs = (StationRule.station == case.station, StationRule.kind == RuleKind.COMMUNITY.value)
    names = select(StationRule.value).where(*theirs)
    return session.exec(select(Area).where(*IN_USE, col(Area.name).in_(names)).order_by(col(Area.code)).limit(OFFERED)).all()


def _named(session: Session, words: str, counties: Sequence[str]) -> Sequence[Area]:
    bare: ColumnElement[Any] = reduce(lambda name, suffix: func.replace(name, suffix, ""), SUFFIXES, col(Area.name))  # type: ignore[arg-type]
    named = select(Area).where(*IN_USE, func.length(bare) > 1, literal(words).contains(bare))
    town = aliased(Area)
    in_town = exists().where(col(town.code) == col(Area.parent), literal(words).contains(col(town.name)))
    in_county = func.substr(Area.code, 1, 6).in_(counties)
    order = (func.length(Area.name).desc(), _first(in_town), _first(in_county), col(Area.code))
    return session.exec(named.order_by(*order).limit(OFFERED)).all()


def _first(those: ColumnElement[bool]) -> ColumnElement[int]:
    return when((those, 0), else_=1)


def _asked_lately(session: Session, unit: str) -> list[Area]:
    """The communities of the last consultations of this unit, the most frequent first."""
    last = select(FrozenLadder.area, FrozenLadder.number).where(FrozenLadder.kind == "consult")
    last_ones = last.order_by(col(FrozenLadder.started_at).desc()).limit(LATELY).subquery()
    found = select(Area).join(last_ones, last_ones.c.area == col(Area.code)).join(Case, col(Case.number) == last_ones.c.number)
    asked = session.exec(found.where(*IN_USE, unit == DESK)).all()
    by_code = {area.code: area for area in asked}
    return [by_code[code] for code, _ in Counter(area.code for area in asked).most_common(OFFERED)]


def _places(session: Session, chosen: Mapping[str, tuple[Area, Why]], now: datetime) -> list[Place]:
    if not chosen:
        return []
    people, reachable = Counter[str](), Counter[str]()
    for one in contact_statuses(session, now, chosen):
        people[one.area] += one.serving
        reachable[one.area] += one.reachable
    towns = _town_names(session, [area for area, _ in chosen.values()])
    return [
        Place(area, towns.get(area.parent or "", ""), why, people[code], reachable[code]) for code, (area, why) in chosen.items()
    ]


def _town_names(session: Session, areas: Sequence[Area]) -> dict[str, str]:
    wanted = {area.parent for area in areas if area.parent}
    return dict(session.exec(select(Area.code, Area.name).where(col(Area.code).in_(wanted))).all())
