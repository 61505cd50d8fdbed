"""Routing: to which station's desk a case goes when it reaches its holder's house, and which stations can have one at all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session, col, select

from access.freezes import is_free
from access.units import Unit
from cases.case import Case, question_of
from cases.catalogue.catalogue import Catalogue
from cases.stations.rules import StationRule, deciding, rules_of, where_of
from storage.bulk_rows import among
from storage.remembered import remembered

TABLES = ("unit", "station_rule", "frozen")


@dataclass(frozen=True, slots=True)
class Stations:
    """The stations that can have a case now (switched on, not frozen), with their units; the rules by unit."""

    parents: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Sequence[StationRule]] = field(default_factory=dict)

    def belongs(self, station: str, unit: str) -> bool:
        """Whether this is a station of that unit and can have a case."""
        return self.parents.get(station) == unit

    def any_of(self, unit: str) -> bool:
        """Whether this unit has such a station."""
        return unit in self.parents.values()


def read_stations(session: Session) -> Stations:
    """Which stations there are, remembered for half a second; two queries where it is not known, one where there are none."""
    return remembered(session, "stations", TABLES, [""], lambda _: {"": _read(session)})[""]


def _read(session: Session) -> Stations:
    on = (col(Unit.parent) != "", col(Unit.answers), is_free("", col(Unit.code)))
    parents = dict(session.exec(select(Unit.code, Unit.parent).where(*on)).all())
    if not parents:
        return Stations()
    rules: dict[str, list[StationRule]] = {}
    for rule in rules_of(session):
        session.expunge(rule)
        if parents.get(rule.station) == rule.unit:
            rules.setdefault(rule.unit, []).append(rule)
    return Stations(parents, rules)


class Router:
    """Says of the cases of one batch of moves to which desk they go. Reads nothing before it is asked."""

    def __init__(self, session: Session, catalogue: Catalogue, coming: Collection[str]) -> None:
        """`coming`: the numbers of the cases that may reach a desk now; they are read together."""
        self._session, self._catalogue = session, catalogue
        self._coming = coming

    @cached_property
    def stations(self) -> Stations:
        """Which stations there are."""
        return read_stations(self._session)

    def station_for(self, case: Case) -> str:
        """The station whose desk gets this case; '' for the holder's own.

        Where it was handed on by hand it stays, as long as that station can have it; else the rules decide.
        """
        if case.handings or not self.stations.rules.get(case.holder):
            return case.station if self.stations.belongs(case.station, case.holder) else ""
        self._open()
        rule = deciding(self.stations.rules[case.holder], where_of(question_of(case), self._catalogue.item(case.item)))
        return rule.station if rule else ""

    def _open(self) -> None:
        """Reads what the coming cases ask, which is sealed and stayed closed when they were locked. One query for all."""
        if self._coming:
            found = select(Case).where(among(self._session, col(Case.number), sorted(self._coming)))
            self._session.exec(found).all()
            self._coming = ()
