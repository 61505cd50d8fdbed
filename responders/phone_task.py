"""The phone task: which community may know, who of it can be rung, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from cases.case import Case
from contacts.roster import Area, AreaKind, Contact, serving
from responders.ladders import ladders_of


@dataclass(frozen=True)
class PhoneTask:
    """Towns to choose from, the communities of the chosen one, and the people of the chosen community in order."""

    towns: Sequence[Area]
    town: str = ""
    communities: Sequence[Area] = ()
    area: Area | None = None
    people: Sequence[Contact] = field(default_factory=tuple)
    asked: bool = False  # this community is being texted already


def phone_task(session: Session, case: Case, town: str, area: str, now: datetime) -> PhoneTask:
    """With an area chosen, its people; else the area that is being asked; else what there is to choose from."""
    towns = session.exec(select(Area).where(Area.kind == AreaKind.TOWN.value).order_by(col(Area.code))).all()
    asked = _area_asked(session, case)
    chosen = session.get(Area, area or asked) if area or asked else None
    town = town or (chosen.parent or "" if chosen else "")
    inside = select(Area).where(Area.parent == town).order_by(col(Area.code))
    communities = session.exec(inside).all() if town else []
    if chosen is None or (area == "" and town and chosen.parent != town):
        return PhoneTask(towns, town, communities)
    return PhoneTask(towns, town, communities, chosen, serving(session, chosen.code, now), chosen.code == asked)


def _area_asked(session: Session, case: Case) -> str:
    ladder = ladders_of(session, [case.number], "consult").get(case.number)
    return ladder.area if ladder else ""
