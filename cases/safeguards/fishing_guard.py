"""The fishing guard: counts a unit's differing questions about one person, file or street; too many are held.

Trying other data until something matches is forbidden (SSA's rule for EVVE); one that asks "is this person your case?" forwards
nothing that fails it (Belgium's crossroads bank). Counted are differing questions of one unit about one item, and of names and
numbers that do not belong together (see name_tries.py) about any item; whoever of the unit asks, under whatever file number.
A bundle names all of its people at once, before any answer: among themselves they are no tries. Where they are so many that single
questions would be held, the file behind the bundle is to be shown instead (spot_checks.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from cases.case import Case, fingerprint
from cases.case_numbers import day_of, is_bundle
from cases.question import Outcome
from cases.safeguards.name_tries import MISFIT, NAME, NOT_SENT, AskedQuestion, NameTries
from cases.subject_index import PERSON, STREET, indexed, lately_named
from storage.bulk_rows import on_postgres, with_keys_later
from storage.read_together import Lookup, read_together
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
    """A differing question: its case, its batch or bundle, whether it was ever sent, and whether it counts as a try in vain."""

    number: str
    batch: str
    sent: bool
    counts: bool = True


Tried = dict[Group, dict[str, Try]]  # by fingerprint


def suspicions(session: Session, asks: Sequence[AskedQuestion], now: datetime, fishing_guard: FishingGuard) -> dict[str, Suspicion]:
    """Those of these questions that must be held, by case number; each counts those of the batch before it."""
    if not asks:
        return {}
    tries = Tries(session, asks, now, fishing_guard)
    tries.take(read_together(session, tries.lookups()))
    return tries.suspicions(asks)


class Tries:
    """What units have tried lately about what these questions are about: `lookups` are read, `take` takes in what they gave."""

    def __init__(self, session: Session, asks: Sequence[AskedQuestion], now: datetime, fishing_guard: FishingGuard) -> None:
        self._guard, self._vault, self._postgres = fishing_guard, vault_of(session), on_postgres(session)
        self._since, self._units = day_of(now - timedelta(days=fishing_guard.days)), {one.unit for one in asks}
        self._groups = {one.number: _groups(one, self._vault) for one in asks}
        groups = [group for mine in self._groups.values() for group in mine]
        self._keys = {group[3]: group[0] for group in groups if group[0] != REFERENCE}
        self._references = {group[3] for group in groups if group[0] == REFERENCE}
        self._names = NameTries(asks, self._units, self._since, self._vault)
        self._tried: Tried = {}
        self.long_lists: dict[str, str] = {}  # bundles of these that name so many people about one, and the first case beyond

    def lookups(self) -> list[Lookup]:
        """Three questions to the database, whatever the number of ours."""
        about = {"keys": list(self._keys), "since": self._since}
        under = {"units": list(self._units), "references": list(self._references)}
        names = self._names.lookup(self._postgres)
        return [Lookup(_asked_about(self._postgres), about), Lookup(_asked_under(self._postgres), under), names]

    def take(self, found: Sequence[Sequence[Any]]) -> None:
        """The rows of the lookups, in their order."""
        about, under, names = found
        for key, unit, item, print_, number, batch, state, outcome in about:
            if unit in self._units:
                counts = self._keys[key] != PERSON or outcome != Outcome.CONFIRMED
                _note(self._tried, (self._keys[key], unit, item, key), print_, Try(number, batch, state not in NOT_SENT, counts))
        for unit, reference, item, print_, number, batch, state in under:
            if number >= self._since:
                _note(self._tried, (REFERENCE, unit, item, reference), print_, Try(number, batch, state not in NOT_SENT))
        self._names.take(names)

    def suspicions(self, asks: Iterable[AskedQuestion]) -> dict[str, Suspicion]:
        """Those of these questions, which were among the first, that must be held."""
        found = {}
        for one in asks:
            trying = self._names.of(one, self._guard.tries)
            before = Suspicion(trying.rule, len(trying.cases), trying.cases[-SHOWN:]) if trying else None
            asked = (fingerprint(one.question, self._vault), self._groups[one.number], before)
            suspicion, long_list = _judge(one, asked, self._tried, self._guard.limits)
            if suspicion:
                found[one.number] = suspicion
            elif long_list:
                self.long_lists.setdefault(one.batch, one.number)
        return found


def _groups(one: AskedQuestion, vault: Vault) -> list[Group]:
    about = [*(one_of for one_of in indexed(one.question, vault) if one_of[0] != NAME), (REFERENCE, one.question.reference)]
    return [(rule, one.unit, one.question.item, key) for rule, key in about]


def _judge(
    one: AskedQuestion, asked: tuple[str, Iterable[Group], Suspicion | None], tried: Tried, limits: Mapping[str, int]
) -> tuple[Suspicion | None, bool]:
    """Why it must be held, and whether it is only its own bundle that makes it so many."""
    print_, mine, found = asked
    fresh, long_list = [], False
    for group in mine:
        others = tried.setdefault(group, {})
        if print_ in others and others[print_].sent:
            continue  # asked before in these very words: no new try
        tries = [other for key, other in others.items() if other.counts and key != print_]
        before = [other.number for other in tries if not _told_together(group[0], one, other)]
        if len(before) >= limits[group[0]] and found is None:
            found = Suspicion(group[0], len(before), tuple(sorted(before)[-SHOWN:]))
        long_list |= len(before) < limits[group[0]] <= len(tries)
        fresh.append(others)
    for others in fresh:
        others[print_] = Try(one.number, one.batch, found is None)
    return found, long_list


def _told_together(rule: str, one: AskedQuestion, other: Try) -> bool:
    """Whether both stand in one bundle, whose people were all named before anything was answered."""
    return rule == PERSON and is_bundle(one.batch) and other.batch == one.batch


@cache
def _asked_about(postgres: bool) -> Select[Any]:
    # The unit is looked at when the rows are there: in the statement it leads SQLite to read all that the unit asked in the month.
    named = lately_named(postgres)
    columns: Any = (named.c.key, Case.unit, Case.item, Case.fingerprint, Case.number, Case.batch, Case.state, Case.outcome)
    return select(*columns).join(Case, col(Case.number) == named.c.number)


@cache
def _asked_under(postgres: bool) -> Select[Any]:
    columns: Any = (Case.unit, Case.reference, Case.item, Case.fingerprint, Case.number, Case.batch, Case.state)
    references = with_keys_later(postgres, col(Case.reference), "references")
    return select(*columns).where(with_keys_later(postgres, col(Case.unit), "units"), references)


def _note(tried: Tried, group: Group, print_: str, one: Try) -> None:
    # Of several times in the same words the one that was sent, and what it found, decides.
    known = tried.setdefault(group, {}).get(print_)
    tried[group][print_] = Try(one.number, one.batch, one.sent or known.sent, one.counts and known.counts) if known else one
