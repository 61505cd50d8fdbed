"""SQL conditions for clerks who are gone or away (switched off, frozen, moved, absent), and for their cases."""

from datetime import datetime, time

from sqlalchemy import ColumnElement, Text, and_, cast, exists, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col

from access.accounts import Account
from access.freezes import is_free
from cases.case import DESK, IS_TAKEN, Case
from cases.duty.absence import Absence
from cases.lifecycle import AT_DESK, WITH_CONTACT
from storage.office_time import OFFICE, office_date


def is_off() -> ColumnElement[bool]:
    """The condition that an account is switched off or frozen, or its unit is frozen."""
    return ~(col(Account.active) & is_free(col(Account.username), col(Account.unit)))


def is_there(now: datetime) -> ColumnElement[bool]:
    """The condition that an account can be given work now: it is not off, and its person not away today."""
    today = office_date(now)
    covers = (col(Absence.ended_at).is_(None), col(Absence.first_day) <= today, col(Absence.last_day) >= today)
    return and_(~is_off(), ~exists().where(col(Absence.username) == col(Account.username), *covers))


def is_away(username: Mapped[str], since: Mapped[datetime | None], now: datetime) -> ColumnElement[bool]:
    """The condition that somebody is away today and was not yet, or not known to be, at the moment `since`.

    Who takes a case or is texted while they are away is there after all.
    """
    today = office_date(now)
    midnight = datetime.combine(today, time(), OFFICE)
    covers = (col(Absence.ended_at).is_(None), col(Absence.first_day) <= today, col(Absence.last_day) >= today)
    news = or_(since < midnight, since < col(Absence.entered_at))
    return exists().where(col(Absence.username) == username, *covers, news)


def orphans(now: datetime) -> list[ColumnElement[bool]]:
    """The conditions of open cases whose clerk is no clerk of that unit any more, is switched off or frozen, or away since."""
    mine = (col(Account.username) == col(Case.taken_by), col(Account.unit) == DESK)
    clerk = cast(col(Account.roles), Text).contains('"clerk"', autoescape=True)
    there = exists().where(*mine, clerk, ~is_off())
    return [
        IS_TAKEN,
        col(Case.state).in_([AT_DESK.value, WITH_CONTACT.value]),
        or_(~there, is_away(col(Case.taken_by), col(Case.taken_at), now)),
    ]
