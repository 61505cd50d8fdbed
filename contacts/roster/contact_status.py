"""A contact's status today: in office or not, and how far the telephone number can be trusted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import SimpleNamespace
from typing import Protocol

from sqlmodel import Session, SQLModel, col, select

from contacts.phone_numbers import takes_sms
from contacts.roster.roster import ZONE, Contact
from contacts.sms.provider import STOPPED
from storage.row_encryption import decrypt_row
from storage.vault import vault_of

FRESH = timedelta(days=180)  # a number that was neither written down nor proven since then is old


class NumberState(StrEnum):
    """How far a number can be trusted, the best first."""

    VERIFIED = "verified"  # a code came back from it, not long ago
    UNVERIFIED = "unverified"  # a mobile that nobody has proven yet
    STALE = "stale"  # a mobile of which nothing was heard for long
    LANDLINE = "landline"  # can only be rung
    STOPPED = "stopped"  # the person asked for no more texts
    REFUSED = "refused"  # the provider says that no text can ever arrive
    NONE = "none"


TEXTED = (NumberState.VERIFIED, NumberState.UNVERIFIED, NumberState.STALE)
TO_PROVE = (NumberState.UNVERIFIED, NumberState.STALE)


class Numbered(Protocol):
    """What has a number: a contact, or a row with the same columns."""

    phone: str
    phone_fault: str
    verified_at: datetime | None
    phone_since: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContactStatus:
    """One person as the coverage and the lists need them; `sure_at` is when the number was last written down or proven."""

    id: int
    area: str
    name: str
    role: str
    phone: str
    place: int
    away_until: date | None
    left_on: date | None
    serving: bool
    number: NumberState
    sure_at: datetime

    @property
    def reachable(self) -> bool:
        """Whether a text can reach this person today."""
        return self.serving and self.number in TEXTED


def sure_at(one: Numbered) -> datetime:
    """When the number was last written down or proven, whichever is later."""
    written = one.phone_since or one.updated_at
    return max(one.verified_at, written) if one.verified_at else written


def number_state(one: Numbered, now: datetime) -> NumberState:
    """How far this number can be trusted at `now`."""
    if not one.phone:
        return NumberState.NONE
    if one.phone_fault == STOPPED:
        return NumberState.STOPPED
    if one.phone_fault:
        return NumberState.REFUSED
    if not takes_sms(one.phone):
        return NumberState.LANDLINE
    if sure_at(one) <= now - FRESH:
        return NumberState.STALE
    return NumberState.VERIFIED if one.verified_at else NumberState.UNVERIFIED


def today(now: datetime) -> date:
    """The day that it is now at the offices."""
    return now.astimezone(ZONE).date()


def serves(left_on: date | None, away_until: date | None, today: date) -> bool:
    """Whether somebody with these days is in office and not away on this day."""
    return not (left_on and left_on <= today) and not (away_until and away_until > today)


def contact_statuses(session: Session, now: datetime, areas: Collection[str] | None = None) -> list[ContactStatus]:
    """Everybody on the roster, of these areas alone where they are given, by area and place in order. One query."""
    seen = Contact.id, Contact.ref, Contact.area, Contact.name, Contact.role, Contact.phone, Contact.phone_fault
    days = Contact.place_in_order, Contact.away_until, Contact.left_on, Contact.verified_at, Contact.phone_since, Contact.updated_at
    query = select(*seen, *days).where(col(Contact.active))  # type: ignore[call-overload]  # more columns than the overloads list
    if areas is not None:
        query = query.where(col(Contact.area).in_(areas))
    day, vault, table = today(now), vault_of(session), SQLModel.metadata.tables["contact"]
    found = session.connection().execute(query.order_by(Contact.area, col(Contact.place_in_order), col(Contact.id))).mappings()
    rows = (SimpleNamespace(**decrypt_row(vault, table, dict(row))) for row in found)
    return [
        ContactStatus(
            row.id, row.area, row.name, row.role, row.phone, row.place_in_order, row.away_until, row.left_on,
            serves(row.left_on, row.away_until, day), number_state(row, now), sure_at(row),
        )
        for row in rows
    ]  # fmt: skip
