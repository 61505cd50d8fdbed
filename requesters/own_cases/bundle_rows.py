"""Bundles among the cases of the list: each is one row, and its cases are none."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from cases.bundles.bundle import Bundle
from cases.bundles.joining import COMPLETE, OPEN, RETURNED, SETTLED
from cases.case import Case
from cases.case_numbers import BUNDLE_SIGN
from requesters.own_cases.unread import Unread

OF_NONE: ColumnElement[bool] = col(Case.batch).not_like(f"{BUNDLE_SIGN}%")  # cases that stand in no bundle
# Which bundles a list of cases in these states has beside them: by what their asker was last told.
STATES: Mapping[str, tuple[str, ...] | None] = {
    "all": None, "new": None, "open": (OPEN,), "returned": (RETURNED,), "answered": (COMPLETE, SETTLED), "held": (), "closed": (),
}  # fmt: skip


def bundle_page(
    session: Session, whose: tuple[str, str], state: str, after: tuple[datetime, str] | None, at_most: int, but: Sequence[str]
) -> list[Bundle]:
    """One page of the bundles of a unit, or of one person of it (unit, username), newest first; without `but`."""
    states = STATES[state]
    if states == () or state == "new":
        return []
    found = _of(whose).order_by(col(Bundle.asked_at).desc(), col(Bundle.number).desc()).limit(at_most)
    found = found.where(col(Bundle.state).in_(states)) if states else found
    found = found.where(col(Bundle.number).not_in(but)) if but else found
    if after:
        at, number = after
        found = found.where(or_(col(Bundle.asked_at) < at, and_(col(Bundle.asked_at) == at, col(Bundle.number) < number)))
    return list(session.exec(found))


def unread_bundles(session: Session, whose: tuple[str, str], state: str, at_most: int) -> list[Bundle]:
    """The bundles that came back unread, the newest first, as far as a list of this state shows them."""
    states = STATES[state]
    if states == () or state == "open":
        return []
    unit, asked_by = whose
    ours = (Unread.unit == unit, col(Unread.number).startswith(BUNDLE_SIGN))
    newest = select(Unread.number, func.max(Unread.at).label("at")).where(*ours)
    marked = (newest.where(Unread.asked_by == asked_by) if asked_by else newest).group_by(col(Unread.number)).subquery()
    found = select(Bundle).join(marked, marked.c.number == col(Bundle.number)).order_by(marked.c.at.desc(), marked.c.number)
    return list(session.exec((found.where(col(Bundle.state).in_(states)) if states else found).limit(at_most)))


def _of(whose: tuple[str, str]) -> SelectOfScalar[Bundle]:
    unit, asked_by = whose
    ours = select(Bundle).where(Bundle.unit == unit)
    return ours.where(Bundle.asked_by == asked_by) if asked_by else ours


def merged(cases: Sequence[Case], bundles: Sequence[Bundle], at_most: int) -> list[Case | Bundle]:
    """Both together, newest first, and of them a page."""
    rows: list[Case | Bundle] = [*cases, *bundles]
    return sorted(rows, key=lambda row: (row.asked_at, row.number), reverse=True)[:at_most]


def names_in(bundle: Bundle) -> list[str]:
    """Whom it is about; nobody once its time to be seen is over."""
    if bundle.blocked_at or bundle.deleted_at:
        return []
    return [str(person.get("name", "")) for people in bundle.people.values() for person in people]
