"""/admin/grants: which unit may ask which item for which matter, and until when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from access.principal import Principal
from access.units import all_units
from administrators.changes import all_changes
from administrators.page_frame import Admin, Proven, show
from administrators.permissions.permissions import AT_MOST, LONGEST, GrantFilter, give, key_in, listed, set_end, state_of
from administrators.until_field import read_day
from storage.problem import N_, FieldFault, Problem
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
NO_UNIT = N_("Choose a unit that asks.")
NO_MATTER = N_("Choose a matter.")
NO_ITEM = N_("Choose at least one item.")
NOT_ALLOWED = N_("This matter does not allow asking this item.")
SAID = {"grant_extend": "grants_extended", "grant_end": "grants_ended"}
NOTHING = N_("Tick at least one permission in the list.")


async def _read_picked(request: Request) -> list[str]:
    return [value for value in (await request.form()).getlist("picked") if isinstance(value, str)][:AT_MOST]


Picked = Annotated[list[str], Depends(_read_picked)]


@router.get("/admin/grants")
def list_grants(request: Request, principal: Admin, wanted: Annotated[GrantFilter, Depends()]) -> Response:
    """Permissions by unit, found by unit, item, matter and state."""
    return _list_page(request, principal, wanted)


def _list_page(
    request: Request,
    principal: Principal,
    wanted: GrantFilter,
    form_data: FormData | None = None,
    faults: Sequence[FieldFault] = (),
    picked: Sequence[str] = (),
) -> Response:
    context = context_of(request)
    today = context.today()
    with context.database.read() as session:
        grants, more = listed(session, wanted, today)
        units = all_units(session)
        changes = all_changes(session, kind="grant", at_most=10)
    values = {"rows": [(grant, state_of(grant, today)) for grant in grants], "more": more, "units": units, "wanted": wanted}
    next_year = date(today.year + 1, 12, 31)
    values |= {"catalogue": context.rulebook.catalogue, "form_data": form_data or {"until": str(next_year)}, "picked": set(picked)}
    return show(request, principal, "grants", **values, changes=changes, faults=faults)


@router.post("/admin/grants/extend")
def extend_grants(request: Request, principal: Admin, form_data: FormTyped, picked: Picked) -> Response:
    """Another last day for the ticked permissions."""
    context, faults = context_of(request), [] if picked else [FieldFault("picked", "missing", NOTHING)]
    until, wrong = read_day(form_data, context.today(), LONGEST)
    faults += wrong
    if faults:
        return _list_page(request, principal, _wanted_in(form_data), form_data, faults, picked)
    return _end_on(request, principal, form_data, picked, until, "grant_extend")


@router.post("/admin/grants/end")
def end_grants(request: Request, principal: Admin, form_data: FormTyped, picked: Picked) -> Response:
    """The ticked permissions end at once; their rows stay, so that one sees what was allowed when."""
    context = context_of(request)
    if not picked:
        return _list_page(request, principal, _wanted_in(form_data), form_data, [FieldFault("picked", "missing", NOTHING)])
    return _end_on(request, principal, form_data, picked, context.today() - timedelta(days=1), "grant_end")


def _end_on(
    request: Request, principal: Principal, form_data: FormData, picked: Sequence[str], until: date, action: str
) -> Response:
    context, keys = context_of(request), [key_in(text) for text in picked]
    try:
        with context.database.write() as session:
            set_end(session, principal, keys, until, action, context.now())
    except Problem as problem:
        return _list_page(request, principal, _wanted_in(form_data), form_data, problem.faults, picked)
    return RedirectResponse(f"/admin/grants?flash={SAID[action]}", 303)


def _wanted_in(form_data: FormData) -> GrantFilter:
    unit, item, matter, state = (form_data.get(f"in_{name}", "") for name in ("unit", "item", "matter", "state"))
    return GrantFilter(unit, item, matter, state)


@router.get("/admin/new/grants")
def begin_giving(request: Request, principal: Admin, unit: str = "", matter: str = "") -> Response:
    """First the unit and the matter, then the items that this matter may ask."""
    return _giving_page(request, principal, {"unit": unit[:32], "matter": matter[:64]})


def _giving_page(
    request: Request, principal: Principal, form_data: FormData, faults: Sequence[FieldFault] = (), picked: Sequence[str] = ()
) -> Response:
    context = context_of(request)
    catalogue, today = context.rulebook.catalogue, context.today()
    with context.database.read() as session:
        units = {code: unit for code, unit in all_units(session).items() if unit.asks}
        wanted = GrantFilter(unit=form_data.get("unit", ""), matter=form_data.get("matter", ""))
        given: dict[str, Any] = {g.item: g for g in listed(session, wanted, today)[0]} if wanted.unit and wanted.matter else {}
    form_data = {"until": str(date(today.year + 1, 12, 31)), **form_data}
    values = {
        "units": units,
        "catalogue": catalogue,
        "matter": catalogue.matters.get(wanted.matter),
        "given": given,
        "today": today,
    }
    return show(request, principal, "grants_new", **values, form_data=form_data, faults=faults, picked=set(picked))


@router.post("/admin/new/grants")
def give_grants(request: Request, principal: Proven, form_data: FormTyped, picked: Picked) -> Response:
    """Gives the ticked items to the unit for this matter; what it had already gets the new last day."""
    context = context_of(request)
    catalogue = context.rulebook.catalogue
    unit, matter = form_data.get("unit", ""), form_data.get("matter", "")
    items = [item for item in picked if catalogue.allows(matter, item)]
    with context.database.read() as session:
        found = all_units(session).get(unit)
    faults = [] if found and found.asks else [FieldFault("unit", "unknown", NO_UNIT)]
    faults += [] if matter in catalogue.matters else [FieldFault("matter", "unknown", NO_MATTER)]
    if len(items) < max(len(picked), 1):
        faults.append(FieldFault("picked", "not_allowed", NOT_ALLOWED) if items else FieldFault("picked", "missing", NO_ITEM))
    until, wrong = read_day(form_data, context.today(), LONGEST)
    faults += wrong
    if faults:
        return _giving_page(request, principal, form_data, faults, picked)
    with context.database.write() as session:
        give(
            session,
            principal,
            [(unit, item, matter) for item in items],
            until,
            form_data.get("pledged_by", "").strip()[:64],
            context.now(),
        )
    return RedirectResponse(f"/admin/grants?unit={unit}&flash=grants_given", 303)
