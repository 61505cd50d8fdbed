"""The roster as an XLSX workbook for download: blank, or filled so that it can be imported again."""

from collections.abc import Callable, Sequence

from sqlmodel import Session, col, select

from contacts.phone_numbers import dialled
from contacts.roster.roster import Area, AreaKind, Contact
from contacts.roster.roster_sheets import AREAS, CONTACTS
from storage.sheets.blank_sheets import workbook


def blank_book(locale: str, say: Callable[..., str]) -> bytes:
    """An XLSX file with an empty sheet of areas and one of contacts."""
    return workbook([(AREAS, ()), (CONTACTS, ())], locale, say)


def filled_book(session: Session, locale: str, say: Callable[..., str], town: str = "") -> tuple[bytes, int]:
    """The roster in use, of one town where it is named, and how many people are in it."""
    used = select(Area).where(col(Area.retired_at).is_(None))
    if town:
        used = used.where((col(Area.code) == town) | (col(Area.parent) == town))
    areas = session.exec(used.order_by(col(Area.kind) != AreaKind.TOWN.value, col(Area.code))).all()
    people = _people(session, [area.code for area in areas] if town else None)
    contacts = [{**person.model_dump(), "phone": dialled(person.phone)} for person in people]
    return workbook([(AREAS, [area.model_dump() for area in areas]), (CONTACTS, contacts)], locale, say), len(contacts)


def _people(session: Session, areas: Sequence[str] | None) -> Sequence[Contact]:
    found = select(Contact).where(col(Contact.active))
    found = found if areas is None else found.where(col(Contact.area).in_(areas))
    return session.exec(found.order_by(Contact.area, col(Contact.place_in_order), col(Contact.id))).all()
