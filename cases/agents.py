"""Departments' agents: the table of their last heartbeats, and whether each of them is alive."""

import time
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated
from weakref import WeakKeyDictionary

from pydantic import AwareDatetime, BaseModel, StringConstraints, ValidationError
from pydantic import Field as Limited
from sqlalchemy import JSON, Engine, Table
from sqlmodel import Field, Session, SQLModel, col, select

from access.units import Unit
from broker.letter import Letter
from cases.catalogue.item import Item
from storage.bulk_rows import upsert_rows
from storage.json import Json
from storage.problem import faults_of

LATE_AFTER = timedelta(seconds=50)  # an agent speaks every half minute at least, also while it waits for its records
NOTED = timedelta(seconds=20)  # a finding is a sign of life too, written down this often at most


class AgentRow(SQLModel, table=True):
    """What one unit's agent last said of itself. `seen_at` is its last sign, `found_at` its last finding."""

    __tablename__ = "machine"

    unit: str = Field(primary_key=True, max_length=32)
    seen_at: datetime | None = None
    found_at: datetime | None = None
    started_at: datetime | None = None
    running: bool = True  # False: it said that it stops
    records: bool = True  # False: it cannot ask some of its records
    ills: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # which, by item, and what ails them
    answered: int = 0  # findings since it started
    version: str = Field(default="", max_length=32)
    items: list[str] = Field(default_factory=list, sa_type=JSON)  # what it has handlers for


REMEMBERED = 3.0  # seconds for which it is not asked again whether a machine was heard of for the first time
# By database: the units whose machine was heard of, and until when nothing else is believed. Another process notes it too.
_heard: WeakKeyDictionary[Engine, tuple[frozenset[str], float]] = WeakKeyDictionary()
AGENTS: Table = SQLModel.metadata.tables["machine"]
HEARD = ("seen_at", "started_at", "running", "records", "ills", "answered", "version", "items")
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Heartbeat(BaseModel):
    """The body of a letter `alive`."""

    unit: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    items: Annotated[list[Code], Limited(max_length=500)] = []
    version: Annotated[str, StringConstraints(max_length=32)] = ""
    running: bool = True
    records: bool = True
    ills: Annotated[dict[Code, Annotated[str, StringConstraints(max_length=16)]], Limited(max_length=500)] = {}
    answered: Annotated[int, Limited(ge=0, lt=2**31)] = 0
    started_at: AwareDatetime | None = None


class WrongHeartbeat(ValueError):
    """A sign of life without a unit, or whose shape is wrong; names the fields, never their values."""


class AgentLife(StrEnum):
    """How a unit's machine is. STOPPED: it said so. LATE: it said nothing. NEVER: it never said anything."""

    ALIVE = "alive"
    AWAY = "away"  # it lives, and its records are away or do not look whole
    LATE = "late"
    STOPPED = "stopped"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """One answering unit's machine as it is now; `machine` is None where there was never one."""

    unit: Unit
    life: AgentLife
    machine: AgentRow | None
    last: datetime | None  # its last sign or finding


def agent_statuses(session: Session, now: datetime) -> list[AgentStatus]:
    """The machine of every unit that answers, in the order of the units' codes; one query."""
    both = select(Unit, AgentRow).join(AgentRow, col(AgentRow.unit) == col(Unit.code), isouter=True)
    found = session.exec(both.where(col(Unit.answers), col(Unit.parent) == "").order_by(col(Unit.code))).all()
    return [AgentStatus(unit, life_of(machine, now), machine, last_heartbeats(machine)) for unit, machine in found]


def last_heartbeats(machine: AgentRow | None) -> datetime | None:
    """When this machine was last heard of."""
    return max((at for at in (machine.seen_at, machine.found_at) if at), default=None) if machine else None


def life_of(machine: AgentRow | None, now: datetime) -> AgentLife:
    """How this machine is at this moment."""
    last = last_heartbeats(machine)
    if machine is None or last is None:
        return AgentLife.NEVER
    if not machine.running and last == machine.seen_at:
        return AgentLife.STOPPED
    if last + LATE_AFTER < now:
        return AgentLife.LATE
    return AgentLife.ALIVE if machine.records else AgentLife.AWAY


def has_machine(session: Session, unit: str, item: Item) -> bool:
    """Whether a machine of this unit answers the item: it is the item's holder, or its agent said so."""
    row = None if unit == item.holder else session.get(AgentRow, unit)
    return unit == item.holder or (row is not None and item.code in row.items)


def hurry_unheard(session: Session, rows: Iterable[Json]) -> None:
    """Of holders whose machine was never heard of, the clock looks at these new cases at once, so that a person takes over.

    Their machine is asked too: a program of the unit's own may speak for the first time by answering.
    """
    asked = [row for row in rows if row["wake_for"] == "machine"]
    silent = unheard(session, {str(row["holder"]) for row in asked})
    for row in asked:
        if row["holder"] in silent:
            row["wake_at"] = row["asked_at"]


def unheard(session: Session, units: Set[str]) -> Set[str]:
    """Those of these units whose machine was never heard of; a statement every few seconds at most, while there are any."""
    engine = session.get_bind().engine
    heard, until = _heard.get(engine, (frozenset[str](), 0.0))
    if not units <= heard and time.monotonic() >= until:
        heard = frozenset(session.exec(select(AgentRow.unit)))
        _heard[engine] = heard, time.monotonic() + REMEMBERED
    return units - heard


def take_heartbeats(session: Session, letters: Iterable[Letter], now: datetime) -> None:
    """Writes down the newest heartbeat of each unit among these letters, in one statement. Raises WrongHeartbeat."""
    newest: dict[str, tuple[datetime, Heartbeat]] = {}
    for letter in sorted(letters, key=lambda one: one.posted_at):
        sign = _read(letter.body)
        newest[sign.unit] = (min(letter.posted_at, now), sign)  # a clock that runs ahead does not make a machine live longer
    rows = [{**sign.model_dump(), "seen_at": at} for _, (at, sign) in sorted(newest.items())]
    upsert_rows(session, AGENTS, rows, HEARD, "seen_at")
    _heard.pop(session.get_bind().engine, None)


def _read(body: Mapping[str, object]) -> Heartbeat:
    try:
        return Heartbeat.model_validate(body)
    except ValidationError as error:
        raise WrongHeartbeat(", ".join(fault.field for fault in faults_of(error))) from None


class Notes:
    """Notes that a unit's machine found something, seldom enough that it costs nothing; one for each reader of findings."""

    def __init__(self) -> None:
        self._noted: dict[str, datetime] = {}

    def take(self, session: Session, letters: Iterable[Letter], now: datetime) -> None:
        """Writes down the units among these findings that were not noted lately."""
        units = {unit for letter in letters if isinstance(unit := letter.body.get("unit"), str) and 0 < len(unit) <= 32}
        due = sorted(unit for unit in units if unit not in self._noted or self._noted[unit] + NOTED < now)
        upsert_rows(session, AGENTS, [{"unit": unit, "found_at": now} for unit in due], ["found_at"], "found_at")
        _heard.pop(session.get_bind().engine, None)
        self._noted |= dict.fromkeys(due, now)
