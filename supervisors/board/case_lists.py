"""Lists of the cases that each figure of the board counts, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import SQLColumnExpression
from sqlalchemy.orm import Mapped
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from cases.case import IS_OPEN, IS_RUNNING, IS_UNSETTLED, UNOPENED, Case
from cases.stations.placing import DESKS
from cases.statistics.ratings import Rating, is_poor
from contacts.alerts.alerts import Alert
from supervisors.board.board import Moment
from supervisors.board.texts import STEPS, WENT, has_fate

OF_NOW = ("open", "overdue", "soon", "arbitration", "nobody_reached", "asked", "at_desk", "with_contact", "returned")
RATED, POORLY = "rated", "rated_poorly"  # answers that their askers rated in a time, and those with a poor mark
OF_A_TIME = ("answered", "late", "new", "amended", RATED, POORLY)
LATE_DISPUTE = "late_dispute"  # accepted answers that are disputed, those to be decided about first at the beginning
UNKNOWN = "to_acknowledge"  # changed answers of which the asking unit has not said that it knows
OF_DELIVERED = (LATE_DISPUTE, UNKNOWN)
OF_TEXTS = ("step", "fate")
NEXT = "next"  # not overdue and not with the asker: what comes after the overdue ones
URGENT = "urgent"  # open ones that their asker marked so
PAUSED, AGREED = "paused", "agreed"  # open ones that wait for their asker's reply; whose deadline is a later day
WHAT = (*OF_NOW, NEXT, URGENT, PAUSED, AGREED, *OF_A_TIME, *OF_DELIVERED, *OF_TEXTS)
PAGE = 50
HOUR = "%Y-%m-%dT%H"
STAMP = "%Y%m%dT%H%M%S.%f"


@dataclass(frozen=True, slots=True)
class CaseListFilter:
    """Which figure's cases: what it counts, and of which answering unit, item and source. Empty fields do not filter.

    `first` and `last` (both days count) are for answered, late and new ones; without them it is today.
    `hour` ("2026-03-02T09" on the office's clock) is one hour instead. `text` is a step of the
    ladders or a fate of texts. `after` is where the page before ended: "moment~number".
    """

    what: str = "open"
    holder: str = ""
    item: str = ""
    source: str = ""
    text: str = ""
    station: str = ""  # what lies at its desk
    first: date | None = None
    last: date | None = None
    hour: str = ""
    after: str = ""

    def query(self, **change: Any) -> str:
        """The address of this list, or of a changed one; every value in it is one of our own codes, a day or a case number."""
        names = ("what", "holder", "item", "source", "text", "station", "first", "last", "hour", "after")
        wanted = replace(self, after="", **change) if "after" not in change else replace(self, **change)
        return "&".join(f"{name}={value}" for name in names if (value := getattr(wanted, name)))


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and where the next page goes on ("" on the last)."""

    cases: Sequence[Case]
    after: str = ""


def cases_behind(session: Session, wanted: CaseListFilter, moment: Moment, at_most: int = PAGE) -> Page:
    """The cases, the soonest due first; of the answered ones the latest first, of the new ones the newest. One query."""
    column, down = _order(wanted.what)
    found = select(Case).options(*UNOPENED).where(*_conditions(wanted, moment), *_beyond(wanted.after, column, down))
    for field, value in (
        (_unit_of(wanted.what), wanted.holder),
        (col(Case.item), wanted.item),
        (col(Case.first_source), wanted.source),
        (col(Case.station), wanted.station),
    ):
        found = found.where(field == value) if value else found
    found = found.where(col(Case.state).in_(sorted(DESKS))) if wanted.station else found
    order = (column.desc(), col(Case.number).desc()) if down else (column, col(Case.number))
    cases = session.exec(found.order_by(*order).limit(at_most + 1)).all()
    last = cases[at_most - 1] if len(cases) > at_most else None
    return Page(cases[:at_most], _mark(getattr(last, column.key), last.number) if last else "")


def _unit_of(what: str) -> Mapped[str]:
    """The unit to which a figure counts a case: whoever was asked or answered first, whoever has it since."""
    others = {"new": col(Case.asked_of), "answered": col(Case.first_holder), "late": col(Case.first_holder)}
    return others.get(what, col(Case.holder))


def _order(what: str) -> tuple[Any, bool]:
    first = col(Case.first_answered_at)
    orders = {
        LATE_DISPUTE: (col(Case.decide_by), False),
        UNKNOWN: (col(Case.amended_at), False),
        "amended": (col(Case.amended_at), True),
    }
    orders |= dict.fromkeys(("answered", "late", RATED, POORLY), (first, True)) | {"new": (col(Case.asked_at), True)}
    return orders.get(what, (col(Case.due_at), False))


def _mark(at: datetime, number: str) -> str:
    return f"{at.astimezone(UTC).strftime(STAMP)}~{number}"


def _beyond(after: str, column: Mapped[datetime | None], down: bool) -> list[SQLColumnExpression[bool]]:
    stamp, _, number = after.partition("~")
    try:
        at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return []  # no mark of ours: the first page
    if down:
        return [or_(column < at, and_(column == at, col(Case.number) < number))]
    return [or_(column > at, and_(column == at, col(Case.number) > number))]


def _conditions(wanted: CaseListFilter, moment: Moment) -> list[SQLColumnExpression[bool]]:
    if wanted.what in OF_A_TIME:
        return _in_time(wanted, moment)
    if wanted.what in OF_TEXTS:
        return [col(Case.number).in_(_texted(wanted, moment))]
    if wanted.what in OF_DELIVERED:
        waits = col(Case.decide_by).is_not(None) if wanted.what == LATE_DISPUTE else col(Case.unseen).is_(True)
        return [IS_UNSETTLED, waits]
    due = col(Case.due_at)
    special: dict[str, list[SQLColumnExpression[bool]]] = {
        "open": [],
        "overdue": [IS_RUNNING, due < moment.now],
        NEXT: [IS_RUNNING, due >= moment.now],
        URGENT: [col(Case.urgent).is_(True)],
        PAUSED: [col(Case.paused_until).is_not(None)],
        AGREED: [col(Case.extended).is_(True)],
        "soon": [IS_RUNNING, due >= moment.now, due < moment.soon],
        "arbitration": [col(Case.arbitration)],
        "nobody_reached": [col(Case.nobody_reached)],
    }
    # Said twice for a single state, so that the index of the open cases can be used.
    return [IS_OPEN, *special.get(wanted.what, [col(Case.state) == wanted.what])]


def _in_time(wanted: CaseListFilter, moment: Moment) -> list[SQLColumnExpression[bool]]:
    if wanted.what in (RATED, POORLY):
        return [col(Case.number).in_(_rated(wanted, moment))]
    column = {"new": col(Case.asked_at), "amended": col(Case.amended_at)}.get(wanted.what, col(Case.first_answered_at))
    first, end = _span(wanted, moment)
    late = [col(Case.first_answered_at) > col(Case.due_at)] if wanted.what == "late" else []
    return [column >= first, *([column < end] if end else []), *late]


def _span(wanted: CaseListFilter, moment: Moment) -> tuple[datetime, datetime | None]:
    zone = moment.midnight.tzinfo
    try:
        hour = datetime.strptime(wanted.hour, HOUR).replace(tzinfo=zone)
    except ValueError:
        first = datetime.combine(wanted.first, time(), zone) if wanted.first else moment.midnight
        return first, datetime.combine(wanted.last + timedelta(days=1), time(), zone) if wanted.last else None
    return hour, hour + timedelta(hours=1)


def _rated(wanted: CaseListFilter, moment: Moment) -> SelectOfScalar[str]:
    first, end = _span(wanted, moment)
    found = select(Rating.number).where(col(Rating.at) >= first, *([col(Rating.at) < end] if end else []))
    return found.where(is_poor()) if wanted.what == POORLY else found


def _texted(wanted: CaseListFilter, moment: Moment) -> SelectOfScalar[str]:
    steps = [wanted.text] if wanted.text in STEPS else []
    reached = and_(col(Alert.template).in_(steps), col(Alert.state).in_(WENT))
    told = reached if wanted.what == "step" else has_fate(wanted.text)
    return select(Alert.about).where(col(Alert.created_at) >= moment.midnight, told)
