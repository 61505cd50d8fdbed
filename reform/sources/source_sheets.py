"""Sources as a sheet: the board as XLSX, and back; a row with the same unit and name changes that register, another adds one."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from access.principal import Principal
from cases.trail.differences import differences, first_values
from reform.changes import ReformAct, note_acts
from reform.sources.source import ENTERED, MOST_ITEMS, RegisterSource, SourceState
from storage.office_time import office_date
from storage.problem import N_
from storage.sheets.blank_sheets import workbook
from storage.sheets.cells import Column, Kind
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import Row, RowFault, SheetKind, left_out, read_rows, repeated, under_titles

STATES = {
    SourceState.PLANNED.value: ("计划中", "planned"),
    SourceState.CONSENT.value: ("待上级同意", "consent"),
    SourceState.BUILDING.value: ("建设中", "building"),
    SourceState.TESTING.value: ("测试中", "testing"),
    SourceState.CONNECTED.value: ("已接入", "connected"),
}
SOURCES = SheetKind("sources", "数据源", "Sources", (
    Column("unit", "单位代码", "Unit code", Kind.CODE, True, most=32),
    Column("name", "数据源名称", "Register", required=True, most=80),
    Column("items", "核查事项", "Items", hint=N_("Codes of the items that it answers, with commas between them."), most=800),
    Column("responsible", "责任人", "Responsible", most=64),
    Column("phone", "办公电话", "Office phone", Kind.PHONE, most=32),
    Column("promised_on", "承诺日期", "Promised day", Kind.DAY, default=None),
    Column("state", "状态", "State", Kind.CHOICE, default=SourceState.PLANNED.value, choices=STATES),
    Column("obstacle", "困难", "Obstacle", most=500),
), ("unit", "name"))  # fmt: skip
NO_UNIT = N_("There is no such unit.")
NO_ITEM = N_("An item here is not known; write the codes as the catalogue has them.")
TOO_MANY_ITEMS = N_("At most {most} items can stand here.")
NOTHING_IN_IT = N_("There is not a single row in this file.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a sheet: with faults nothing was changed."""

    added: int = 0
    changed: int = 0
    same: int = 0
    faults: Sequence[RowFault] = ()


def sources_book(sources: Sequence[RegisterSource], locale: str, say: Callable[..., str]) -> bytes:
    """The registers in the form in which they can be taken in again."""
    rows = [{**one.model_dump(), "items": ", ".join(one.items)} for one in sources]
    return workbook([(SOURCES, rows)], locale, say)


def read_sources(name: str, data: bytes, units: Collection[str], items: Collection[str]) -> tuple[list[Row], list[RowFault]]:
    """The rows of a sheet, and every fault in it; what is hidden in it is one. Raises BadFile."""
    book = read_book(name, data)
    tables = [under_titles(table, SOURCES.columns) for table in book.tables]
    rows: list[Row] = []
    faults: list[RowFault] = []
    for table in tables:
        good, bad = read_rows(table, SOURCES.columns)
        rows, faults = rows + good, faults + bad + [one for one in left_out(table) if one.row]
    if not rows and not faults:
        raise BadFile(NOTHING_IN_IT)
    faults += repeated(rows, SOURCES.key)
    for row in rows:
        faults += _check(row, units, items)
    return rows, faults


def _check(row: Row, units: Collection[str], items: Collection[str]) -> list[RowFault]:
    """Puts a list of codes in place of the words; what is wrong with the row."""
    faults = [] if row.values["unit"] in units else [row.fault("unit", NO_UNIT)]
    if "items" not in row.values:
        return faults
    codes = [code for code in row.values["items"].replace("，", ",").replace("、", ",").replace(",", " ").split() if code]
    row.values["items"] = list(dict.fromkeys(codes))
    if len(codes) > MOST_ITEMS:
        return [*faults, row.fault("items", TOO_MANY_ITEMS, most=MOST_ITEMS)]
    return faults if set(codes) <= set(items) else [*faults, row.fault("items", NO_ITEM)]


def take_sources(session: Session, rows: Sequence[Row], principal: Principal, now: datetime) -> Taken:
    """Adds and changes what checked rows say. One statement to read, then the writes together."""
    there = {(one.unit, one.name): one for one in session.exec(select(RegisterSource))}
    acts: list[ReformAct] = []
    new: list[RegisterSource] = []
    for row in rows:
        old = there.get((row.values["unit"], row.values["name"]))
        if old is None:
            new.append(entered(RegisterSource(changed_at=now, **row.values), now))
        elif changed := differences(old.model_dump(include=set(ENTERED)), row.values):
            change(old, row.values, now)
            acts.append(ReformAct("source", str(old.id), "source_change", changed))
    session.add_all(new)
    session.flush()
    acts += [ReformAct("source", str(one.id), "source_add", first_values(one.model_dump(include=set(ENTERED)))) for one in new]
    note_acts(session, principal, now, acts)
    return Taken(len(new), len(acts) - len(new), len(rows) - len(acts))


def entered(one: RegisterSource, now: datetime) -> RegisterSource:
    """A register as it was entered: one that is connected is so since today, unless it says otherwise."""
    if not one.connected:
        one.connected_on = None
    elif one.connected_on is None:
        one.connected_on = office_date(now)
    one.changed_at = now
    return one


def change(one: RegisterSource, values: dict[str, Any], now: datetime) -> None:
    """Gives a register these values."""
    for name, value in values.items():
        setattr(one, name, value)
    one.version += 1
    entered(one, now)
