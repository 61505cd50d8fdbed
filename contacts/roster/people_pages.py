"""/roster/people and /roster/{code}/{contact}: lists of contacts, and one contact's entry with its history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session

from access.principal import Principal
from contacts.phone_numbers import dialled
from contacts.roster import areas, number_checks, people, roster
from contacts.roster.changes import area_names, grouped
from contacts.roster.contact_status import FRESH, number_state, serves, sure_at, today
from contacts.roster.history import history
from contacts.roster.keeper_forms import FIELDS, Keeper, Written, area_of, changers, contact_of, entered, faults_in, note, show
from contacts.roster.people import PeopleFilter
from contacts.roster.roster import ContactEntry
from storage.json import Json
from storage.problem import FieldFault, RosterProblem
from web.context import context_of
from web.form_data import FormTyped

router = APIRouter(include_in_schema=False)
EMPTIED = {"phone": "", "note": "", "left_on": None, "away_until": None}


@router.get("/roster/people")
def show_people(
    request: Request, principal: Keeper, town: str = "", number: str = "", away: bool = False, page: Annotated[int, Query(ge=1)] = 1
) -> Response:
    """Everybody, or those of one town, with one kind of number, or those who are away; page by page."""
    context = context_of(request)
    with context.database.read() as session:
        found = people.listed(session, PeopleFilter(town, number, away), context.now(), page)
        towns = areas.towns(session)
    filters = {"town": town, "number": number, "away": away}
    return show(
        request, principal, "people", found=found, towns=towns, filters=filters, page=page, days=FRESH.days, words_sought=""
    )


@router.post("/roster/people")
def search_people(request: Request, principal: Keeper, form_data: FormTyped) -> Response:
    """Somebody by name or number. Sent as a form, so that neither stands in an address; the search is recorded."""
    context, sought = context_of(request), form_data.get("words", "").strip()[:64]
    if not sought:
        return RedirectResponse("/roster/people", 303)
    with context.database.write() as session:
        found = people.search(session, sought, context.now())
        towns = areas.towns(session)
        note(session, principal, "roster_search", context.now(), found=len(found.rows))
    filters = {"town": "", "number": "", "away": False}
    return show(
        request, principal, "people", found=found, towns=towns, filters=filters, page=1, days=FRESH.days, words_sought=sought
    )


@router.get("/roster/people/next")
def show_next(request: Request, principal: Keeper, after: int = 0) -> Response:
    """Leads to the next person whose number is to be checked, by community and order."""
    context = context_of(request)
    with context.database.read() as session:
        found = people.next_to_prove(session, after, context.now())
    return RedirectResponse(f"/roster/{found.area}/{found.id}" if found else "/roster/people?flash=all_proven", 303)


@router.get("/roster/{code}/{contact:int}")
def show_contact(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """One person: the form filled in, whether the number is right, and how the entry changed."""
    return contact_page(request, principal, code, contact, Written())


def contact_page(request: Request, principal: Principal, code: str, contact: int, written: Written) -> Response:
    """The page of one person, with what was typed into one of its forms and is wrong. The look is recorded."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        contact_of(session, code, contact)
        note(session, principal, "roster_look", now, contact=contact, area=code)
    with context.database.read() as session:
        person, area = contact_of(session, code, contact), area_of(session, code)
        values = {"person": person, "area": area, **number_card(session, contact, context.now())}
        lines = history(session, contact)
        changes, same = grouped(lines), people.with_number(session, person)
        values |= {"area_names": area_names(session, changes), "names": changers(session, changes)}
    there = {name: str(value) for name, value in person.model_dump(include=set(FIELDS)).items() if value is not None}
    there["phone"] = dialled(person.phone)
    entry = written if written.form == "entry" else Written(there, form="entry")
    more = {
        "history": changes,
        "same": same,
        "entry": entry,
        "serving": serves(person.left_on, person.away_until, today(now)),
    }
    return show(request, principal, "contact", written, **values, **more, earlier=lines.more, days=FRESH.days)


def number_card(session: Session, contact: int, now: datetime) -> Json:
    """How far the number can be trusted, and what became of the newest check of it."""
    person = roster.get(session, contact)
    checked, waiting = number_checks.last_check(session, contact), number_checks.open_check(session, person, now)
    known = {"state": number_state(person, now), "sure_at": sure_at(person), "waiting": waiting, "tries": number_checks.TRIES}
    return {"number": {**known, "check": checked[0] if checked else None, "alert": checked[1] if checked else None}}


@router.post("/roster/{code}/{contact:int}")
def change_contact(request: Request, code: str, contact: int, principal: Keeper, form_data: FormTyped) -> Response:
    """Changes the entry; every changed field is noted with who changed it."""
    context, now = context_of(request), context_of(request).now()
    try:
        fields = {**EMPTIED, **entered(form_data)}
        entry = ContactEntry.model_validate({"area": code, **fields}).model_dump(include=set(fields))
        with context.database.write() as session:
            contact_of(session, code, contact)
            roster.change(session, contact, entry, principal.username, now)
            note(session, principal, "roster_change", now, contact=contact, area=code)
    except (ValidationError, RosterProblem) as problem:
        return contact_page(request, principal, code, contact, Written(form_data, faults_in(problem), "entry"))
    return _back(code, contact, "changed")


def _back(code: str, contact: int, said: str) -> Response:
    return RedirectResponse(f"/roster/{code}/{contact}?flash={said}", 303)


@router.post("/roster/{code}/{contact:int}/move")
def move_contact(request: Request, code: str, contact: int, principal: Keeper, form_data: FormTyped) -> Response:
    """Gives somebody to another community, named by its code or its name."""
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            contact_of(session, code, contact)
            area = areas.named(session, form_data.get("to", ""))
            roster.change(session, contact, {"area": area.code}, principal.username, now)
            note(session, principal, "roster_change", now, contact=contact, area=area.code)
    except RosterProblem as problem:
        return contact_page(request, principal, code, contact, Written(form_data, _at("to", problem), "move"))
    return _back(area.code, contact, "moved")


def _at(field: str, problem: RosterProblem) -> Sequence[FieldFault]:
    return faults_in(RosterProblem(field, problem.message, **problem.params))


@router.post("/roster/{code}/{contact:int}/remove")
def remove_contact(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """Takes somebody off the roster; what they said stays."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        contact_of(session, code, contact)
        roster.remove(session, contact, principal.username, now)
        note(session, principal, "roster_remove", now, contact=contact, area=code)
    return RedirectResponse(f"/roster/{code}?flash=removed", 303)


@router.post("/roster/{code}/{contact:int}/restore")
def restore_contact(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """Puts somebody back on the roster."""
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            contact_of(session, code, contact)
            roster.restore(session, contact, principal.username, now)
            note(session, principal, "roster_restore", now, contact=contact, area=code)
    except RosterProblem as problem:
        return contact_page(request, principal, code, contact, Written({}, faults_in(problem), "restore"))
    return _back(code, contact, "restored")
