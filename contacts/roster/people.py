"""Finding contacts: by the state of their number, by name, by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from cases.names import comparison_form, mended
from contacts.phone_numbers import normalise
from contacts.roster.contact_status import TO_PROVE, ContactStatus, contact_statuses
from contacts.roster.roster import Area, Contact
from storage.problem import RosterProblem
from storage.row_encryption import index_of
from storage.vault import vault_of

SHOWN = 50
SAME_SHOWN = 5
UNSURE = "unsure"  # the two kinds that are to be proven, together


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom a list shows: of one town, with one kind of number, only those who are away. Empty: everybody."""

    town: str = ""
    number: str = ""
    away: bool = False

    def fits(self, one: ContactStatus) -> bool:
        """Whether this person is among them, the town left aside."""
        kinds = TO_PROVE if self.number == UNSURE else (self.number,)
        return (not self.number or one.number in kinds) and not (self.away and one.serving)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of people with the names of their areas, and how many there are on all pages."""

    rows: Sequence[tuple[ContactStatus, str]]
    total: int
    pages: int = 1


def listed(session: Session, wanted: PeopleFilter, now: datetime, page: int = 1) -> Found:
    """A page of the people wanted, by area and order. Two queries for any number of people."""
    areas = select(Area.code, Area.name).where(col(Area.retired_at).is_(None))
    if wanted.town:
        areas = areas.where(or_(Area.parent == wanted.town, Area.code == wanted.town))
    names = dict(session.exec(areas).all())
    people = [
        one
        for one in contact_statuses(session, now, list(names) if wanted.town else None)
        if wanted.fits(one) and one.area in names
    ]
    start = (page - 1) * SHOWN
    return Found([(one, names[one.area]) for one in people[start : start + SHOWN]], len(people), max(1, -(-len(people) // SHOWN)))


def search(session: Session, words: str, now: datetime) -> Found:
    """People whose name holds these words, or who have this number; at most SHOWN."""
    sought = mended(words)
    try:
        number, tail = normalise(sought), ""
    except RosterProblem:
        digits = "".join(filter(str.isdigit, sought))
        number, tail = "", digits if len(digits) >= 4 else ""
    names = dict(session.exec(select(Area.code, Area.name)).all())
    # Names are sealed, so the roster is looked through here; it has a few thousand people at most.
    fits = [one for one in contact_statuses(session, now) if _is(one, sought, number, tail)]
    rows = [(one, names[one.area]) for one in fits[:SHOWN]]
    return Found(rows, len(rows))


def _is(one: ContactStatus, sought: str, number: str, tail: str) -> bool:
    by_number = bool(number and one.phone == number) or bool(tail and one.phone.endswith(tail))
    return by_number or comparison_form(sought) in comparison_form(one.name)


def next_to_prove(session: Session, after: int, now: datetime) -> ContactStatus | None:
    """The next person in office, after this one by area and order, whose number is to be proven; around to the first."""
    people = contact_statuses(session, now)
    start = next((place for place, one in enumerate(people, 1) if one.id == after), 0)
    others = [*people[start:], *people[:start]]
    return next((one for one in others if one.serving and one.number in TO_PROVE and one.id != after), None)


def with_number(session: Session, person: Contact) -> Sequence[tuple[Contact, Area]]:
    """Others on the roster with the same number: the same person elsewhere, or a slip."""
    if not person.phone:
        return []
    found = select(Contact, Area).join(Area, col(Area.code) == col(Contact.area))
    same = Contact.phone_index == index_of(vault_of(session), Contact.phone, person.phone)
    found = found.where(same, col(Contact.active), col(Contact.id) != person.id)
    return session.exec(found.order_by(col(Contact.id)).limit(SAME_SHOWN)).all()
