"""Applications for permissions in the browser: applied for by the unit, checked by the data office, approved by the holder."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Door
from access.principal import Visitor
from access.refusals import NotAllowed
from access.units import all_units
from administrators.changes import Act, changes_of, note_changes
from administrators.permissions import permissions
from administrators.permissions.application_forms import AT_ONCE, grants_of, listed, read_wish
from administrators.permissions.grant_pages import Picked
from administrators.permissions.permissions import Wanted
from cases.grants.applications import (
    NO_APPLICATION,
    TABLE,
    Application,
    Step,
    apply_for,
    make_step,
    may_see,
    open_steps,
    parties_of,
)
from cases.grants.grants import Grant
from storage.problem import FieldFault, Problem
from web.context import House, house_of
from web.form_data import FormTyped, Typed

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, Depends(Door("asker", "clerk", "supervisor", "admin"))]
Asker = Annotated[Visitor, Depends(Door("asker"))]
Supervisor = Annotated[Visitor, Depends(Door("supervisor"))]


@router.get("/permissions")
def list_applications(request: Request, visitor: Anybody, show: str = "") -> Response:
    """What this reader has to do with: the own unit's applications and permissions, those to check, those to approve."""
    house = house_of(request)
    with house.database.read() as session:
        applications = listed(session, visitor, show == "all")
        grants = grants_of(session, visitor.unit) if "asker" in visitor.roles else []
        values = {"units": all_units(session), "names": names_of(session, (one.applied_by for one in applications))}
    known = {"applications": applications, "grants": _by_matter(grants), "all": show == "all", "today": house.today()}
    return house.page(
        request, "administrators/permissions.html", visitor=visitor, catalogue=house.rulebook.catalogue, **known, **values
    )


@router.get("/permissions/in-force")
def list_in_force(request: Request, visitor: Supervisor, asked: Annotated[Wanted, Depends()]) -> Response:
    """What every unit may ask today, found by unit, matter and item."""
    house = house_of(request)
    wanted, today = replace(asked, state="valid"), house.today()
    with house.database.read() as session:
        grants, more = permissions.listed(session, wanted, today)
        values = {"units": all_units(session), "catalogue": house.rulebook.catalogue, "more": more}
    known = {"wanted": wanted, "soon": today + permissions.SOON, "rows": _by_matter(grants)}
    return house.page(request, "administrators/permissions_in_force.html", visitor=visitor, **values, **known)


def _by_matter(grants: Sequence[Grant]) -> list[tuple[str, str, date, list[str]]]:
    """Unit, matter, last day, and the items that may be asked so long for it."""
    rows: dict[tuple[str, str, date], list[str]] = {}
    for grant in grants:
        rows.setdefault((grant.unit, grant.matter, grant.until), []).append(grant.item)
    return [(*key, items) for key, items in rows.items()]


@router.get("/permissions/new")
def begin_applying(request: Request, visitor: Asker, matter: str = "") -> Response:
    """First the matter, then the items that it may ask."""
    until = date(house_of(request).today().year + 1, 12, 31)
    return _apply_page(request, visitor, {"matter": matter[:64], "until": str(until)})


def _apply_page(
    request: Request, visitor: Visitor, typed: Typed, faults: Sequence[FieldFault] = (), picked: Sequence[str] = ()
) -> Response:
    house = house_of(request)
    catalogue = house.rulebook.catalogue
    with house.database.read() as session:
        units = all_units(session)
        given = {(grant.item, grant.matter): grant for grant in grants_of(session, visitor.unit)}
    matter = catalogue.matters.get(typed.get("matter", ""))
    values: dict[str, Any] = {"catalogue": catalogue, "matter": matter, "units": units, "given": given, "today": house.today()}
    status = 422 if faults else 200
    return house.page(
        request,
        "administrators/permissions_new.html",
        status=status,
        visitor=visitor,
        typed=typed,
        faults=faults,
        picked=set(picked),
        **values,
    )


@router.post("/permissions/new")
def send_application(request: Request, visitor: Asker, typed: FormTyped, picked: Picked) -> Response:
    """One application for each ticked item; with faults the form comes back as it was typed."""
    house, now = house_of(request), house_of(request).now()
    wish, faults = read_wish(visitor.unit, typed, picked[:AT_ONCE], house.rulebook.catalogue, house.today())
    if wish is None or not visitor.csrf:
        return _apply_page(request, visitor, typed, faults, picked)
    with house.database.write() as session:
        made = apply_for(session, wish, visitor.username, now, house.rulebook)
        acts = [Act("application", str(one.id), "apply", {"state": (None, one.state)}, wish.file_note) for one in made]
        note_changes(session, visitor, now, *acts)
    return RedirectResponse(f"/permissions?said={'applied' if made else 'applied_before'}", 303)


@router.get("/permissions/{number:int}")
def show_application(request: Request, number: int, visitor: Anybody) -> Response:
    """One application with its history, and what this reader may do with it."""
    return _one_page(request, visitor, number, "", {}, ())


def _one_page(request: Request, visitor: Visitor, number: int, step: str, typed: Typed, faults: Sequence[FieldFault]) -> Response:
    house = house_of(request)
    with house.database.read() as session:
        application = _seen(session, number, visitor)
        parties = parties_of(session, application, visitor.unit, visitor.roles, visitor.username)
        changes = changes_of(session, "application", str(number))
        names = names_of(session, {application.applied_by, application.decided_by, *(one.who for one in changes)})
        values = {"changes": changes, "names": names, "units": all_units(session), "application": application}
    known = {"steps": open_steps(application, parties, visitor.username), "tried": step, "typed": typed, "faults": faults}
    status = 422 if faults else 200
    return house.page(
        request,
        "administrators/permission.html",
        status=status,
        visitor=visitor,
        catalogue=house.rulebook.catalogue,
        **values,
        **known,
    )


def _seen(session: Session, number: int, visitor: Visitor) -> Application:
    application = session.get(Application, number) if number < 2**62 else None
    if application is None or not may_see(application, visitor.unit, visitor.roles):
        raise Problem([FieldFault("application", "unknown", NO_APPLICATION)], 404)
    return application


@router.post("/permissions/{number:int}/{step}")
def move_application(request: Request, number: int, step: str, visitor: Anybody, typed: FormTyped) -> Response:
    """Makes one step; what was typed is shown again with what is wrong about it."""
    if step not in TABLE:
        raise Problem([FieldFault("step", "unknown", NO_APPLICATION)], 404)
    if not visitor.csrf:
        raise NotAllowed
    try:
        state = _move(house_of(request), visitor, number, step, typed)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _one_page(request, visitor, number, step, typed, problem.faults)
    return RedirectResponse(f"/permissions/{number}?said=application_{state}", 303)


def _move(house: House, visitor: Visitor, number: int, name: str, typed: Typed) -> str:
    now, seen = house.now(), typed.get("seen", "")
    with house.database.write() as session:
        application = _seen(session, number, visitor)
        before = application.state
        parties = parties_of(session, application, visitor.unit, visitor.roles, visitor.username)
        if not any(party in parties for party in TABLE[name]):
            raise NotAllowed
        note, version = typed.get("note", "").strip()[:500], int(seen) if seen.isdecimal() else None
        step = Step(name, visitor.username, parties, version, note, bool(typed.get("conditional")))
        after = make_step(session, number, step, now, house.rulebook)
        note_changes(
            session, visitor, now, Act("application", str(number), f"apply_{name}", {"state": (before, after.state)}, note)
        )
        return after.state
