"""The board of sources as data: each register with what still goes to people because of it, and how its machine is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from cases.agents import AgentLife, AgentRow, last_heartbeats, life_of
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.certificates.certificate import CertificateClass
from cases.certificates.directory import all_certificates
from cases.certificates.taking import yearly_of
from cases.statistics.by_people import Pair, asked_of_people
from reform.papers.paper import SOURCE, Paper, papers_about
from reform.sources.source import RegisterSource

SPAN = timedelta(days=30)  # a month, whichever day it is
AT_MOST = 300  # registers on the board
REPLACED = (CertificateClass.QUERY, CertificateClass.CHECK)  # an item takes the place of these


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One register: `by_people` questions of the last 30 days went to a person; `answered_by_it` of its items a machine answers.

    `papers` are those of a year whose certificates its items take the place of, as far as somebody has said how many.
    """

    source: RegisterSource
    items: Sequence[Item]
    by_people: int
    papers: int
    life: AgentLife
    last: datetime | None
    answered_by_it: Sequence[str]
    letters: Sequence[Paper]
    late: bool

    @property
    def complete_since(self) -> Mapping[str, date]:
        """By item since when the register holds all that is so today, where the catalogue knows it."""
        return {item.code: item.complete_since for item in self.items if item.complete_since}


@dataclass(frozen=True, slots=True)
class SourceBoard:
    """All registers, and what stands on none: unit and item, its questions for people, the papers of a year it stands for."""

    rows: Sequence[SourceRow]
    unlisted: Sequence[tuple[Pair, int, int]]
    more: int = 0

    @property
    def next_one(self) -> SourceRow | None:
        """Which to connect next: of those that are not, the one whose want sends most questions to people; before any
        question was asked, the one that takes the place of most papers."""
        waiting = [row for row in self.rows if not row.source.connected and (row.by_people or row.papers)]
        return max(waiting, key=lambda row: (row.by_people, row.papers), default=None)


class _Asked(NamedTuple):
    """What is asked of registers: questions that went to people, and papers a year by item and certificate."""

    people: Mapping[Pair, int]
    papers: Mapping[str, Mapping[str, int]]


def read_board(session: Session, now: datetime, today: date, catalogue: Catalogue) -> SourceBoard:
    """Late ones first, then by how many questions went to people, then by papers, those that are connected last. Few statements."""
    papers = papers_by_item(session)  # first: on SQLite only what a session reads first is remembered
    sources = session.exec(select(RegisterSource).order_by(col(RegisterSource.id)).limit(AT_MOST + 1)).all()
    people, machines = asked_of_people(session, now - SPAN), {one.unit: one for one in session.exec(select(AgentRow))}
    letters = papers_about(session, SOURCE, [str(one.id) for one in sources])
    asked = _Asked(people, papers)
    rows = [_row(one, asked, machines.get(one.unit), letters, (now, today), catalogue) for one in sources[:AT_MOST]]
    rows.sort(key=_order)
    unlisted = _unlisted({(one.unit, code) for one in sources for code in one.items}, asked, catalogue)
    return SourceBoard(rows, unlisted, max(0, len(sources) - AT_MOST))


def papers_by_item(session: Session) -> dict[str, dict[str, int]]:
    """By item the certificates that it takes the place of, each with its papers a year: the directory's figure, or what the
    units say in the survey that they take, where that is more."""
    certificates, said = all_certificates(session), yearly_of(session)
    found: dict[str, dict[str, int]] = {}
    for one in certificates:
        for code in one.items if one.certificate_class in REPLACED else ():
            found.setdefault(code, {})[one.code] = max(one.yearly_volume, said.get(one.code, 0))
    return found


def _unlisted(listed: Collection[Pair], asked: _Asked, catalogue: Catalogue) -> list[tuple[Pair, int, int]]:
    items = [catalogue.items[code] for code in asked.papers if code in catalogue.items]
    papers = {(item.holder, item.code): sum(asked.papers[item.code].values()) for item in items}
    pairs = {pair for pair in (*asked.people, *papers) if pair not in listed}
    found = [(pair, asked.people.get(pair, 0), papers.get(pair, 0)) for pair in pairs]
    return sorted((one for one in found if one[1] or one[2]), key=lambda one: (-one[1], -one[2], one[0]))


def _order(row: SourceRow) -> tuple[Any, ...]:
    return row.source.connected, not row.late, -row.by_people, -row.papers, row.source.unit, row.source.name


def _row(
    one: RegisterSource, asked: _Asked, machine: AgentRow | None, letters: Mapping[str, Sequence[Paper]],
    moment: tuple[datetime, date], catalogue: Catalogue,
) -> SourceRow:  # fmt: skip
    now, today = moment
    items = [catalogue.items[code] for code in one.items if code in catalogue.items]
    answered = [item.code for item in items if machine and item.code in machine.items]
    count = sum(asked.people.get((one.unit, item.code), 0) for item in items)
    papers = sum({code: many for item in items for code, many in asked.papers.get(item.code, {}).items()}.values())
    late = one.late(today)
    return SourceRow(
        one, items, count, papers, life_of(machine, now), last_heartbeats(machine), answered, letters.get(str(one.id), ()), late
    )
