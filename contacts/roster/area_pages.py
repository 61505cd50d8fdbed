"""/roster/{code}: pages to edit a town or community: its entry and its people in order."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlmodel import Session, col, select

from access.principal import Principal
from contacts.roster import areas, roster
from contacts.roster.changes import area_names, grouped
from contacts.roster.contact_status import contact_statuses
from contacts.roster.coverage import coverage_of
from contacts.roster.keeper_forms import Keeper, Written, area_of, changers, contact_of, entered, faults_in, note, show
from contacts.roster.roster import Area, AreaKind, ContactEntry
from storage.problem import RosterProblem
from web.context import context_of
from web.form_data import FormTyped, filled

router = APIRouter(include_in_schema=False)


@router.get("/roster/areas/new")
def show_new_area(request: Request, principal: Keeper, town: str = "") -> Response:
    """The form for a new town or community; `town` is the one it was opened from."""
    return _new_area_page(request, principal, Written({"kind": AreaKind.COMMUNITY.value, "parent": town} if town else {}))


def _new_area_page(request: Request, principal: Principal, written: Written) -> Response:
    with context_of(request).database.read() as session:
        towns = areas.towns(session)
    return show(request, principal, "new_area", written, towns=towns)


@router.post("/roster/areas/new")
def add_area(request: Request, principal: Keeper, form_data: FormTyped) -> Response:
    """A new town or community; with faults the form comes back as it was typed."""
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            area = areas.add(session, {"kind": "", **filled(form_data)}, principal.username, now)
            note(session, principal, "roster_area", now, area=area.code, what="add")
    except RosterProblem as problem:
        return _new_area_page(request, principal, Written(form_data, faults_in(problem)))
    return RedirectResponse(f"/roster/{area.code}?flash=area_added", 303)


@router.get("/roster/{code}")
def show_area(request: Request, code: str, principal: Keeper) -> Response:
    """The people of one area in the order of asking, or the communities of a town; and how its entry changed."""
    return _area_page(request, principal, code, Written())


def _area_page(request: Request, principal: Principal, code: str, written: Written) -> Response:
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        area_of(session, code)
        note(session, principal, "roster_look", now, area=code)
    with context.database.read() as session:
        area = area_of(session, code)
        inside = select(Area).where(Area.parent == code).order_by(col(Area.retired_at).is_not(None), col(Area.code))
        communities = coverage_of(session, session.exec(inside).all(), now) if area.kind == AreaKind.TOWN else []
        towns, people = areas.towns(session), contact_statuses(session, now, [code])
        lines = areas.history(session, code)
        history = grouped(lines)
        named = {"area_names": area_names(session, history), "names": changers(session, history)}
    above = next((town for town in towns if town.code == area.parent), None)
    values = {
        "area": area,
        "town": above,
        "towns": towns,
        "people": people,
        "communities": communities,
    }
    return show(request, principal, "area", written, **values, **named, history=history, earlier=lines.more)


@router.post("/roster/{code}/area")
def change_area(request: Request, code: str, principal: Keeper, form_data: FormTyped) -> Response:
    """Another name, or another town above it."""

    def change(session: Session) -> None:
        areas.change(
            session,
            code,
            {"parent": form_data.get("parent", ""), "area_name": form_data.get("area_name", "")},
            principal.username,
            now,
        )

    now = context_of(request).now()
    return _change_area(request, code, principal, Written(form_data, form="area"), change, "area_changed")


@router.post("/roster/{code}/retire")
def retire_area(request: Request, code: str, principal: Keeper) -> Response:
    """Takes an area out of use, with its people."""

    def change(session: Session) -> None:
        areas.retire(session, code, principal.username, now)

    now = context_of(request).now()
    return _change_area(request, code, principal, Written(form="retire"), change, "area_retired")


@router.post("/roster/{code}/restore")
def restore_area(request: Request, code: str, principal: Keeper) -> Response:
    """Brings an area back into use."""

    def change(session: Session) -> None:
        areas.restore(session, code, principal.username, now)

    now = context_of(request).now()
    return _change_area(request, code, principal, Written(form="retire"), change, "area_restored")


def _change_area(
    request: Request, code: str, principal: Principal, written: Written, change: Callable[[Session], None], said: str
) -> Response:
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            area_of(session, code)
            change(session)
            note(session, principal, "roster_area", now, area=code, what=said.removeprefix("area_"))
    except RosterProblem as problem:
        return _area_page(request, principal, code, Written(written.form_data, faults_in(problem), written.form))
    return RedirectResponse(f"/roster/{code}?flash={said}", 303)


@router.post("/roster/{code}/add")
def add_contact(request: Request, code: str, principal: Keeper, form_data: FormTyped) -> Response:
    """A new contact; with faults the form comes back as it was typed."""
    context, now = context_of(request), context_of(request).now()
    try:
        with context.database.write() as session:
            area_of(session, code)
            contact = roster.add(
                session, ContactEntry.model_validate({"area": code, **entered(form_data)}), principal.username, now
            )
            note(session, principal, "roster_add", now, contact=contact.id, area=code)
    except (ValidationError, RosterProblem) as problem:
        return _area_page(request, principal, code, Written(form_data, faults_in(problem), "add"))
    return RedirectResponse(f"/roster/{code}?flash=added", 303)


@router.post("/roster/{code}/{contact:int}/up")
def ask_earlier(request: Request, code: str, contact: int, principal: Keeper) -> Response:
    """Moves somebody one place up in the order of asking."""
    context, now = context_of(request), context_of(request).now()
    with context.database.write() as session:
        contact_of(session, code, contact)
        roster.move_up(session, contact, principal.username, now)
        note(session, principal, "roster_change", now, contact=contact, area=code)
    return RedirectResponse(f"/roster/{code}?flash=order#people", 303)
