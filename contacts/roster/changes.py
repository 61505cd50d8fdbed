"""The change log of the roster for display: the lines of one change grouped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlmodel import Session, col, or_, select

from contacts.roster.areas import AreaChange
from contacts.roster.history import ContactChange
from contacts.roster.roster import Area, Contact

SHOWN = 50


@dataclass
class Change:
    """What somebody did to one entry at one moment. `contact` is None for a change of the area itself."""

    at: datetime
    who: str
    what: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # field, before, after
    area: str = ""
    name: str = ""
    contact: int | None = None


def grouped(lines: Iterable[ContactChange | AreaChange]) -> list[Change]:
    """The lines about one entry, oldest first, as changes, newest first."""
    changes = []
    for (at, who, what), several in groupby(lines, key=lambda line: (line.at, line.who, line.what)):
        changes.append(Change(at, who, what, [(line.field, line.before, line.after) for line in several]))
    return changes[::-1]


def recent(session: Session, page: int = 1) -> tuple[list[Change], bool]:
    """A page of all changes of the roster, newest first, and whether older ones follow. Of new entries only the name is told."""
    many = page * SHOWN * 9  # a change of an entry has at most nine lines
    merged = sorted([*_people(session, many), *_areas(session, many)], key=lambda change: change.at, reverse=True)
    start = (page - 1) * SHOWN
    return merged[start : start + SHOWN], len(merged) > start + SHOWN


def area_names(session: Session, changes: Iterable[Change]) -> dict[str, str]:
    """The names of the areas whose codes stand in these changes."""
    codes = {code for change in changes for field, *both in change.fields if field in ("area", "parent") for code in both if code}
    return dict(session.exec(select(Area.code, Area.name).where(col(Area.code).in_(codes))).all()) if codes else {}


def _people(session: Session, many: int) -> list[Change]:
    named = select(ContactChange, Contact).join(Contact, col(Contact.id) == col(ContactChange.contact_id))
    named = named.where(or_(col(ContactChange.what) != "add", col(ContactChange.field) == "name"))
    rows = session.exec(named.order_by(col(ContactChange.id).desc()).limit(many)).all()
    lines = [Change(c.at, c.who, c.what, [(c.field, c.before, c.after)], one.area, one.name, one.id) for c, one in rows]
    return _joined(lines)


def _areas(session: Session, many: int) -> list[Change]:
    named = select(AreaChange, Area.name).join(Area, col(Area.code) == col(AreaChange.area))
    named = named.where(or_(col(AreaChange.what) != "add", col(AreaChange.field) == "name"))
    rows = session.exec(named.order_by(col(AreaChange.id).desc()).limit(many)).all()
    return _joined([Change(c.at, c.who, c.what, [(c.field, c.before, c.after)], c.area, name) for c, name in rows])


def _joined(lines: Sequence[Change]) -> list[Change]:
    joined: dict[tuple[object, ...], Change] = {}
    for line in lines:
        first = joined.setdefault((line.at, line.who, line.what, line.area, line.contact), line)
        if first is not line:
            first.fields = [*line.fields, *first.fields]
    return list(joined.values())
