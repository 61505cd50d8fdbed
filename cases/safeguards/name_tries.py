"""Name and number guesses: counts of mismatched pairs, for the fishing guard.

A number belongs to one person, so a unit that asks about it under one name after the other is trying names; one that asks about one
name with ever other numbers is looking for a number. Who asks the same pair again, about whatever item, tries nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, bindparam, select
from sqlmodel import col

from cases.case import Case, fingerprint
from cases.lifecycle import HELD, REFUSED, WITHDRAWN
from cases.question import Outcome, Question
from cases.subject_index import IndexedSubject, lately_named, pairs_of
from storage.read_together import Lookup
from storage.vault import Vault

NOT_SENT = frozenset({HELD, REFUSED, WITHDRAWN})  # withdrawn may have been while it was held: then it was never sent
NEWEST, NEWEST_EACH = 100, 20  # cases that are looked at for a batch, and for each question of it
MISFIT, NAME = "misfit", "name"  # names tried for a number; numbers tried for a name
# Until there is an answer, and with these, nobody knows that name and number belong together.
MISSED = frozenset({"", Outcome.IDENTITY_MISMATCH, Outcome.NO_RECORD, Outcome.CANNOT_SAY})


class AskedQuestion(Protocol):
    """A question about to be asked."""

    @property
    def question(self) -> Question: ...
    @property
    def unit(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def batch(self) -> str: ...


class Missed(NamedTuple):
    """A question that was asked before and missed: its case and everybody and everything that it names, by index key."""

    number: str
    print_: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tried:
    """By which rule something was tried, and the cases in which it was: one for each other person."""

    rule: str
    cases: tuple[str, ...]


class NameTries:
    """What units have tried of names and numbers: `lookup` is read, `take` takes in what it gave."""

    def __init__(self, asks: Sequence[AskedQuestion], units: Collection[str], since: str, vault: Vault) -> None:
        self._vault, self._units, self._since = vault, units, since
        self._pairs = {one.number: pairs_of(one.question, vault) for one in asks}
        self._missed: defaultdict[str, dict[str, Missed]] = defaultdict(dict)  # by unit, then case
        self._sent: set[tuple[str, str]] = set()  # unit and fingerprint: asked before in these very words

    def of(self, one: AskedQuestion, limit: int) -> Tried | None:
        """What this question goes on trying, where that is as much as the limit; the question is remembered for those after it."""
        before, print_ = self._missed[one.unit], fingerprint(one.question, self._vault)
        found = None
        for number, name in () if (one.unit, print_) in self._sent else self._pairs[one.number]:
            for rule, key, other in ((MISFIT, number, name), (NAME, name, number)):
                people = self._others(before.values(), key, other, print_)
                if len(people) >= limit and found is None:
                    found = Tried(rule, tuple(sorted(people.values())))
        keys = frozenset(key for pair in self._pairs[one.number] for key in pair)
        before[one.number] = Missed(one.number, print_, keys)
        return found

    def _others(self, before: Collection[Missed], key: str, other: str, print_: str) -> Mapping[frozenset[str], str]:
        """The cases with the one and not the other, one for each set of people that they name."""
        return {one.keys: one.number for one in before if key in one.keys and other not in one.keys and one.print_ != print_}

    def lookup(self, postgres: bool) -> Lookup:
        """One question to the database for a batch of any size."""
        wanted = {key for pairs in self._pairs.values() for pair in pairs for key in pair}
        # A name that many bear has been asked about often: the newest tell enough, and no question waits for the others.
        newest = NEWEST + NEWEST_EACH * len(self._pairs)
        return Lookup(_whole(postgres), {"keys": sorted(wanted), "since": self._since, "newest": newest})

    def take(self, rows: Iterable[Sequence[Any]]) -> None:
        """The rows of the lookup."""
        named: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for number, unit, print_, outcome, state, key in rows:
            if unit in self._units and outcome in MISSED:
                named[unit, number, print_].add(key)
            if unit in self._units and state not in NOT_SENT:
                self._sent.add((unit, print_))
        for (unit, number, print_), about in named.items():
            self._missed[unit][number] = Missed(number, print_, frozenset(about))


@cache
def _whole(postgres: bool) -> Select[Any]:
    """The newest cases that have one of these keys, with all of their keys."""
    like = lately_named(postgres)
    newest = select(like.c.number).distinct().order_by(like.c.number.desc()).limit(bindparam("newest")).subquery()
    columns: Any = (Case.number, Case.unit, Case.fingerprint, Case.outcome, Case.state, IndexedSubject.key)
    found = select(*columns).select_from(newest).join(Case, col(Case.number) == newest.c.number)
    return found.join(IndexedSubject, col(IndexedSubject.number) == newest.c.number)
