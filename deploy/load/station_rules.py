"""Station rules and units' stations in loaded sheets: what is wrong with them, what overlaps, and the rows to write."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, select

from access.units import Unit
from cases.catalogue.catalogue import Catalogue
from cases.stations.rule_checks import faults_of_rule, told
from cases.stations.rules import StationRule, overlaps, rules_of, written
from contacts.roster.roster import Area
from deploy.load.kinds import STATION_RULES
from deploy.load.sheets import Sheets
from storage.json import Json
from storage.problem import N_
from storage.sheets.rows import Row, RowFault, repeated

NO_PARENT = N_("There is no such unit that answers, neither in the house nor in these sheets; and a station has no stations.")
STATION_ASKS = N_("A station neither asks nor supervises: grants stay with its unit.")
HOLDS_ITEMS = N_("The catalogue says that this unit answers items, so it is no station.")


class Known(NamedTuple):
    """What a unit will be once the sheets are loaded."""

    asks: bool
    answers: bool
    supervises: bool
    parent: str


def units_then(session: Session, rows: Sequence[Row]) -> dict[str, Known]:
    """Every unit as it will be, by code. One query."""
    known = {unit.code: Known(unit.asks, unit.answers, unit.supervises, unit.parent) for unit in session.exec(select(Unit))}
    for row in rows:
        before = known.get(row.values["code"], Known(False, False, False, ""))
        known[row.values["code"]] = Known(*(row.values.get(name, getattr(before, name)) for name in Known._fields))
    return known


def check_stations(rows: Sequence[Row], units: Mapping[str, Known], catalogue: Catalogue) -> Iterator[RowFault]:
    """What is wrong with the stations among these units."""
    holders = {item.holder for item in catalogue.items.values()}
    for row in rows:
        unit = units[row.values["code"]]
        if not unit.parent:
            continue
        above = units.get(unit.parent)
        if above is None or above.parent or not above.answers or unit.parent == row.values["code"]:
            yield row.fault("parent", NO_PARENT)
        if unit.asks or unit.supervises:
            yield row.fault("asks" if unit.asks else "supervises", STATION_ASKS)
        if row.values["code"] in holders:
            yield row.fault("parent", HOLDS_ITEMS)


def check_rules(session: Session, sheets: Sheets, units: Mapping[str, Known], catalogue: Catalogue) -> Iterator[RowFault]:
    """What is wrong with the rules of these sheets."""
    yield from repeated(sheets["station_rules"], STATION_RULES.key)
    areas = set(session.exec(select(Area.name))) | {row.values["name"] for row in sheets["areas"] if row.values.get("name")}
    stations = {code: unit.parent for code, unit in units.items() if unit.parent}
    for row in sheets["station_rules"]:
        for fault in faults_of_rule(StationRule(**rule_row(row.values)), stations, catalogue, areas):
            yield row.fault(fault.field, fault.message, **fault.params)


def rule_row(values: Mapping[str, Any]) -> Json:
    """A row of the sheet as the table has it."""
    return {**values, "value": written(values["kind"], values.get("value", "")), "item": values.get("item", "")}


def look_again(session: Session, sheets: Sheets) -> list[RowFault]:
    """Of the rules of these sheets, once they are written, those that others cover or are never reached; each names both."""
    if not sheets["station_rules"]:
        return []
    rows = {_key(rule_row(row.values)): row for row in sheets["station_rules"]}
    found: list[RowFault] = []
    for one in overlaps(rules_of(session)):
        row = rows.get(_key(one.rule.model_dump())) or rows.get(_key(one.other.model_dump()))
        if row is not None:
            message, params = told(one)
            found.append(row.fault("value", message, **params))
    return found


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in STATION_RULES.key)
