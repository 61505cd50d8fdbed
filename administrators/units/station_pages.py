"""/admin/stations: the stations of the units, and the rules that lead questions to them: list, add, change, take away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, select

from access.principal import Principal
from access.units import all_units
from administrators.changes import Act, all_changes, note_changes
from administrators.page_frame import Admin, show
from cases.catalogue.catalogue import Catalogue
from cases.stations.rule_checks import faults_of_rule, told
from cases.stations.rules import RuleKind, StationRule, overlaps, rules_of, written
from contacts.roster.roster import Area
from storage.json import Json
from storage.problem import N_, FieldFault
from web.context import context_of
from web.form_data import FormData, FormTyped

router = APIRouter(include_in_schema=False)
AT_MOST = 500
NO_KIND = N_("Choose what the rule goes by.")
NOTHING = N_("Tick at least one rule in the list.")
Key = tuple[str, str, str, str]


async def _read_picked(request: Request) -> list[str]:
    return [value for value in (await request.form()).getlist("picked") if isinstance(value, str)][:AT_MOST]


Picked = Annotated[list[str], Depends(_read_picked)]


@router.get("/admin/stations")
def list_rules(request: Request, principal: Admin, unit: str = "") -> Response:
    """The rules of all units, or of one, in the order in which they decide; what overlaps stands above them."""
    return _page(request, principal, unit)


def _page(
    request: Request,
    principal: Principal,
    unit: str,
    form_data: FormData | None = None,
    faults: Sequence[FieldFault] = (),
    picked: Sequence[str] = (),
) -> Response:
    context = context_of(request)
    with context.database.read() as session:
        units, rules = all_units(session), rules_of(session, unit[:32])
        changes = all_changes(session, kind="station_rule", at_most=10)
    locale, items = context.locale(request, principal), context.rulebook.catalogue.items

    def called(code: str) -> str:
        return items[code].title.say(locale) if code in items else units[code].name(locale)

    named = [told(one, called) for one in overlaps(rules)]
    houses = [one for one in units.values() if units.stations_of(one.code)]
    values: Json = {
        "units": units,
        "rules": [(key_of(rule), rule) for rule in rules],
        "overlaps": named,
        "houses": houses,
        "wanted": unit,
    }
    values |= {"catalogue": context.rulebook.catalogue, "kinds": tuple(RuleKind), "changes": changes, "picked": set(picked)}
    return show(request, principal, "stations", **values, form_data=form_data or {}, faults=faults)


def key_of(rule: StationRule) -> str:
    """A rule's key as one word of a form."""
    return "|".join((rule.unit, rule.item, rule.kind, rule.value))


@router.post("/admin/stations")
def save_rule(request: Request, principal: Admin, form_data: FormTyped) -> Response:
    """A new rule; one that asks for the same is led to the station that is named now."""
    context = context_of(request)
    texts = {name: form_data.get(name, "").strip()[:64] for name in ("station", "item", "kind", "value")}
    with context.database.write() as session:
        rule, faults = _read(session, texts, context.rulebook.catalogue)
        if rule is not None and not faults:
            _save(session, principal, rule, context.now())
    if rule is None or faults:
        return _page(request, principal, form_data.get("unit", ""), form_data, faults)
    return RedirectResponse(f"/admin/stations?unit={rule.unit}&flash=rule_saved", 303)


def _read(session: Session, texts: dict[str, str], catalogue: Catalogue) -> tuple[StationRule | None, list[FieldFault]]:
    if texts["kind"] not in set(RuleKind):
        return None, [FieldFault("kind", "missing", NO_KIND)]
    stations = {one.code: one.parent for one in all_units(session).values() if one.parent}
    value = written(texts["kind"], texts["value"])
    rule = StationRule(**{**texts, "value": value, "unit": stations.get(texts["station"], "")})
    return rule, faults_of_rule(rule, stations, catalogue, set(session.exec(select(Area.name))))


def _save(session: Session, principal: Principal, rule: StationRule, now: datetime) -> None:
    there = session.get(StationRule, (rule.unit, rule.item, rule.kind, rule.value))
    if there is not None and there.station == rule.station:
        return
    before = there.station if there is not None else None
    if there is not None:
        there.station = rule.station
    else:
        session.add(rule)
    action = "rule_add" if before is None else "rule_change"
    note_changes(session, principal, now, Act("station_rule", key_of(rule), action, {"station": (before, rule.station)}))


@router.post("/admin/stations/remove")
def remove_rules(request: Request, principal: Admin, form_data: FormTyped, picked: Picked) -> Response:
    """Takes the ticked rules away; what they have led already stays where it is."""
    context, unit = context_of(request), form_data.get("unit", "")
    if not picked:
        return _page(request, principal, unit, form_data, [FieldFault("picked", "missing", NOTHING)])
    with context.database.write() as session:
        wanted = set(picked)
        gone = [rule for rule in rules_of(session) if key_of(rule) in wanted]
        acts = [Act("station_rule", key_of(rule), "rule_remove", {"station": (rule.station, None)}) for rule in gone]
        for rule in gone:
            session.delete(rule)
        note_changes(session, principal, context.now(), *acts)
    return RedirectResponse(f"/admin/stations?unit={unit}&flash=rules_removed", 303)
