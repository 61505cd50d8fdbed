"""Coverage: in which communities a contact can be reached today, and how reliable the numbers are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from contacts.roster.contact_status import ContactStatus, NumberState, contact_statuses
from contacts.roster.roster import Area, AreaKind


class Reach(StrEnum):
    """How a community can be reached today, the worst first. The best number of anybody in office decides."""

    NOBODY = "nobody"  # nobody in office has a number
    RING = "ring"  # no text reaches anybody, but somebody can be rung
    STALE = "stale"  # texts go to numbers of which nothing was heard for long
    UNVERIFIED = "unverified"  # texts go to numbers that nobody has proven
    GOOD = "good"  # at least one number was proven not long ago


REACHED_BY = {
    NumberState.VERIFIED: Reach.GOOD,
    NumberState.UNVERIFIED: Reach.UNVERIFIED,
    NumberState.STALE: Reach.STALE,
    NumberState.LANDLINE: Reach.RING,
    NumberState.STOPPED: Reach.RING,
    NumberState.REFUSED: Reach.RING,  # no text arrives, but it may well ring
    NumberState.NONE: Reach.NOBODY,
}
ORDER = list(Reach)


@dataclass
class Coverage:
    """One community with its counts; one without anybody to reach is where a question ends unanswered."""

    area: Area
    contacts: int = 0
    serving: int = 0
    reachable: int = 0
    reach: Reach = Reach.NOBODY

    def count(self, one: ContactStatus) -> None:
        """Counts one person."""
        self.contacts += 1
        self.serving += one.serving
        self.reachable += one.reachable
        if one.serving:
            self.reach = max(self.reach, REACHED_BY[one.number], key=ORDER.index)


@dataclass
class Town:
    """A town with its communities; `area` is None for communities that belong to no town in use."""

    area: Area | None
    communities: list[Coverage] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Reach]:
        """How many communities are reached how."""
        return Counter(one.reach for one in self.communities)


@dataclass
class County:
    """The whole roster at a glance: its towns, and how many people in office have a number of which kind."""

    towns: list[Town]
    numbers: Counter[NumberState]

    @property
    def counts(self) -> Counter[Reach]:
        """How many communities are reached how."""
        return sum((town.counts for town in self.towns), Counter())


def coverage_of(session: Session, areas: Sequence[Area], now: datetime) -> list[Coverage]:
    """The counts of these areas, in one query."""
    return _counted(areas, contact_statuses(session, now, [area.code for area in areas]))


def county(session: Session, now: datetime) -> County:
    """Every town in use with its communities in use, by code. Two queries, whatever the size of the county."""
    areas = session.exec(select(Area).where(col(Area.retired_at).is_(None)).order_by(col(Area.code))).all()
    towns = {area.code: Town(area) for area in areas if area.kind == AreaKind.TOWN}
    strays, people = Town(None), contact_statuses(session, now)
    for one in _counted([area for area in areas if area.kind == AreaKind.COMMUNITY], people):
        towns.get(one.area.parent or "", strays).communities.append(one)
    numbers = Counter(one.number for one in people if one.serving)
    return County([*towns.values(), *([strays] if strays.communities else [])], numbers)


def _counted(areas: Iterable[Area], people: Iterable[ContactStatus]) -> list[Coverage]:
    counted = {area.code: Coverage(area) for area in areas}
    for one in people:
        if one.area in counted:
            counted[one.area].count(one)
    return list(counted.values())
