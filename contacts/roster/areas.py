"""Areas: adding, renaming and retiring them, and the table of their changes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Field, Session, SQLModel, col, select

from cases.names import mended
from contacts.roster import roster
from contacts.roster.history import SHOWN
from contacts.roster.roster import Area, AreaKind, Contact
from storage.first_rows import FirstRows, last_rows
from storage.problem import RosterProblem

# A digit in it keeps a code apart from the words in the addresses of the keepers' pages.
CODE = re.compile(r"(?=[A-Za-z-]*[0-9])[0-9A-Za-z-]{1,32}")
FIELDS = ("name", "parent", "kind")


class AreaChange(SQLModel, table=True):
    """One field of one area, before and after; rows are only ever added."""

    __tablename__ = "area_change"

    id: int | None = Field(default=None, primary_key=True)
    area: str = Field(foreign_key="area.code", index=True, max_length=32)
    who: str = Field(max_length=64)
    at: datetime
    what: str = Field(max_length=16)  # add, change, retire, restore
    field: str = Field(max_length=32)
    before: str = ""
    after: str = ""


def get(session: Session, code: str) -> Area:
    """The area, retired or not; raises RosterProblem."""
    area = session.get(Area, code)
    if area is None:
        raise RosterProblem("area", "There is no such area in the roster.")
    return area


def named(session: Session, text: str) -> Area:
    """The area in use with this code or this name; raises RosterProblem where there is none, or several of that name."""
    wanted = mended(text)
    used = select(Area).where((Area.code == wanted) | (Area.name == wanted), col(Area.retired_at).is_(None))
    found = session.exec(used.limit(2)).all()
    if not found:
        raise RosterProblem("area", "The roster has no such area.")
    if len(found) > 1:
        raise RosterProblem("area", "Several areas have this name; write the code.")
    return found[0]


def towns(session: Session) -> list[Area]:
    """The towns in use, by code."""
    found = select(Area).where(Area.kind == AreaKind.TOWN.value, col(Area.retired_at).is_(None))
    return list(session.exec(found.order_by(col(Area.code))))


def add(session: Session, values: Mapping[str, str], who: str, now: datetime) -> Area:
    """A new area from `area_code`, `area_name`, `kind` and `parent`; raises RosterProblem naming the field."""
    code = values.get("area_code", "").strip()
    if not CODE.fullmatch(code):
        raise RosterProblem("area_code", "An area's code has letters, digits and hyphens, among them at least one digit.")
    if session.get(Area, code) is not None:
        raise RosterProblem("area_code", "This code is taken by an area already, perhaps by one that was retired.")
    area = Area(code=code, name="", kind=AreaKind.COMMUNITY.value)
    area.sqlmodel_update(_checked(session, area, values))
    session.add(area)
    session.flush()
    _note(session, [_line(area.code, "add", name, "", getattr(area, name)) for name in FIELDS], who, now)
    return area


def change(session: Session, code: str, values: Mapping[str, str], who: str, now: datetime) -> Area:
    """The area with another name or another town above it; raises RosterProblem naming the field."""
    area = get(session, code)
    before = area.model_dump()
    area.sqlmodel_update(_checked(session, area, {"kind": area.kind, **values}))
    session.flush()
    _note(session, [_line(code, "change", name, before[name], getattr(area, name)) for name in FIELDS], who, now)
    return area


def retire(session: Session, code: str, who: str, now: datetime) -> int:
    """Takes an area out of use with everybody in it; says how many people that were. Raises RosterProblem for a town in use."""
    area = get(session, code)
    used = session.exec(select(func.count()).where(Area.parent == code, col(Area.retired_at).is_(None))).one()
    if used:
        raise RosterProblem(
            "area", "{count} communities belong to it still. Retire them first, or give them another town.", count=used
        )
    people = [one or 0 for one in session.exec(select(Contact.id).where(Contact.area == code, col(Contact.active)))]
    roster.remove_all(session, people, who, now)
    if area.retired_at is None:
        area.retired_at = now
        _note(session, [_line(code, "retire", "in_use", "true", "false")], who, now)
    return len(people)


def restore(session: Session, code: str, who: str, now: datetime) -> Area:
    """Brings an area back into use, without its people. Raises RosterProblem while the town above it is retired."""
    area = get(session, code)
    above = session.get(Area, area.parent) if area.parent else None
    if above is not None and above.retired_at is not None:
        raise RosterProblem("parent", "Its town was retired. Bring back the town first.")
    if area.retired_at is not None:
        area.retired_at = None
        _note(session, [_line(code, "restore", "in_use", "false", "true")], who, now)
    return area


def history(session: Session, code: str) -> FirstRows[AreaChange]:
    """What was changed about this area, oldest first; of very much the latest."""
    return last_rows(session, select(AreaChange).where(AreaChange.area == code), col(AreaChange.id), SHOWN)


def note_sheet(
    session: Session, new: Sequence[Mapping[str, Any]], changed: Iterable[Mapping[str, Any]], who: str, now: datetime
) -> None:
    """Notes what a sheet adds and changes; each `changed` holds the values to come. Call it before they are written."""
    lines = [_line(area["code"], "add", name, "", area.get(name)) for area in new for name in FIELDS]
    after = {area["code"]: area for area in changed}
    for old in session.exec(select(Area).where(col(Area.code).in_(list(after)))):
        lines += [_line(old.code, "change", name, getattr(old, name), after[old.code][name]) for name in FIELDS]
    _note(session, lines, who, now)


def _checked(session: Session, area: Area, values: Mapping[str, str]) -> dict[str, str | None]:
    name, kind, parent = values.get("area_name", "").strip(), values.get("kind", area.kind), values.get("parent", "").strip()
    if not 1 <= len(name) <= 64:
        raise RosterProblem("area_name", "An area needs a name of at most {most} characters.", most=64)
    if kind not in list(AreaKind):
        raise RosterProblem("kind", "Choose a town or a community.")
    if kind == AreaKind.TOWN:
        parent = ""
    elif (above := session.get(Area, parent)) is None or above.kind != AreaKind.TOWN or above.retired_at is not None:
        raise RosterProblem("parent", "Choose the town or street that the community belongs to.")
    _check_name(session, area.code, name, parent or None)
    return {"name": name, "kind": AreaKind(kind).value, "parent": parent or None}


def _check_name(session: Session, code: str, name: str, parent: str | None) -> None:
    beside = col(Area.parent) == parent if parent else col(Area.parent).is_(None)
    same = select(Area.code).where(Area.name == name, beside, col(Area.code) != code, col(Area.retired_at).is_(None))
    if session.exec(same.limit(1)).first() is not None:
        raise RosterProblem("area_name", "There is an area of this name there already.")


def _line(area: str, what: str, field: str, before: str | None, after: str | None) -> dict[str, str]:
    return {"area": area, "what": what, "field": field, "before": before or "", "after": after or ""}


def _note(session: Session, lines: Sequence[dict[str, str]], who: str, now: datetime) -> None:
    kept = [{**line, "who": who, "at": now} for line in lines if line["before"] != line["after"]]
    if kept:
        session.flush()
        session.execute(insert(AreaChange), kept)
