"""The people of the roster: lists by what is wrong with their numbers, and one person's entry with its history."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from access.principal import Visitor
from contacts.phone_numbers import dialled
from contacts.roster import areas, number_checks, people, roster
from contacts.roster.changes import area_names, grouped
from contacts.roster.contact_status import FRESH, number_state, serves, sure_at, today
from contacts.roster.history import history
from contacts.roster.keeper_forms import FIELDS, Keeper, Written, area_of, changers, contact_of, entered, faults_in, note, show
from contacts.roster.people import Wanted
from contacts.roster.roster import ContactEntry
from storage.problem import RosterProblem
from web.context import house_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
EMPTIED = {"phone": "", "note": "", "left_on": None, "away_until": None}


@router.get("/roster/people")
def show_people(
    request: Request, visitor: Keeper, town: str = "", number: str = "", away: bool = False, page: Annotated[int, Query(ge=1)] = 1
) -> Response:
    """Everybody, or those of one town, with one kind of number, or those who are away; page by page."""
    house = house_of(request)
    with house.database.read() as session:
        found = people.listed(session, Wanted(town, number, away), house.now(), page)
        towns = areas.towns(session)
    filters = {"town": town, "number": number, "away": away}
    return show(request, visitor, "people", found=found, towns=towns, filters=filters, page=page, days=FRESH.days, words_sought="")


@router.post("/roster/people")
def search_people(request: Request, visitor: Keeper, typed: FormTyped) -> Response:
    """Somebody by name or number. Sent as a form, so that neither stands in an address; the search is recorded."""
    house, sought = house_of(request), typed.get("words", "").strip()[:64]
    if not sought:
        return RedirectResponse("/roster/people", 303)
    with house.database.write() as session:
        found = people.search(session, sought, house.now())
        towns = areas.towns(session)
        note(session, visitor, "roster_search", house.now(), found=len(found.rows))
    filters = {"town": "", "number": "", "away": False}
    return show(request, visitor, "people", found=found, towns=towns, filters=filters, page=1, days=FRESH.days, words_sought=sought)


@router.get("/roster/people/next")
def show_next(request: Request, visitor: Keeper, after: int = 0) -> Response:
    """Leads to the next person whose number is to be checked, by community and order."""
    house = house_of(request)
    with house.database.read() as session:
        found = people.next_to_prove(session, after, house.now())
    return RedirectResponse(f"/roster/{found.area}/{found.id}" if found else "/roster/people?said=all_proven", 303)


@router.get("/roster/{code}/{contact:int}")
def show_contact(request: Request, code: str, contact: int, visitor: Keeper) -> Response:
    """One person: the form filled in, whether the number is right, and how the entry changed."""
    house = house_of(request)
    with house.database.write() as session:
        contact_of(session, code, contact)
        note(session, visitor, "roster_look", house.now(), contact=contact, area=code)
    return contact_page(request, visitor, code, contact, Written())


def contact_page(request: Request, visitor: Visitor, code: str, contact: int, written: Written) -> Response:
    """The page of one person, with what was typed into one of its forms and is wrong."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        person, area = contact_of(session, code, contact), area_of(session, code)
        values = {"person": person, "area": area, **number_card(session, contact, house.now())}
        changes, same = grouped(history(session, contact)), people.with_number(session, person)
        values |= {"area_names": area_names(session, changes), "names": changers(session, changes)}
    there = {name: str(value) for name, value in person.model_dump(include=set(FIELDS)).items() if value is not None}
    there["phone"] = dialled(person.phone)
    entry = written if written.form == "entry" else Written(there, form="entry")
    more = {"history": changes, "same": same, "entry": entry, "serving": serves(person.left_on, person.away_until, today(now))}
    return show(request, visitor, "contact", written, **values, **more, days=FRESH.days)


def number_card(session: Session, contact: int, now: Any) -> dict[str, Any]:
    """How far the number can be trusted, and what became of the newest check of it."""
    person = roster.get(session, contact)
    checked, waiting = number_checks.last_check(session, contact), number_checks.open_check(session, person, now)
    known = {"state": number_state(person, now), "sure_at": sure_at(person), "waiting": waiting, "tries": number_checks.TRIES}
    return {"number": {**known, "check": checked[0] if checked else None, "alert": checked[1] if checked else None}}


@router.post("/roster/{code}/{contact:int}")
def change_contact(request: Request, code: str, contact: int, visitor: Keeper, typed: FormTyped) -> Response:
    """Changes the entry; every changed field is noted with who changed it."""
    house, now = house_of(request), house_of(request).now()
    try:
        fields = {**EMPTIED, **entered(typed)}
        entry = ContactEntry.model_validate({"area": code, **fields}).model_dump(include=set(fields))
        with house.database.write() as session:
            contact_of(session, code, contact)
            roster.change(session, contact, entry, visitor.username, now)
            note(session, visitor, "roster_change", now, contact=contact, area=code)
    except (ValidationError, RosterProblem) as problem:
        return contact_page(request, visitor, code, contact, Written(typed, faults_in(problem), "entry"))
    return _back(code, contact, "changed")


def _back(code: str, contact: int, said: str) -> Response:
    return RedirectResponse(f"/roster/{code}/{contact}?said={said}", 303)


@router.post("/roster/{code}/{contact:int}/move")
def move_contact(request: Request, code: str, contact: int, visitor: Keeper, typed: FormTyped) -> Response:
    """Gives somebody to another community, named by its code or its name."""
    house, now = house_of(request), house_of(request).now()
    try:
        with house.database.write() as session:
            contact_of(session, code, contact)
            area = areas.named(session, typed.get("to", ""))
            roster.change(session, contact, {"area": area.code}, visitor.username, now)
            note(session, visitor, "roster_change", now, contact=contact, area=area.code)
    except RosterProblem as problem:
        return contact_page(request, visitor, code, contact, Written(typed, _at("to", problem), "move"))
    return _back(area.code, contact, "moved")


def _at(field: str, problem: RosterProblem) -> Sequence[Any]:
    return faults_in(RosterProblem(field, problem.message, **problem.params))


@router.post("/roster/{code}/{contact:int}/remove")
def remove_contact(request: Request, code: str, contact: int, visitor: Keeper) -> Response:
    """Takes somebody off the roster; what they said stays."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        contact_of(session, code, contact)
        roster.remove(session, contact, visitor.username, now)
        note(session, visitor, "roster_remove", now, contact=contact, area=code)
    return RedirectResponse(f"/roster/{code}?said=removed", 303)


@router.post("/roster/{code}/{contact:int}/restore")
def restore_contact(request: Request, code: str, contact: int, visitor: Keeper) -> Response:
    """Puts somebody back on the roster."""
    house, now = house_of(request), house_of(request).now()
    try:
        with house.database.write() as session:
            contact_of(session, code, contact)
            roster.restore(session, contact, visitor.username, now)
            note(session, visitor, "roster_restore", now, contact=contact, area=code)
    except RosterProblem as problem:
        return contact_page(request, visitor, code, contact, Written({}, faults_in(problem), "restore"))
    return _back(code, contact, "restored")
