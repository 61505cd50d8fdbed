"""/admin/units: list, new unit, its names, roles and webhook."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from access.accounts import Account
from access.principal import Principal
from access.units import Unit, all_units
from access.webhooks.webhook_calls import fault_words
from access.webhooks.webhook_keys import set_webhook
from access.webhooks.webhook_tests import NO_WEBHOOK, call_for_a_test
from administrators.changes import Act, changes_of, note_changes
from administrators.entry_forms import DOES, UnitEntry, WebhookEntry, unit_faults, unit_of
from administrators.page_frame import PAGE_SIZE, Admin, Proven, known, show
from administrators.units.parents import parent_faults, parents_of
from broker.transports.transport import TransportError
from cases.agents import agent_statuses
from cases.case import IS_OPEN, Case
from cases.grants.grants import Grant
from cases.stations.homecoming import bring_home
from cases.trail.differences import differences, first_values
from storage.problem import N_, FieldFault, faults_of
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
NO_NEWS: Mapping[str, object] = {"secret": "", "tried": None}  # of its own system: a secret shown this once, a call that was tried
NO_UNIT = N_("There is no such unit.")
TAKEN = N_("There is a unit with this code already.")
STILL_ANSWERS = N_("This unit holds open cases. It can stop answering when they are answered.")
STILL_ASKS = N_("This unit has open cases. It can stop asking when they are answered.")
STILL_HOLDS = N_("This unit holds open cases. It can become a station when they are answered.")
CLOSED = N_("This address leads into a network that may not be called. The setting HECHA_WEBHOOK_NETWORKS names those that may.")
TAKEN_CALL = N_("The test call was taken.")
NOBODY = N_("This unit has no address of its own system.")
HOLDS_ITEMS = N_("The catalogue says that this unit answers items. Change the catalogue first.")


@router.get("/admin/units")
def list_units(request: Request, principal: Admin, q: str = "", after: str = "") -> Response:
    """Units by code with how many people and permissions they have, found by code or name."""
    context = context_of(request)
    with context.database.read() as session:
        units = session.exec(_found(q.strip()[:64]).where(col(Unit.code) > after).limit(PAGE_SIZE + 1)).all()
        codes = [unit.code for unit in units]
        people = _counts(session, select(Account.unit, func.count()).where(col(Account.active)), col(Account.unit), codes)
        every = all_units(session)
        grants = _counts(session, select(Grant.unit, func.count()), col(Grant.unit), codes)
    following = units[PAGE_SIZE - 1].code if len(units) > PAGE_SIZE else ""
    values = {"units": units[:PAGE_SIZE], "people": people, "grants": grants, "q": q, "after": after, "following": following}
    values["all_units"] = every
    return show(request, principal, "units", **values)


def _found(words: str) -> SelectOfScalar[Unit]:
    found = select(Unit).order_by(col(Unit.code))
    alike = [col(field).icontains(words, autoescape=True) for field in (Unit.code, Unit.name_zh, Unit.name_en)]
    return found.where(or_(*alike)) if words else found


def _counts(session: Session, counted: Select[str, int], field: Mapped[str], codes: Sequence[str]) -> dict[str, int]:
    return dict(iter(session.exec(counted.where(field.in_(codes)).group_by(field))))


@router.get("/admin/new/unit")
def begin_unit(request: Request, principal: Admin, parent: str = "") -> Response:
    """The empty form; for a station with its unit chosen."""
    return show(request, principal, "unit_new", form_data={"station_of": parent[:32]}, parents=_parents(request))


@router.post("/admin/new/unit")
def add_unit(request: Request, principal: Admin, form_data: FormTyped) -> Response:
    """A new unit, with its queues; with faults the form comes back as it was typed."""
    context, now = context_of(request), context_of(request).now()
    entry, faults = _read(form_data)
    if entry is not None:
        with context.database.write() as session:
            faults += [FieldFault("unit_code", "taken", TAKEN)] if session.get(Unit, entry.unit_code) else []
            faults += parent_faults(all_units(session), entry, held=False)
            if not faults:
                session.add(Unit(**entry.row()))
                session.flush()
                note_changes(session, principal, now, Act("unit", entry.unit_code, "unit_add", first_values(entry.model_dump())))
    if entry is None or faults:
        return show(request, principal, "unit_new", form_data=form_data, faults=faults, parents=_parents(request))
    _declare(request)
    return RedirectResponse(f"/admin/units/{entry.unit_code}?flash=unit_added", 303)


def _declare(request: Request) -> None:
    # Where the post office is away now, the workers make the queues as soon as it is back.
    with suppress(TransportError):
        request.app.state.assembly.declare()


def _read(form_data: FormData, code: str = "") -> tuple[UnitEntry | None, list[FieldFault]]:
    try:
        entry = unit_of(form_data, code)
    except ValidationError as error:
        return None, list(faults_of(error))
    return entry, unit_faults(entry)


@router.get("/admin/units/{code}")
def show_unit(request: Request, code: str, principal: Admin) -> Response:
    """One unit."""
    return _unit_page(request, principal, code)


def _unit_page(
    request: Request,
    principal: Principal,
    code: str,
    form_data: FormData | None = None,
    faults: Sequence[FieldFault] = (),
    news: Mapping[str, object] = NO_NEWS,
) -> Response:
    context, now = context_of(request), context_of(request).now()
    with context.database.read() as session:
        unit = _unit(session, code)
        people = session.exec(select(func.count()).select_from(Account).where(Account.unit == code, col(Account.active))).one()
        granted = session.exec(select(func.count()).select_from(Grant).where(Grant.unit == code)).one()
        machine = next((one for one in agent_statuses(session, now) if one.unit.code == code), None)
        changes, units = changes_of(session, "unit", code), all_units(session)
    items = [item for item in context.rulebook.catalogue.items.values() if item.holder == code]
    shown = form_data if form_data is not None else _typed_of(unit)
    values = {"unit": unit, "people": people, "granted": granted, "machine": machine, "changes": changes, "items": items}
    values |= {"units": units, "parents": [] if items else parents_of(units, code), "stations": units.stations_of(code)}
    return show(request, principal, "unit", **values, form_data=shown, faults=faults, **{**NO_NEWS, **news})


def _in_words(fault: str) -> tuple[bool, str, dict[str, object]]:
    """Whether a test call was taken, with the sentence about it and what fills it."""
    return not fault, *((TAKEN_CALL, {}) if not fault else (NOBODY, {}) if fault == NO_WEBHOOK else fault_words(fault))


def _typed_of(unit: Unit) -> FormData:
    texts = {name: str(getattr(unit, name)) for name in ("name_zh", "name_en", "window_phone", "webhook")}
    return {**texts, "station_of": unit.parent, **{name: "yes" for name in DOES if getattr(unit, name)}}


def _unit(session: Session, code: str) -> Unit:
    return known(session.get(Unit, code), "unit", NO_UNIT)


@router.post("/admin/units/{code}")
def change_unit(request: Request, code: str, principal: Admin, form_data: FormTyped) -> Response:
    """Names, telephone and what the unit does; what is still needed of it is not switched off."""
    context, now = context_of(request), context_of(request).now()
    entry, faults = _read(form_data, code)
    if entry is not None:
        held = any(item.holder == code for item in context.rulebook.catalogue.items.values())
        with context.database.write() as session:
            unit = _unit(session, code)
            faults += [*_still_needed(session, unit, entry, held), *parent_faults(all_units(session), entry, held)]
            changed = differences({**unit.model_dump(), "station_of": unit.parent}, entry.model_dump(exclude={"unit_code"}))
            if not faults and changed:
                unit.sqlmodel_update(entry.row())
                note_changes(session, principal, now, Act("unit", code, "unit_change", changed))
                session.flush()
                bring_home(session, now, context.rulebook)  # of a station that is switched off, or another unit's now
    if entry is None or faults:
        return _unit_page(request, principal, code, form_data, faults)
    _declare(request)
    return RedirectResponse(f"/admin/units/{code}?flash=unit_changed", 303)


def _parents(request: Request) -> list[Unit]:
    with context_of(request).database.read() as session:
        return parents_of(all_units(session), "")


def _still_needed(session: Session, unit: Unit, entry: UnitEntry, held: bool) -> list[FieldFault]:
    faults = []
    if unit.holds and entry.station_of and _any_open(session, col(Case.holder) == unit.code):
        faults.append(FieldFault("station_of", "open_cases", STILL_HOLDS))
    if unit.holds and not entry.answers:
        if held:
            faults.append(FieldFault("answers", "holds_items", HOLDS_ITEMS))
        elif _any_open(session, col(Case.holder) == unit.code):
            faults.append(FieldFault("answers", "open_cases", STILL_ANSWERS))
    if unit.asks and not entry.asks and _any_open(session, col(Case.unit) == unit.code):
        faults.append(FieldFault("asks", "open_cases", STILL_ASKS))
    return faults


def _any_open(session: Session, whose: ColumnElement[bool]) -> bool:
    return session.exec(select(Case.number).where(whose, IS_OPEN).limit(1)).first() is not None


@router.post("/admin/units/{code}/webhook")
def change_webhook(request: Request, code: str, principal: Proven, form_data: FormTyped) -> Response:
    """Where the unit's own system is told of outcomes; a new address has a new secret, shown this once."""
    context, now = context_of(request), context_of(request).now()
    try:
        entry = WebhookEntry(webhook=form_data.get("webhook", ""))
    except ValidationError as error:
        return _unit_page(request, principal, code, {**_known(request, code), **form_data}, faults_of(error))
    if entry.webhook and not context.webhooks.may_call(entry.webhook):
        closed = [FieldFault("webhook", "closed", CLOSED)]
        return _unit_page(request, principal, code, {**_known(request, code), **form_data}, closed)
    with context.database.write() as session:
        unit = _unit(session, code)
        act = Act("unit", code, "webhook_change", {"webhook": (unit.webhook, entry.webhook)})
        secret = set_webhook(session, code, entry.webhook, now)
        note_changes(session, principal, now, act)
    return _unit_page(request, principal, code, news={"secret": secret if entry.webhook else ""})


@router.post("/admin/units/{code}/webhook/test")
def try_webhook(request: Request, code: str, principal: Admin) -> Response:
    """Calls the unit's own system once, with nothing of any case, and says what became of it."""
    context = context_of(request)
    with context.database.read() as session:
        _unit(session, code)
    fault = call_for_a_test(context.database, code, context.webhooks, context.wall())
    return _unit_page(request, principal, code, news={"tried": _in_words(fault)})


def _known(request: Request, code: str) -> FormData:
    with context_of(request).database.read() as session:
        return _typed_of(_unit(session, code))
