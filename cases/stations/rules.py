"""Station rules: the table of what leads a unit's questions to which of its stations, and which of several rules decides.

Of the rules that fit a question the most exact decides: a community before words of an address, these before the beginning of an
ID number, and any of them before the item alone; then the longer value; then the rule of one item before that of all. Of people
the one whom the item names first is looked at first. Where no rule fits, the question stays with the unit.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from cases.catalogue.item import Item
from cases.names import mended
from cases.question import Question

SHORTEST_PREFIX, LONGEST_PREFIX = 2, 6  # digits of an area code (GB/T 2260): province, city, county


class RuleKind(StrEnum):
    """What of a question a rule looks at, the most exact first."""

    COMMUNITY = "community"  # the name of a community of the roster, in a text of the question that says where
    ADDRESS = "address"  # words in such a text
    PREFIX = "prefix"  # the beginning of a person's ID number
    EVERY = "every"  # nothing but the item


EXACT = {kind: place for place, kind in enumerate(RuleKind)}
IN_WORDS = frozenset({RuleKind.COMMUNITY, RuleKind.ADDRESS})


class StationRule(SQLModel, table=True):
    """Questions of this unit, of one item or ('') of all, go to this station where `value` fits. No two rules ask for the same."""

    __tablename__ = "station_rule"

    unit: str = Field(primary_key=True, foreign_key="unit.code", max_length=32)
    item: str = Field(default="", primary_key=True, max_length=64)
    kind: str = Field(primary_key=True, max_length=16)
    value: str = Field(default="", primary_key=True, max_length=64)
    station: str = Field(foreign_key="unit.code", index=True, max_length=32)

    @property
    def exactness(self) -> tuple[int, int, bool, str, str]:
        """By which rules are sorted, the one that decides first."""
        return EXACT[RuleKind(self.kind)], -len(self.value), not self.item, self.value, self.item


@dataclass(frozen=True, slots=True)
class Where:
    """What of a question can lead to a station: item, the ID numbers of its people in the item's order, texts that say where."""

    item: str
    id_numbers: Sequence[str]
    words: str


def where_of(question: Question, item: Item) -> Where:
    """What of this question rules look at: never a name, and of the details those that are free text."""
    people = [question.subjects[role.role] for role in item.subjects if role.role in question.subjects]
    texts = [question.details.get(detail.name, "") for detail in item.details if detail.kind == "text"]
    return Where(question.item, [one.id_number for one in people if one.id_number], " ".join(mended(text) for text in texts))


def written(kind: str, value: str) -> str:
    """A rule's value as it is compared: digits and letters of usual width, without blanks around."""
    return unicodedata.normalize("NFKC", value).strip() if kind == RuleKind.PREFIX else mended(value)


def deciding(rules: Iterable[StationRule], where: Where) -> StationRule | None:
    """The rule that decides; None where none fits. `rules` are those of the unit, in any order."""
    fitting = [rule for rule in rules if _fits(rule, where)]
    return min(fitting, key=lambda rule: _rank(rule, where), default=None)


def _fits(rule: StationRule, where: Where) -> bool:
    if rule.item and rule.item != where.item:
        return False
    if rule.kind in IN_WORDS:
        return rule.value in where.words
    return rule.kind == RuleKind.EVERY or any(number.startswith(rule.value) for number in where.id_numbers)


def _rank(rule: StationRule, where: Where) -> tuple[object, ...]:
    exact, length, *rest = rule.exactness
    place = where.words.find(rule.value) if rule.kind in IN_WORDS else 0
    if rule.kind == RuleKind.PREFIX:
        place = next(n for n, number in enumerate(where.id_numbers) if number.startswith(rule.value))
        return exact, place, length, *rest  # the first person decides, be there a longer rule for the second
    return exact, length, place, *rest


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rules of one unit that touch: `rule` is never reached because of `other`, or `other` takes a part of what it fits."""

    rule: StationRule
    other: StationRule
    unreachable: bool


def overlaps(rules: Sequence[StationRule]) -> Iterator[Overlap]:
    """Every two rules of a unit of which one covers the other, in the order in which they decide."""
    ordered = sorted(rules, key=lambda rule: (rule.unit, rule.exactness))
    for place, rule in enumerate(ordered):
        for before in ordered[:place]:
            if before.unit != rule.unit or (before.item and rule.item and before.item != rule.item):
                continue
            if _covers(before, rule):
                yield Overlap(rule, before, True)
            elif before.station != rule.station and _covers(rule, before) and rule.kind != RuleKind.EVERY:
                yield Overlap(rule, before, False)


def _covers(wide: StationRule, narrow: StationRule) -> bool:
    """Whether every question that the narrow rule fits is fitted by the wide one, too."""
    if wide.item and wide.item != narrow.item:
        return False
    if wide.kind in IN_WORDS and narrow.kind in IN_WORDS:
        return wide.value in narrow.value
    if wide.kind == narrow.kind == RuleKind.PREFIX:
        return narrow.value.startswith(wide.value)
    return wide.kind == RuleKind.EVERY


def can_fit(rule: StationRule, item: Item) -> bool:
    """Whether a question of this item can have what the rule looks at."""
    if rule.kind in IN_WORDS:
        return any(detail.kind == "text" for detail in item.details)
    return rule.kind == RuleKind.EVERY or any(role.kind == "person" for role in item.subjects)


def rules_of(session: Session, unit: str = "") -> list[StationRule]:
    """The rules of a unit, or all, in the order in which they decide."""
    found = select(StationRule).where(StationRule.unit == unit) if unit else select(StationRule)
    return sorted(session.exec(found.order_by(col(StationRule.unit))), key=lambda rule: (rule.unit, rule.exactness))
