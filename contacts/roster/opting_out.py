"""Opting out: contacts who replied STOP get no texts until START, an answer, or a saved entry."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from contacts.phone_numbers import normalise
from contacts.roster.history import changed, note
from contacts.roster.roster import Contact
from contacts.sms.provider import STOPPED
from storage.problem import RosterProblem
from storage.row_encryption import index_of
from storage.vault import vault_of


def stop(session: Session, number: str, now: datetime) -> int:
    """Whoever has this number gets no more texts; how many people of the roster that are."""
    people = [one for one in _with(session, number) if one.phone_fault != STOPPED]
    _write(session, people, "stop", STOPPED, now)
    return len(people)


def resume(session: Session, number: str, now: datetime) -> int:
    """A text came from this number by which its owner wants to be reached: whatever kept texts from it is forgotten."""
    people = [one for one in _with(session, number) if one.phone_fault]
    _write(session, people, "start", "", now)
    return len(people)


def stopped_among(session: Session, numbers: Collection[str]) -> set[str]:
    """Those of these numbers to which no text may go because their owner said so. One query, none without numbers."""
    if not numbers:
        return set()
    vault = vault_of(session)
    by_index = {index_of(vault, Contact.phone, number): number for number in numbers}
    there = col(Contact.phone_index).in_(by_index), Contact.phone_fault == STOPPED
    return {by_index[index] for index in session.exec(select(Contact.phone_index).where(*there))}


def _with(session: Session, number: str) -> list[Contact]:
    """Everybody with this number, off the roster too: put back on it, they still want no texts."""
    try:
        number = normalise(number)
    except RosterProblem:
        number = ""
    if not number:
        return []
    index = index_of(vault_of(session), Contact.phone, number)
    found = select(Contact).where(Contact.phone_index == index).order_by(col(Contact.id))
    return list(session.exec(found.with_for_update()))


def _write(session: Session, people: list[Contact], what: str, fault: str, now: datetime) -> None:
    lines = [changed(one.id, what, "phone_fault", one.phone_fault, fault) for one in people]
    for one in people:
        one.phone_fault = fault
    session.flush()
    if people:
        note(session, lines, f"contact:{people[0].id}", now)
