"""The roster: the tables of areas and contacts, and every change of a contact."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Index, update
from sqlmodel import Field, Session, SQLModel, col, or_, select

from contacts.phone_numbers import normalise, takes_sms
from contacts.roster.history import changed, note
from contacts.sms.provider import STOPPED
from storage.encrypted_columns import EncryptedText
from storage.json import Json
from storage.problem import RosterProblem
from storage.row_encryption import index_of
from storage.vault import vault_of

ZONE = ZoneInfo("Asia/Shanghai")
MOST_PLACE = 999


class AreaKind(StrEnum):
    """How wide an area is."""

    TOWN = "town"
    COMMUNITY = "community"


class Role(StrEnum):
    """What a contact is in the area."""

    SECRETARY = "secretary"
    DIRECTOR = "director"
    DEPUTY = "deputy"
    MEMBER = "member"


class Area(SQLModel, table=True):
    """A town or a community, under the code that the county uses for it."""

    code: str = Field(primary_key=True, max_length=32)
    name: str = Field(index=True, max_length=64)
    parent: str | None = Field(default=None, foreign_key="area.code", index=True)
    kind: str = AreaKind.COMMUNITY
    retired_at: datetime | None = None  # merged or dissolved: kept for what was said there, offered to nobody


class ContactEntry(SQLModel):
    """What a keeper writes about a contact."""

    area: str = Field(foreign_key="area.code", max_length=32)
    name: str = Field(min_length=1, max_length=64, sa_type=EncryptedText)
    role: str = Role.SECRETARY
    phone: str = Field(default="", max_length=20, sa_type=EncryptedText)  # E.164, or '' when nobody knows it
    place_in_order: int = Field(default=1, ge=1, le=MOST_PLACE)
    note: str = Field(default="", max_length=500, sa_type=EncryptedText)
    left_on: date | None = None  # no longer in office from this day on
    away_until: date | None = None  # on leave; back on this day


class Contact(ContactEntry, table=True):
    """One person of the roster."""

    # Bound to a name that nobody gives or changes: the number of the row is not known before it is written.
    __table_args__ = (
        Index("ix_contact_area_order", "area", "place_in_order"),
        {"info": {"bound_by": ("ref",), "indexes": {"phone": "phone_index"}}},
    )

    id: int | None = Field(default=None, primary_key=True)
    ref: str = Field(default_factory=lambda: uuid4().hex, max_length=32, sa_column_kwargs={"server_default": ""})
    phone_index: str = Field(default="", max_length=32, index=True, sa_column_kwargs={"server_default": ""})
    active: bool = True
    phone_fault: str = Field(default="", max_length=32)  # the provider's code when a text to this number can never arrive
    verified_at: datetime | None = None
    phone_since: datetime | None = None  # when this number was written down; None where that was before it was noted
    updated_at: datetime

    @property
    def takes_sms(self) -> bool:
        """Whether it makes sense to send a text."""
        return bool(self.phone) and not self.phone_fault and takes_sms(self.phone)


def serving(session: Session, area: str, now: datetime) -> list[Contact]:
    """Everybody of the area who can be asked today, in order: the list of the phone task, numbers or not."""
    today = now.astimezone(ZONE).date()
    there = or_(col(Contact.left_on).is_(None), col(Contact.left_on) > today)
    back = or_(col(Contact.away_until).is_(None), col(Contact.away_until) <= today)
    query = select(Contact).where(Contact.area == area, col(Contact.active), there, back)
    return list(session.exec(query.order_by(col(Contact.place_in_order), col(Contact.id))))


def reachable(session: Session, area: str, now: datetime) -> list[Contact]:
    """Those of `serving` who can get a text, in order. May be empty: the step is then skipped at once, not waited for."""
    return [contact for contact in serving(session, area, now) if contact.takes_sms]


def gone(session: Session, contact_ids: Collection[int], now: datetime) -> set[int]:
    """Those of them who were taken off the roster or have left their office."""
    left = or_(~col(Contact.active), col(Contact.left_on) <= now.astimezone(ZONE).date())
    found = session.exec(select(Contact.id).where(col(Contact.id).in_(contact_ids), left))
    return {one for one in found if one is not None}


def add(session: Session, entry: ContactEntry, who: str, now: datetime) -> Contact:
    """One new contact; raises RosterProblem."""
    return add_all(session, [entry], who, now)[0]


def add_all(session: Session, entries: Sequence[ContactEntry], who: str, now: datetime) -> list[Contact]:
    """New contacts in one go; raises RosterProblem for the first that cannot be taken."""
    contacts = [
        Contact.model_validate(_checked(entry.model_dump()), update={"updated_at": now, "phone_since": now}) for entry in entries
    ]
    _check_areas(session, {contact.area for contact in contacts})
    session.add_all(contacts)
    session.flush()
    note(session, [changed(c.id, "add", field, "", value) for c in contacts for field, value in _written(c).items()], who, now)
    return contacts


def change(session: Session, contact_id: int, changes: Mapping[str, object], who: str, now: datetime) -> Contact:
    """The contact with these fields changed, each change noted; raises RosterProblem."""
    get(session, contact_id)
    return change_all(session, {contact_id: changes}, who, now)[0]


def change_all(session: Session, changes: Mapping[int, Mapping[str, object]], who: str, now: datetime) -> list[Contact]:
    """These contacts with these fields changed, each change noted; raises RosterProblem for the first that cannot be.

    Whoever wanted no more texts gets them again where the number is written down again.
    """
    unknown = {field for fields in changes.values() for field in fields} - set(ContactEntry.model_fields)
    if unknown:
        raise RosterProblem(min(unknown), "A contact has no such field.")
    contacts = list(session.exec(select(Contact).where(col(Contact.id).in_(list(changes)))))
    before = {contact.id: _written(contact) for contact in contacts}
    stopped = [c for c in contacts if c.phone_fault == STOPPED and "phone" in changes[c.id or 0]]
    values = {c.id: _checked({**c.model_dump(include=set(ContactEntry.model_fields)), **changes[c.id or 0]}) for c in contacts}
    _check_areas(session, {value["area"] for value in values.values()})
    for contact in contacts:
        if values[contact.id]["phone"] != contact.phone:
            contact.phone_fault, contact.verified_at, contact.phone_since = "", None, now
        elif contact in stopped:
            contact.phone_fault = ""
        contact.sqlmodel_update({**values[contact.id], "updated_at": now})
    session.flush()
    lines = [changed(c.id, "change", f, before[c.id][f], after) for c in contacts for f, after in _written(c).items()]
    note(session, [*lines, *(changed(c.id, "start", "phone_fault", STOPPED, "") for c in stopped)], who, now)
    return contacts


def remove(session: Session, contact_id: int, who: str, now: datetime) -> None:
    """Takes the contact off the roster; the row stays for the statements that name it."""
    get(session, contact_id)
    remove_all(session, [contact_id], who, now)


def remove_all(session: Session, contact_ids: Collection[int], who: str, now: datetime) -> None:
    """Takes these contacts off the roster; who is off it already stays as they are."""
    contacts = session.exec(select(Contact).where(col(Contact.id).in_(contact_ids), col(Contact.active))).all()
    for contact in contacts:
        contact.active, contact.updated_at = False, now
    session.flush()
    note(session, [changed(contact.id, "remove", "active", "true", "false") for contact in contacts], who, now)


def restore(session: Session, contact_id: int, who: str, now: datetime) -> Contact:
    """Puts a contact back on the roster; raises RosterProblem where their area is not in use any more."""
    contact = get(session, contact_id)
    _check_areas(session, {contact.area})
    if not contact.active:
        contact.active, contact.updated_at = True, now
        session.flush()
        note(session, [changed(contact.id, "restore", "active", "false", "true")], who, now)
    return contact


def move_up(session: Session, contact_id: int, who: str, now: datetime) -> None:
    """Asks this contact one place earlier; those of the area are numbered anew from 1. Nothing changes for the first."""
    contact = get(session, contact_id)
    beside = select(Contact.id).where(Contact.area == contact.area, col(Contact.active))
    ids = list(session.exec(beside.order_by(col(Contact.place_in_order), col(Contact.id))))
    place = ids.index(contact_id) if contact_id in ids else 0
    if place:
        ids[place - 1 : place + 1] = [contact_id, ids[place - 1]]
        change_all(session, {one or 0: {"place_in_order": n} for n, one in enumerate(ids, 1)}, who, now)


def verify(session: Session, contact_id: int, who: str, now: datetime) -> Contact:
    """Notes that the person behind the number said so."""
    contact = get(session, contact_id)
    before, contact.verified_at, contact.updated_at = contact.verified_at, now, now
    session.flush()
    note(session, [changed(contact.id, "verify", "verified_at", before.isoformat() if before else "", now.isoformat())], who, now)
    return contact


def mark_unusable(session: Session, faults: Mapping[str, str]) -> None:
    """Numbers to which no text can ever go, with the provider's code: they stay for the phone task."""
    for fault in set(faults.values()):
        numbers = [number for number, code in faults.items() if code == fault]
        theirs = col(Contact.phone_index).in_([index_of(vault_of(session), Contact.phone, number) for number in numbers])
        session.execute(update(Contact).where(theirs).values(phone_fault=fault))


def get(session: Session, contact_id: int) -> Contact:
    """The contact, removed or not; raises RosterProblem."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise RosterProblem("contact", "There is no contact {id}.", id=contact_id)
    return contact


def _checked(values: Json) -> Json:
    """The values with a normalised number; raises RosterProblem naming the field."""
    name, role = str(values["name"]).strip(), str(values["role"])
    if not 1 <= len(name) <= 64:
        raise RosterProblem("name", "A contact needs a name of at most {most} characters.", most=64)
    if role not in list(Role):
        raise RosterProblem("role", "There is no such role in the roster; known are: {known}.", known=", ".join(Role))
    return {**values, "name": name, "role": Role(role).value, "phone": normalise(values["phone"])}


def _check_areas(session: Session, codes: Collection[str]) -> None:
    known = session.exec(select(col(Area.code)).where(col(Area.code).in_(codes), col(Area.retired_at).is_(None)))
    if set(codes) - set(known):
        raise RosterProblem("area", "The roster has no such area.")


def _written(contact: Contact) -> dict[str, str]:
    return {field: str(getattr(contact, field) or "") for field in ContactEntry.model_fields}
