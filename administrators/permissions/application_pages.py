"""/permissions: applications for permissions: applied for, checked, approved or refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from access.accounts import names_of
from access.authentication import Authenticated
from access.principal import Principal
from access.refusals import NotAllowed
from access.units import all_units
from administrators.changes import Act, changes_of, note_changes
from administrators.permissions import permissions
from administrators.permissions.application_forms import AT_ONCE, grants_of, listed, read_wish
from administrators.permissions.application_texts import tell_applicant
from administrators.permissions.grant_pages import Picked
from administrators.permissions.permissions import GrantFilter
from cases.grants.applications import (
    NO_APPLICATION,
    NO_STEP,
    TABLE,
    Application,
    Step,
    apply_for,
    decided_lately,
    make_step,
    may_see,
    open_steps,
    parties_of,
)
from cases.grants.grants import Grant
from storage.first_rows import FirstRows
from storage.problem import FieldFault, Problem
from web.context import Context, context_of
from web.form_data import FormData, FormTyped, seen_version

LATELY = timedelta(days=14)  # so long a decision stands above the list
router = APIRouter(include_in_schema=False)
Anybody = Annotated[Principal, Depends(Authenticated("asker", "clerk", "supervisor", "admin"))]
Asker = Annotated[Principal, Depends(Authenticated("asker"))]
Supervisor = Annotated[Principal, Depends(Authenticated("supervisor"))]


@router.get("/permissions")
def list_applications(request: Request, principal: Anybody, show: str = "") -> Response:
    """What this reader has to do with: the own unit's applications and permissions, those to check, those to approve."""
    context = context_of(request)
    with context.database.read() as session:
        applications = listed(session, principal, show == "all")
        asks = "asker" in principal.roles
        grants = grants_of(session, principal.unit) if asks else []
        decided = decided_lately(session, principal.unit, context.now() - LATELY) if asks else FirstRows()
        values = {"units": all_units(session), "names": names_of(session, (one.applied_by for one in applications))}
    known = {
        "applications": applications,
        "decided": decided,
        "grants": _by_matter(grants),
        "all": show == "all",
        "today": context.today(),
    }
    return context.page(
        request, "administrators/permissions.html", principal=principal, catalogue=context.rulebook.catalogue, **known, **values
    )


@router.get("/permissions/in-force")
def list_in_force(request: Request, principal: Supervisor, asked: Annotated[GrantFilter, Depends()]) -> Response:
    """What every unit may ask today, found by unit, matter and item."""
    context = context_of(request)
    wanted, today = replace(asked, state="valid"), context.today()
    with context.database.read() as session:
        grants, more = permissions.listed(session, wanted, today)
        values = {"units": all_units(session), "catalogue": context.rulebook.catalogue, "more": more}
    known = {"wanted": wanted, "soon": today + permissions.SOON, "rows": _by_matter(grants)}
    return context.page(request, "administrators/permissions_in_force.html", principal=principal, **values, **known)


def _by_matter(grants: Sequence[Grant]) -> list[tuple[str, str, date, list[str]]]:
    """Unit, matter, last day, and the items that may be asked so long for it."""
    rows: dict[tuple[str, str, date], list[str]] = {}
    for grant in grants:
        rows.setdefault((grant.unit, grant.matter, grant.until), []).append(grant.item)
    return [(*key, items) for key, items in rows.items()]


@router.get("/permissions/new")
def begin_applying(request: Request, principal: Asker, matter: str = "") -> Response:
    """First the matter, then the items that it may ask."""
    until = date(context_of(request).today().year + 1, 12, 31)
    return _apply_page(request, principal, {"matter": matter[:64], "until": str(until)})


def _apply_page(
    request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = (), picked: Sequence[str] = ()
) -> Response:
    context = context_of(request)
    catalogue = context.rulebook.catalogue
    with context.database.read() as session:
        units = all_units(session)
        given = {(grant.item, grant.matter): grant for grant in grants_of(session, principal.unit)}
    matter = catalogue.matters.get(form_data.get("matter", ""))
    values: dict[str, Any] = {"catalogue": catalogue, "matter": matter, "units": units, "given": given, "today": context.today()}
    values["stages"] = context.rulebook.stages
    status = 422 if faults else 200
    return context.page(
        request,
        "administrators/permissions_new.html",
        status=status,
        principal=principal,
        form_data=form_data,
        faults=faults,
        picked=set(picked),
        **values,
    )


@router.post("/permissions/new")
def send_application(request: Request, principal: Asker, form_data: FormTyped, picked: Picked) -> Response:
    """One application for each ticked item; with faults the form comes back as it was typed."""
    context, now = context_of(request), context_of(request).now()
    wish, faults = read_wish(principal.unit, form_data, picked[:AT_ONCE], context.rulebook.catalogue, context.today())
    if wish is None or not principal.csrf:
        return _apply_page(request, principal, form_data, faults, picked)
    with context.database.write() as session:
        made = apply_for(session, wish, principal.username, now, context.rulebook)
        acts = [Act("application", str(one.id), "apply", {"state": (None, one.state)}, wish.file_note) for one in made]
        note_changes(session, principal, now, *acts)
    return RedirectResponse(f"/permissions?flash={'applied' if made else 'applied_before'}", 303)


@router.get("/permissions/{number:int}")
def show_application(request: Request, number: int, principal: Anybody) -> Response:
    """One application with its history, and what this reader may do with it."""
    return _one_page(request, principal, number, "", {}, ())


def _one_page(
    request: Request, principal: Principal, number: int, step: str, form_data: FormData, faults: Sequence[FieldFault]
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        application = _seen(session, number, principal)
        parties = parties_of(session, application, principal.unit, principal.roles, principal.username)
        changes = changes_of(session, "application", str(number))
        names = names_of(session, {application.applied_by, application.decided_by, *(one.who for one in changes)})
        values = {"changes": changes, "names": names, "units": all_units(session), "application": application}
    known = {
        "stages": context.rulebook.stages,
        "steps": open_steps(application, parties, principal.username),
        "tried": step,
        "form_data": form_data,
        "faults": faults,
    }
    status = 422 if faults else 200
    return context.page(
        request,
        "administrators/permission.html",
        status=status,
        principal=principal,
        catalogue=context.rulebook.catalogue,
        **values,
        **known,
    )


def _seen(session: Session, number: int, principal: Principal) -> Application:
    application = session.get(Application, number) if number < 2**62 else None
    if application is None or not may_see(application, principal.unit, principal.roles):
        raise Problem([FieldFault("application", "unknown", NO_APPLICATION)], 404)
    return application


@router.post("/permissions/{number:int}/{step}")
def move_application(request: Request, number: int, step: str, principal: Anybody, form_data: FormTyped) -> Response:
    """Makes one step; what was typed is shown again with what is wrong about it."""
    if step not in TABLE:
        raise Problem([FieldFault("step", "unknown", NO_STEP)], 404)
    if not principal.csrf:
        raise NotAllowed
    try:
        state = _move(context_of(request), principal, number, step, form_data)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _one_page(request, principal, number, step, form_data, problem.faults)
    return RedirectResponse(f"/permissions/{number}?flash=application_{state}", 303)


def _move(context: Context, principal: Principal, number: int, name: str, form_data: FormData) -> str:
    now = context.now()
    with context.database.write() as session:
        application = _seen(session, number, principal)
        before = application.state
        parties = parties_of(session, application, principal.unit, principal.roles, principal.username)
        if not any(party in parties for party in TABLE[name]):
            raise NotAllowed
        note, version = form_data.get("note", "").strip()[:500], seen_version(form_data) if form_data.get("seen") else None
        step = Step(name, principal.username, parties, version, note, bool(form_data.get("conditional")))
        after = make_step(session, number, step, now, context.rulebook)
        note_changes(
            session, principal, now, Act("application", str(number), f"apply_{name}", {"state": (before, after.state)}, note)
        )
        tell_applicant(session, after, name, now, context.rulebook.calendar)
        return after.state
