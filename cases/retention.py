"""Retention: blocking and deleting closed cases by months (Regulation (EU) 1024/2012, article 14).

A closed case is blocked after some months: nobody is shown its people and its answer any more, whoever they are. After some
years they are deleted; number, times, units, the trail's hashes and the figures stay.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, event, update
from sqlalchemy.orm import QueryContext
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel, col, select

from cases.bundles.bundle import block_bundles, empty_bundles
from cases.case import Case
from cases.catalogue.item import Item
from cases.catalogue.times import Retention
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among

AT_ONCE = 200
CASES = SQLModel.metadata.tables["cases"]
EMPTY: Mapping[str, Any] = {"subjects": {}, "details": {}, "purpose": "", "urgent_reason": "", "finding": None}
UNVEILED = "unveiled"  # in a session's info: this session may read what is blocked
SHOWN = col(Case.blocked_at).is_(None)  # for finding cases by whom they name: what is blocked is found by nobody
BLOCKABLE = (col(Case.closed_at).is_not(None), SHOWN)
DELETABLE = (col(Case.blocked_at).is_not(None), col(Case.deleted_at).is_(None))


def months_before(now: datetime, months: int) -> datetime:
    """The same day and time so many calendar months earlier; the last day of a month that is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def to_block(session: Session, items: Mapping[str, Item], now: datetime) -> list[str]:
    """Numbers of closed cases whose time to be seen is over, some at a time; other clocks pass over them until we commit."""
    return _over(session, _by_months(items, lambda retention: retention.months_until_blocked), BLOCKABLE, now)


def to_delete(session: Session, items: Mapping[str, Item], now: datetime) -> list[str]:
    """Numbers of blocked cases whose time to be kept is over, some at a time."""
    return _over(session, _by_months(items, lambda retention: retention.months_until_deleted), DELETABLE, now)


def block(session: Session, numbers: list[str], now: datetime) -> None:
    """From now on nobody is shown who these cases were about and what was found."""
    session.connection().execute(update(CASES).where(among(session, CASES.c.number, numbers)).values(blocked_at=now))
    trail.write(session, [TrailLine.of_clock(now, trail.BLOCK, number) for number in numbers])
    block_bundles(session, numbers, now)


def is_blocked(session: Session, number: str) -> bool:
    """Whether nobody is shown any more whom this case was about."""
    return session.exec(select(Case.blocked_at).where(Case.number == number)).first() is not None


def veil(session: Session, lines: Sequence[Trail]) -> None:
    """Takes what was noted off the lines of blocked cases, for a reader of lines of many cases. One query."""
    noted = sorted({line.number for line in lines if line.number and (line.note or line.details)})
    blocked = select(Case.number, Case.blocked_at).where(among(session, col(Case.number), noted), col(Case.blocked_at).is_not(None))
    trail.veil(lines, {number: at for number, at in session.exec(blocked) if at} if noted else {})


def empty(session: Session, numbers: list[str], now: datetime) -> None:
    """Takes away for good who these cases were about and what was found; what others noted of it is theirs to take away."""
    gone = {**EMPTY, "reference": "", "fingerprint": "", "question_hashes": "-", "deleted_at": now}
    session.connection().execute(update(CASES).where(among(session, CASES.c.number, numbers)).values(gone))
    trail.erase(session, numbers, now)
    empty_bundles(session, numbers, now)


def _by_months(items: Mapping[str, Item], months_of: Callable[[Retention], int]) -> dict[int, ColumnElement[bool]]:
    """A condition for each length of time: items with another than the usual one, and all others, the forgotten ones too."""
    usual, lengths = months_of(Retention()), {code: months_of(item.retention) for code, item in items.items()}
    other = {code: months for code, months in lengths.items() if months != usual}
    found = {months: col(Case.item).in_([code for code, own in other.items() if own == months]) for months in other.values()}
    return {**found, usual: col(Case.item).not_in(list(other))}


def _over(
    session: Session, by_months: dict[int, ColumnElement[bool]], still: Sequence[ColumnElement[bool]], now: datetime
) -> list[str]:
    found: list[str] = []
    for months, whose in by_months.items():
        over = select(Case.number).where(*still, col(Case.closed_at) <= months_before(now, months), whose)
        oldest = over.order_by(col(Case.closed_at)).limit(AT_ONCE).with_for_update(skip_locked=True)
        found += session.exec(oldest)
    return found


def _veil(case: Case, context: QueryContext, *_rest: object) -> None:
    """Whoever loads a blocked case, by whatever way, finds nothing of it."""
    if case.__dict__.get("blocked_at") and not context.session.info.get(UNVEILED):
        for name, value in {**EMPTY, "outcome": "", "last_told": ""}.items():
            if name in case.__dict__:
                set_committed_value(case, name, value)


event.listen(Case, "load", _veil)
event.listen(Case, "refresh", _veil)
