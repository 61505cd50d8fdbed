"""What every effect of a move is given: time, rules, its errors, and helpers for the case's timer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from cases.case import Case
from cases.catalogue.checks import check_finding
from cases.catalogue.record_checks import check_records
from cases.letters import stands
from cases.lifecycle import AT_DESK, Actor
from cases.minimised import allowed_fields
from cases.rulebook import Rulebook
from cases.stations.routing import Stations

Changes = dict[str, Any]


class Routing(Protocol):
    """Says which stations there are, and to whose desk a case goes: see cases/stations/routing.py."""

    @property
    def stations(self) -> Stations: ...
    def station_for(self, case: Case) -> str: ...


class NoStations:
    """Where no case can reach a desk."""

    stations = Stations()

    def station_for(self, case: Case) -> str:
        """The desk that it has."""
        return case.station


class NotNow(Exception):
    """The table allows the move, this case does not: an English msgid with {placeholders}."""

    def __init__(self, code: str, message: str, **params: str) -> None:
        self.code, self.message, self.params = code, message, params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class MoveContext:
    """When a move happens and by which rules."""

    now: datetime
    rulebook: Rulebook
    router: Routing = field(default_factory=NoStations)
    _days: dict[int, datetime] = field(default_factory=dict)  # counted already: the moves of a batch ask for the same

    def office(self, minutes: int) -> datetime:
        """The moment after so many office minutes."""
        return self.rulebook.calendar.add_office_minutes(self.now, minutes).at

    def after_days(self, working_days: int) -> datetime:
        """The moment after so many working days."""
        if working_days not in self._days:
            self._days[working_days] = self.rulebook.calendar.add_working_days(self.now, working_days).at
        return self._days[working_days]


class WhoMoves(Protocol):
    """What an effect sees of who makes a move; what each field means: moves.Mover."""

    @property
    def actor(self) -> Actor: ...
    @property
    def who(self) -> str: ...
    @property
    def unit(self) -> str: ...


class Wished(Protocol):
    """What an effect sees of a move."""

    @property
    def mover(self) -> WhoMoves: ...
    @property
    def given(self) -> Mapping[str, Any]: ...


def wake(at: datetime | None, what: str = "") -> Changes:
    """When the clock looks at the case next, and for what."""
    return {"wake_at": at, "wake_for": what}


def asked_wake(item: str, context: MoveContext) -> Changes:
    """The clock's look at a case whose machine is asked: a person takes over when it stays silent."""
    minutes = context.rulebook.catalogue.item(item).machine_minutes
    return wake(context.now + timedelta(minutes=minutes), "machine")


def to_desk(context: MoveContext) -> Changes:
    """The case is at the desk and nobody's; the clock tells the desk at once."""
    return {"state": AT_DESK.value, "taken_by": "", "taken_at": None, **wake(context.now, "desk")}


def only_own_machine(case: Case, move: Wished) -> None:
    """Raises NotNow for the machine of another unit, or one that speaks of another question than the one that stands."""
    if move.mover.actor == "machine" and move.mover.unit != case.holder:
        raise NotNow("not_holder", "The case is with another unit.")
    if "question" in move.given and not stands(case.question_hashes, move.given["question"]):
        raise NotNow("other_question", "The finding answers another question than the one that stands.")


def only_known(case: Case, move: Wished, context: MoveContext) -> None:
    """Raises NotNow where the finding names an outcome, a fact or a role that the item does not have, or a day that is past."""
    finding, catalogue = move.given["finding"], context.rulebook.catalogue
    item = catalogue.item(case.item)
    for fault in [*check_finding(finding, item), *check_records(finding, item, case.mode, allowed_fields(case, catalogue))]:
        raise NotNow(fault.code, fault.message, **{name: str(value) for name, value in fault.params.items()})
    day = finding.get("available_on")
    if day and date.fromisoformat(str(day)) <= context.rulebook.calendar.day_at(context.now):
        raise NotNow("past_day", "The day from which it can be told must be still to come.")
