"""Validation of loaded rows: known units, items, matters and areas, no duplicates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, SQLModel

from access.accounts import Account
from access.units import Unit
from cases.catalogue.catalogue import Catalogue
from cases.grants.grants import Grant
from cases.rulebook import Rulebook
from contacts.phone_numbers import normalise
from contacts.roster import roster_sheets
from contacts.roster.roster_sheets import RosterPlan
from deploy.load.certificate_sheets import check_certificates
from deploy.load.kinds import ACCOUNTS, GRANTS, UNITS
from deploy.load.sheets import Sheets
from deploy.load.station_rules import check_rules, check_stations, units_then
from storage.problem import N_, RosterProblem, faults_of
from storage.sheets.rows import Row, RowFault, repeated

NO_UNIT = N_("There is no such unit, neither in the house nor in these sheets.")
NOT_ASKING = N_("This unit does not ask. Say yes under Asks in the sheet of units.")
NO_HOLDER = N_("Nobody answers this item: the unit {unit} is not in the house or these sheets, or it does not answer.")
EXPIRED = N_("This permission has ended already, so nothing may be asked by it. Write a later day under Until.")
NO_ITEM = N_("There is no such item in the catalogue.")
NO_MATTER = N_("There is no such matter in the catalogue.")
NOT_ALLOWED = N_("This matter does not allow asking this item.")
BLANKS: dict[type[SQLModel], dict[str, Any]] = {
    Unit: {"code": "xx", "name_zh": "x", "name_en": "x"},
    Account: {"username": "xx", "name": "x", "unit": "xx"},
    Grant: {"unit": "xx", "item": "x", "matter": "x", "until": date.max},
}


@dataclass(frozen=True)
class Checked:
    """What an apply needs to know: the plan of the roster and every fault found."""

    roster: RosterPlan
    faults: Sequence[RowFault]


def check(session: Session, sheets: Sheets, rulebook: Rulebook) -> Checked:
    """Every fault of these sheets, those of reading among them. A handful of queries for any number of rows."""
    catalogue, known = rulebook.catalogue, units_then(session, sheets["units"])
    units = {code: (unit.asks, unit.answers and not unit.parent) for code, unit in known.items()}
    plan, roster_faults = roster_sheets.plan(session, sheets["areas"], sheets["contacts"])
    faults = [*sheets.faults, *_shapes(sheets), *_twice(sheets), *_phones(sheets["units"], "window_phone")]
    faults += [
        *_phones(sheets["accounts"], "phone"),
        *_units(sheets, units),
        *_grants(sheets["grants"], catalogue, units),
        *check_stations(sheets["units"], known, catalogue),
        *check_rules(session, sheets, known, catalogue),
        *check_certificates(session, sheets, known, rulebook),
        *roster_faults,
    ]
    return Checked(plan, sorted(faults, key=lambda fault: (fault.sheet, fault.row)))


def _shapes(sheets: Sheets) -> Iterator[RowFault]:
    for table, rows in ((Unit, sheets["units"]), (Account, sheets["accounts"]), (Grant, sheets["grants"])):
        for row in rows:
            yield from _wrong(table, row)


def _wrong(table: type[SQLModel], row: Row) -> Iterator[RowFault]:
    own = {name: value for name, value in row.values.items() if name in table.model_fields}
    try:
        table.model_validate({**BLANKS[table], **own})
    except ValidationError as error:
        for fault in faults_of(error):
            yield row.fault(fault.field, fault.message, **fault.params)


def _twice(sheets: Sheets) -> Iterator[RowFault]:
    for kind in (UNITS, ACCOUNTS, GRANTS):
        yield from repeated(sheets[kind.code], kind.key)


def _phones(rows: Sequence[Row], field: str) -> Iterator[RowFault]:
    for row in rows:
        try:
            normalise(row.values.get(field, ""), field=field)
        except RosterProblem as wrong:
            yield row.fault(wrong.field, wrong.message, **wrong.params)


def _units(sheets: Sheets, known: Collection[str]) -> Iterator[RowFault]:
    for row in [*sheets["accounts"], *sheets["grants"]]:
        if row.values["unit"] not in known:
            yield row.fault("unit", NO_UNIT)


def _grants(rows: Sequence[Row], catalogue: Catalogue, units: Mapping[str, tuple[bool, bool]]) -> Iterator[RowFault]:
    nobody = (False, False)
    for row in rows:
        if row.values["unit"] in units and not units[row.values["unit"]][0]:
            yield row.fault("unit", NOT_ASKING)
        holder = catalogue.items[row.values["item"]].holder if row.values["item"] in catalogue.items else ""
        if holder and not units.get(holder, nobody)[1]:
            yield row.fault("item", NO_HOLDER, unit=holder)
        item, matter = _known(row.values, catalogue)
        if not item:
            yield row.fault("item", NO_ITEM)
        if not matter:
            yield row.fault("matter", NO_MATTER)
        if item and matter and not catalogue.allows(row.values["matter"], row.values["item"]):
            yield row.fault("matter", NOT_ALLOWED)


def expired(sheets: Sheets, today: date) -> list[RowFault]:
    """The grants of these sheets that are over already: they are loaded, and open nothing."""
    return [row.fault("until", EXPIRED) for row in sheets["grants"] if row.values["until"] < today]


def _known(values: Mapping[str, object], catalogue: Catalogue) -> tuple[bool, bool]:
    return values["item"] in catalogue.items, values["matter"] in catalogue.matters
