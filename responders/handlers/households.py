"""Who was whose parent, spouse or sibling, read from household registers of any time by each line's relation to the head."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from responders.handlers import persons
from responders.handlers.persons import PersonQuery

CHILD = frozenset({"子", "女", "长子", "次子", "三子", "长女", "次女", "三女", "养子", "养女"})
SPOUSE = frozenset({"妻", "夫", "配偶"})
PARENT = frozenset({"父亲", "母亲"})
SIBLING = frozenset({"兄弟", "姐妹"})
GRANDPARENT = frozenset({"祖父", "祖母"})
GRANDCHILD = frozenset({"孙子", "孙女"})
BORN_INTO = frozenset({"出生", "收养"})
STILL = "9999-12-31"

LINES = """SELECT household, number, name, sex, relation, entered, coalesce("left", '9999-12-31'), why_in, why_out FROM member
WHERE household IN (SELECT household FROM member WHERE number IN (SELECT value FROM json_each(?)))"""


class Line(NamedTuple):
    """One line of a household register; `left` is 9999-12-31 while it is open; `key` is the person's, see below."""

    household: str
    number: str
    name: str
    sex: str
    relation: str
    entered: str
    left: str
    why_in: str
    why_out: str
    key: str


class Tie(NamedTuple):
    """Two lines of one household that make their persons kin: the elder, or either, stands first."""

    one: Line
    other: Line

    @property
    def until(self) -> str:
        """The day on which they no longer shared the household."""
        return min(self.one.left, self.other.left)

    @property
    def ended_by_death(self) -> bool:
        """Whether a death parted them; one that came after they had parted otherwise does not count."""
        return any(line.left == self.until and line.why_out == "死亡" for line in (self.one, self.other))

    def evidence(self) -> dict[str, str]:
        """Where it stands: household, form of number, years, and whether they share the household still."""
        until = self.until
        form = "15" if len(self.one.number) == 15 or len(self.other.number) == 15 else "18"
        current = until == STILL
        return {
            "id_form": form, "household": self.one.household, "shared_from": max(self.one.entered, self.other.entered)[:4],
            "shared_until": "" if current else until[:4], "shared_today": "yes" if current else "no",
        }  # fmt: skip


Ties = defaultdict[str, list[Tie]]


@dataclass(slots=True)
class Kin:
    """Everything that the households of the asked persons tell, by key of person: see `key`."""

    lines: defaultdict[str, list[Line]]
    parents: Ties  # under the child; one: parent, other: child
    children: Ties  # under the parent; the same ties
    spouses: Ties
    siblings: Ties
    grandparents: Ties  # under the grandchild; one: grandparent


def key(number: str) -> str:
    """One key for both forms of a number: the 15 digits where there were any (as ResidentId.old_number has it)."""
    if len(number) != 18:
        return number
    century = "18" if number[14:17] >= "996" else "19"
    return number[:6] + number[8:17] if number[6:8] == century else number


def read_kin(records: sqlite3.Connection, asked: Sequence[PersonQuery]) -> Kin:
    """The kin of all asked persons, in one query."""
    kin = Kin(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    homes: defaultdict[str, list[Line]] = defaultdict(list)
    for row in records.execute(LINES, (persons.forms_json(persons.index(asked)),)):
        line = Line._make((*row, key(row[1])))
        homes[line.household].append(line)
        kin.lines[line.key].append(line)
    for lines in homes.values():
        _read_household(kin, lines)
    return kin


def _read_household(kin: Kin, lines: list[Line]) -> None:
    heads = [line for line in lines if line.relation == "户主"]
    spouses = [line for line in lines if line.relation in SPOUSE]
    for line in lines:
        if line.relation == "户主":
            continue
        for head in heads:
            if line.entered < head.left and head.entered < line.left:
                _tie(kin, head, line)
        if line.why_in in BORN_INTO and line.relation in CHILD:
            # A spouse who came later is no parent: only who stood there on the day of the birth.
            for spouse in spouses:
                if spouse.entered <= line.entered < spouse.left:
                    _parent(kin, spouse, line)


def _tie(kin: Kin, head: Line, line: Line) -> None:
    relation = line.relation
    if relation in CHILD:
        _parent(kin, head, line)
    elif relation in PARENT:
        _parent(kin, line, head)
    elif relation in SPOUSE:
        _both(kin.spouses, head, line)
    elif relation in SIBLING:
        _both(kin.siblings, head, line)
    elif relation in GRANDPARENT:
        kin.grandparents[head.key].append(Tie(line, head))
    elif relation in GRANDCHILD:
        kin.grandparents[line.key].append(Tie(head, line))


def _parent(kin: Kin, parent: Line, child: Line) -> None:
    tie = Tie(parent, child)
    kin.parents[child.key].append(tie)
    kin.children[parent.key].append(tie)


def _both(ties: Ties, head: Line, line: Line) -> None:
    ties[head.key].append(Tie(head, line))
    ties[line.key].append(Tie(line, head))


def keys(person: PersonQuery) -> set[str]:
    """The keys of all numbers that the person has or had."""
    return {key(number) for number in person.forms}


def gather(ties: Ties, whose: Iterable[str]) -> list[Tie]:
    """All ties of a person under all keys."""
    return [tie for one in whose for tie in ties.get(one, ())]
