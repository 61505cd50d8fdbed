"""Holders that are not there: permissions and open cases that name a unit which is missing, does not answer or does not ask."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sql
from sqlalchemy import and_
from sqlmodel import Session, col, select

from access.units import Unit
from cases.case import IS_OPEN, Case
from cases.catalogue.catalogue import Catalogue
from cases.grants.grants import Grant, Wish, granted_of
from cases.question import Outcome
from cases.rechecks.own_check import CheckState, OwnCheck
from storage.json import Json
from storage.problem import N_, FieldFault, Problem
from storage.remembered import remembered

NOBODY_ANSWERS = N_(
    "Nobody answers this item at present: the unit {unit} is not here, or does not answer. Nothing was asked; tell the data office."
)
DOES_NOT_ASK = N_("The unit {unit} is not set up to ask. Tell the data office.")
NO_HOLDER = N_("{count} permissions are for {item}, which nobody answers: the unit {unit} is not here, or does not answer.")
NO_ITEM = N_("{count} permissions are for {item} and {matter}, which the catalogue does not have, or not together.")
NO_ASKER = N_("{count} permissions are of {unit}, which is not here, or does not ask.")
NO_DESK = N_("{count} open cases wait at {unit}, which is not here, or does not answer.")
NOT_CHECKED = N_(
    "{count} commitments that {unit} took are not checked: the unit has no permission to ask {item} for checking commitments."
)
NOT_ASKABLE = N_("{count} commitments that {unit} took cannot be checked by {item}; supervisors see why under the commitments.")
NO_HOME = N_("{count} open cases were asked by {unit}, which is not here, or does not ask.")


@dataclass(frozen=True, slots=True)
class Permitted:
    """What may be asked today, as (unit, item, matter), and which of the units concerned ask and answer."""

    granted: set[Wish] = field(default_factory=set)
    asking: set[str] = field(default_factory=set)
    answering: set[str] = field(default_factory=set)

    def refusal(self, unit: str, holder: str) -> Problem | None:
        """Why nothing comes of a question of this unit to that one, or None."""
        if unit not in self.asking:
            return Problem([FieldFault("", "does_not_ask", DOES_NOT_ASK, {"unit": unit})], 403)
        if holder not in self.answering:
            return Problem([FieldFault("item", "nobody_answers", NOBODY_ANSWERS, {"unit": holder})])
        return None


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of thing that leads to nobody: an English msgid, and what fills it."""

    message: str
    params: Json


def permitted(session: Session, wishes: Iterable[Wish], catalogue: Catalogue, today: date) -> Permitted:
    """What of these wishes is permitted, and who of their units works; two queries at most."""
    wanted = set(wishes)
    codes = {unit for unit, _, _ in wanted} | {catalogue.items[item].holder for _, item, _ in wanted if item in catalogue.items}
    roles = remembered(session, "unit.roles", ("unit",), codes, lambda missing: _roles(session, missing))
    asking, answering = ({code for code, does in roles.items() if does[n]} for n in (0, 1))
    return Permitted(granted_of(session, wanted, today), asking, answering)


def _roles(session: Session, codes: Collection[str]) -> dict[str, tuple[bool, bool]]:
    """Of each of these units whether it asks, and whether it answers; of one that is not there neither."""
    found = session.exec(select(Unit.code, Unit.asks, Unit.answers, Unit.parent).where(col(Unit.code).in_(codes)))
    return dict.fromkeys(codes, (False, False)) | {code: (asks, answers and not parent) for code, asks, answers, parent in found}


def gaps(session: Session, catalogue: Catalogue, today: date) -> list[Gap]:
    """Everything in force that leads to nobody; six queries for any number of grants and cases."""
    units = session.exec(select(Unit)).all()
    asking, answering = {unit.code for unit in units if unit.asks}, {unit.code for unit in units if unit.holds}
    valid = col(Grant.until) >= today
    found = [*_no_item(_counts(session, (Grant.item, Grant.matter), valid), catalogue, answering)]
    for column, where, known, message in (
        (Grant.unit, valid, asking, NO_ASKER), (Case.holder, IS_OPEN, answering, NO_DESK), (Case.unit, IS_OPEN, asking, NO_HOME),
    ):  # fmt: skip
        counts = _counts(session, (column,), where)
        found += [Gap(message, {"count": count, "unit": code}) for (code,), count in counts.items() if code not in known]
    return [*found, *_not_checked(session)]


def _not_checked(session: Session) -> Iterator[Gap]:
    stuck = and_(col(OwnCheck.state) == CheckState.NOT_ASKED.value, col(OwnCheck.reason) != Outcome.AVAILABLE_FROM.value)
    counts = _counts(session, (OwnCheck.unit, OwnCheck.item, OwnCheck.reason), stuck)
    for (unit, item, reason), count in sorted(counts.items()):
        yield Gap(NOT_CHECKED if reason == "not_granted" else NOT_ASKABLE, {"count": count, "unit": unit, "item": item})


def _no_item(counts: Counter[tuple[str, ...]], catalogue: Catalogue, answering: set[str]) -> Iterator[Gap]:
    nobody = Counter[str]()
    for (item, matter), count in sorted(counts.items()):
        if item not in catalogue.items or not catalogue.allows(matter, item):
            yield Gap(NO_ITEM, {"count": count, "item": item, "matter": matter})
        elif catalogue.items[item].holder not in answering:
            nobody[item] += count
    for item, count in nobody.items():
        yield Gap(NO_HOLDER, {"count": count, "item": item, "unit": catalogue.items[item].holder})


def _counts(session: Session, columns: tuple[Any, ...], where: Any) -> Counter[tuple[str, ...]]:
    found = session.execute(sql.select(*columns, sql.func.count()).where(where).group_by(*columns))
    return Counter({tuple(row[:-1]): row[-1] for row in found})
