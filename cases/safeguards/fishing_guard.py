"""The fishing guard: counts a unit's differing questions about one person, file or street; too many are held.

Trying other data until something matches is forbidden (SSA's rule for EVVE); one that asks "is this person your case?" forwards
nothing that fails it (Belgium's crossroads bank). Counted are differing questions of one unit about one item, and of names and
numbers that do not belong together (see name_tries.py) about any item; whoever of the unit asks, under whatever file number.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from cases.case import Case, fingerprint
from cases.case_numbers import day_of
from cases.question import Outcome
from cases.safeguards.name_tries import MISFIT, NAME, NOT_SENT, AskedQuestion, NameTries
from cases.subject_index import PERSON, STREET, IndexedSubject, indexed
from storage.bulk_rows import among_later, on_postgres
from storage.vault import Vault, vault_of

REFERENCE = "reference"
SHOWN = 10  # earlier questions that the supervisor is shown


@dataclass(frozen=True, slots=True)
class FishingGuard:
    """How much is let pass. Beyond these counts a question waits for the supervisor."""

    days: int = 30  # what was asked before that is not counted
    tries: int = 5  # differing questions about one person that were not confirmed; other names of a number, other numbers of a name
    per_reference: int = 20  # differing questions under one file number
    per_street: int = 8  # differing questions about one street
    sample: float = 0.0  # share of questions of which a proof is wanted
    spot_check_days: int = 3  # working days to show it

    @property
    def limits(self) -> Mapping[str, int]:
        """The count of each rule."""
        people = dict.fromkeys((PERSON, NAME, MISFIT), self.tries)
        return {**people, REFERENCE: self.per_reference, STREET: self.per_street}


DEFAULT = FishingGuard()


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a question is held: by which rule, after how many differing ones, and which those were (the newest of them)."""

    rule: str
    count: int
    earlier: tuple[str, ...]


Group = tuple[str, str, str, str]  # rule, unit, item, key


class Try(NamedTuple):
    """A differing question: its case, whether it was ever sent, and whether it counts as a try that found nothing."""

    number: str
    sent: bool
    counts: bool = True


Tried = dict[Group, dict[str, Try]]  # by fingerprint


def suspicions(session: Session, asks: Sequence[AskedQuestion], now: datetime, fishing_guard: FishingGuard) -> dict[str, Suspicion]:
    """Those of these questions that must be held, by case number, in three queries; each counts those of the batch before it."""
    if not asks:
        return {}
    since, units = day_of(now - timedelta(days=fishing_guard.days)), {one.unit for one in asks}
    vault = vault_of(session)
    groups = [_groups(one, vault) for one in asks]
    keys = {group[3]: group[0] for mine in groups for group in mine if group[0] != REFERENCE}
    tried = _tried_keys(session, keys, units, since)
    _add_references(session, tried, {one.question.reference for one in asks}, units, since)
    names = NameTries(session, asks, units, since, vault)
    found = {}
    for one, mine in zip(asks, groups, strict=True):
        trying = names.of(one, fishing_guard.tries)
        before = Suspicion(trying.rule, len(trying.cases), trying.cases[-SHOWN:]) if trying else None
        if suspicion := _judge(one, (fingerprint(one.question, vault), mine, before), tried, fishing_guard.limits):
            found[one.number] = suspicion
    return found


def _groups(one: AskedQuestion, vault: Vault) -> list[Group]:
    about = [*(one_of for one_of in indexed(one.question, vault) if one_of[0] != NAME), (REFERENCE, one.question.reference)]
    return [(rule, one.unit, one.question.item, key) for rule, key in about]


def _judge(
    one: AskedQuestion, asked: tuple[str, Iterable[Group], Suspicion | None], tried: Tried, limits: Mapping[str, int]
) -> Suspicion | None:
    print_, mine, found = asked
    fresh = []
    for group in mine:
        others = tried.setdefault(group, {})
        if print_ in others and others[print_].sent:
            continue  # asked before in these very words: no new try
        before = [other.number for key, other in others.items() if other.counts and key != print_]
        if len(before) >= limits[group[0]] and found is None:
            found = Suspicion(group[0], len(before), tuple(sorted(before)[-SHOWN:]))
        fresh.append(others)
    for others in fresh:
        others[print_] = Try(one.number, found is None)
    return found


def _tried_keys(session: Session, keys: Mapping[str, str], units: Collection[str], since: str) -> Tried:
    # The unit is looked at here: in the statement it leads SQLite to read all that the unit asked in the month.
    tried: Tried = {}
    asked = session.connection().execute(_asked_about(on_postgres(session)), {"keys": list(keys), "since": since})
    for key, unit, item, print_, number, state, outcome in asked:
        if unit in units:
            counts = keys[key] != PERSON or outcome != Outcome.CONFIRMED
            _note(tried, (keys[key], unit, item, key), print_, Try(number, state not in NOT_SENT, counts))
    return tried


def _add_references(session: Session, tried: Tried, references: set[str], units: Collection[str], since: str) -> None:
    same = {"units": list(units), "references": list(references)}
    for unit, reference, item, print_, number, state in session.connection().execute(_asked_under(on_postgres(session)), same):
        if number >= since:
            _note(tried, (REFERENCE, unit, item, reference), print_, Try(number, state not in NOT_SENT))


@cache
def _asked_about(postgres: bool) -> Select[Any]:
    columns: Any = (IndexedSubject.key, Case.unit, Case.item, Case.fingerprint, Case.number, Case.state, Case.outcome)
    found = select(*columns).join(Case, col(Case.number) == col(IndexedSubject.number))
    lately = col(IndexedSubject.number) >= bindparam("since")
    return found.where(among_later(postgres, col(IndexedSubject.key), "keys"), lately)


@cache
def _asked_under(postgres: bool) -> Select[Any]:
    columns: Any = (Case.unit, Case.reference, Case.item, Case.fingerprint, Case.number, Case.state)
    references = among_later(postgres, col(Case.reference), "references")
    return select(*columns).where(among_later(postgres, col(Case.unit), "units"), references)


def _note(tried: Tried, group: Group, print_: str, one: Try) -> None:
    # Of several times in the same words the one that was sent, and what it found, decides.
    known = tried.setdefault(group, {}).get(print_)
    tried[group][print_] = Try(one.number, one.sent or known.sent, one.counts and known.counts) if known else one
