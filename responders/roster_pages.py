"""The roster in the browser: its keepers see which communities can be reached, and write who knows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session, col, select

from cases import trail
from cases.door import Door, Visitor
from cases.house import house_of
from cases.problem import N_, FieldFault, Problem, faults_of
from cases.typed import FormTyped, Typed, filled
from contacts import roster
from contacts.coverage import Coverage, coverage_of
from contacts.problem import RosterProblem
from contacts.roster import Area, AreaKind, Contact, ContactEntry

router = APIRouter(include_in_schema=False)
Keeper = Annotated[Visitor, Depends(Door("keeper", "admin"))]
NO_AREA = N_("There is no such area in the roster.")
EMPTIED = {"phone": "", "note": "", "left_on": None, "away_until": None}
FIELDS = frozenset(ContactEntry.model_fields) - {"area"}


@dataclass
class Written:
    """What a keeper typed and what is wrong with it; empty when the page is just opened."""

    typed: Typed = field(default_factory=dict)
    faults: Sequence[FieldFault] = ()


@router.get("/roster")
def show_roster(request: Request, visitor: Keeper, q: str = "", town: str = "", unreached: bool = False) -> Response:
    """Communities with their counts: found by words, of one town, or those where nobody can be reached."""
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        towns = session.exec(select(Area).where(Area.kind == AreaKind.TOWN.value).order_by(col(Area.code))).all()
        rows = coverage_of(session, _areas(session, q[:64], town), now)
    shown = [row for row in rows if not unreached or not row.reachable]
    values = {"towns": towns, "rows": shown, "q": q, "town": town, "unreached": unreached, "total": _total(rows)}
    page: Response = house.page(request, "contacts/roster.html", visitor=visitor, **values)
    return page


def _areas(session: Session, words: str, town: str) -> Sequence[Area]:
    if words.strip():
        return [area for area in roster.find_areas(session, words) if area.kind == AreaKind.COMMUNITY]
    found = select(Area).where(Area.kind == AreaKind.COMMUNITY.value).order_by(col(Area.code))
    return session.exec(found.where(Area.parent == town) if town else found).all()


def _total(rows: Sequence[Coverage]) -> dict[str, int]:
    return {
        "areas": len(rows),
        "contacts": sum(row.contacts for row in rows),
        "reachable": sum(row.reachable for row in rows),
        "unreached": sum(not row.reachable for row in rows),
    }


@router.get("/roster/{code}")
def show_area(request: Request, code: str, visitor: Keeper) -> Response:
    """The people of one community, those away or gone included."""
    return _area_page(request, visitor, code, Written())


def _area_page(request: Request, visitor: Visitor, code: str, written: Written) -> Response:
    house, now = house_of(request), house_of(request).now()
    with house.database.read() as session:
        area = _area(session, code)
        town = session.get(Area, area.parent) if area.parent else None
        people = session.exec(
            select(Contact).where(Contact.area == code, col(Contact.active)).order_by(col(Contact.place_in_order), col(Contact.id))
        ).all()
        serving = {contact.id for contact in roster.serving(session, code, now)}
    values = {"area": area, "town": town, "people": people, "serving": serving, "written": written}
    status = 422 if written.faults else 200
    page: Response = house.page(request, "contacts/area.html", status=status, visitor=visitor, **values)
    return page


def _area(session: Session, code: str) -> Area:
    area = session.get(Area, code)
    if area is None:
        raise Problem([FieldFault("area", "unknown_area", NO_AREA)], 404)
    return area


@router.post("/roster/{code}/add")
def add_contact(request: Request, code: str, visitor: Keeper, typed: FormTyped) -> Response:
    """A new contact; with faults the form comes back as it was typed."""
    house, now = house_of(request), house_of(request).now()
    try:
        entry = ContactEntry.model_validate({"area": code, **_entered(typed)})
        with house.database.write() as session:
            contact = roster.add(session, entry, visitor.username, now)
            _note(session, visitor, "roster_add", contact, now)
    except (ValidationError, RosterProblem) as problem:
        return _area_page(request, visitor, code, Written(typed, _faults(problem)))
    return RedirectResponse(f"/roster/{code}?said=added", 303)


def _entered(typed: Typed) -> dict[str, Any]:
    return {name: value for name, value in filled(typed).items() if name in FIELDS}


def _faults(problem: ValidationError | RosterProblem) -> Sequence[FieldFault]:
    if isinstance(problem, ValidationError):
        return faults_of(problem)
    return [FieldFault(problem.field, "roster", problem.message, problem.params)]


def _note(session: Session, visitor: Visitor, action: str, contact: Contact, now: datetime) -> None:
    line = {"at": now, "action": action, "actor": "person", "who": visitor.username, "unit": visitor.unit}
    trail.write(session, [{**line, "details": {"contact": contact.id, "area": contact.area}}])


@router.get("/roster/{code}/{contact}")
def show_contact(request: Request, code: str, contact: int, visitor: Keeper) -> Response:
    """One contact: the form filled in, and how the entry changed."""
    house = house_of(request)
    with house.database.read() as session:
        entry = _contact(session, code, contact).model_dump(include=set(FIELDS))
    typed = {name: str(value) for name, value in entry.items() if value is not None}
    return _contact_page(request, visitor, code, contact, Written(typed))


def _contact(session: Session, code: str, contact: int) -> Contact:
    try:
        found = roster.get(session, contact)
    except RosterProblem as problem:
        raise Problem([FieldFault("contact", "unknown_contact", problem.message, problem.params)], 404) from None
    if found.area != code:
        raise Problem([FieldFault("area", "unknown_area", NO_AREA)], 404)
    return found


def _contact_page(request: Request, visitor: Visitor, code: str, contact: int, written: Written) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        person, area = _contact(session, code, contact), _area(session, code)
        changes = roster.history(session, contact)
    values = {"person": person, "area": area, "changes": changes, "written": written}
    status = 422 if written.faults else 200
    page: Response = house.page(request, "contacts/contact.html", status=status, visitor=visitor, **values)
    return page


@router.post("/roster/{code}/{contact}")
def change_contact(request: Request, code: str, contact: int, visitor: Keeper, typed: FormTyped) -> Response:
    """Changes the entry; every changed field is noted with who changed it."""
    house, now = house_of(request), house_of(request).now()
    try:
        entered = {**EMPTIED, **_entered(typed)}
        entry = ContactEntry.model_validate({"area": code, **entered}).model_dump(include=set(entered))
        with house.database.write() as session:
            _contact(session, code, contact)
            _note(session, visitor, "roster_change", roster.change(session, contact, entry, visitor.username, now), now)
    except (ValidationError, RosterProblem) as problem:
        return _contact_page(request, visitor, code, contact, Written(typed, _faults(problem)))
    return RedirectResponse(f"/roster/{code}?said=changed", 303)


@router.post("/roster/{code}/{contact}/remove")
def remove_contact(request: Request, code: str, contact: int, visitor: Keeper) -> Response:
    """Takes somebody off the roster; what they said stays."""
    house, now = house_of(request), house_of(request).now()
    with house.database.write() as session:
        person = _contact(session, code, contact)
        roster.remove(session, contact, visitor.username, now)
        _note(session, visitor, "roster_remove", person, now)
    return RedirectResponse(f"/roster/{code}?said=removed", 303)
