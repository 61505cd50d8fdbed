"""Frozen units and accounts: the table of who is shut out at once, and whose queues are held."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, or_, select, tuple_

from access.units import Unit
from broker import held_queues
from storage.first_rows import FirstRows, first_rows
from storage.remembered import remembered

UNIT, ACCOUNT = "unit", "account"
SHOWN = 100  # of what is frozen, on a page
LETTERS = ("questions", "outcomes", "replies")  # what is addressed to a unit


class Frozen(SQLModel, table=True):
    """This unit (by its code) or account (by its user name) is frozen. Taken away when it is let go: the trail keeps it."""

    kind: str = Field(primary_key=True, max_length=8)
    subject: str = Field(primary_key=True, max_length=64)
    reason: str = Field(max_length=500)
    at: datetime
    by: str = Field(max_length=64)


def is_free(username: Any, unit: Any) -> ColumnElement[bool]:
    """The condition that neither the account nor its unit, nor the unit of which that is a station, is frozen.

    Takes columns or values.
    """
    one = aliased(Unit)
    above = select(one.parent).where(col(one.code) == unit).correlate_except(one).scalar_subquery()
    account = (col(Frozen.kind) == ACCOUNT) & (col(Frozen.subject) == username)
    whole = (col(Frozen.kind) == UNIT) & or_(col(Frozen.subject) == unit, col(Frozen.subject) == above)
    return ~exists().where(or_(account, whole))


def frozen_among(session: Session, units: Collection[str] = (), accounts: Collection[str] = ()) -> set[tuple[str, str]]:
    """Those of these that are frozen, as (UNIT or ACCOUNT, name); at most one query."""
    wanted = {*((UNIT, code) for code in units), *((ACCOUNT, name) for name in accounts)}
    found = remembered(session, "frozen", ("frozen",), wanted, lambda missing: _are_frozen(session, missing))
    return {one for one, frozen in found.items() if frozen}


def _are_frozen(session: Session, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], bool]:
    key = tuple_(col(Frozen.kind), col(Frozen.subject))
    found = session.exec(select(Frozen.kind, Frozen.subject).where(key.in_(wanted)))
    return dict.fromkeys(wanted, False) | dict.fromkeys(found, True)


def shut_out(session: Session, username: str, unit: str) -> bool:
    """Whether this account is frozen, or its unit, or the unit whose station that is."""
    return not session.scalar(select(is_free(username, unit)))


def all_frozen(session: Session, page: int = 1) -> FirstRows[Frozen]:
    """A page of everything that is frozen, the newest first."""
    return first_rows(session, select(Frozen).order_by(col(Frozen.at).desc(), col(Frozen.subject)), SHOWN, (page - 1) * SHOWN)


def freeze(session: Session, frozen: Frozen) -> bool:
    """Freezes from the commit on; False where it was frozen already. Sessions are for the caller to end."""
    if session.get(Frozen, (frozen.kind, frozen.subject)) is not None:
        return False
    session.add(frozen)
    if frozen.kind == UNIT:
        held_queues.hold(session, queues_of(frozen.subject), frozen.at)
    return True


def thaw(session: Session, kind: str, subject: str) -> bool:
    """Lets go; letters that were held leave in their order. False where it was not frozen."""
    frozen = session.get(Frozen, (kind, subject), with_for_update=True)
    if frozen is None:
        return False
    session.delete(frozen)
    if kind == UNIT:
        held_queues.let_go(session, queues_of(subject))
    return True


def queues_of(unit: str) -> list[str]:
    """The queues of letters to this unit."""
    return [f"{kind}.{unit}" for kind in LETTERS]
