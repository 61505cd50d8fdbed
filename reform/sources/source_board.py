"""The board of sources as data: each register with what still goes to people because of it, and how its machine is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from cases.agents import AgentLife, AgentRow, last_heartbeats, life_of
from cases.catalogue.catalogue import Catalogue
from cases.catalogue.item import Item
from cases.statistics.by_people import Pair, asked_of_people
from reform.papers.paper import SOURCE, Paper, papers_about
from reform.sources.source import RegisterSource

SPAN = timedelta(days=30)  # a month, whichever day it is
AT_MOST = 300  # registers on the board


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One register: `by_people` questions of the last 30 days went to a person; `answered_by_it` of its items a machine answers."""

    source: RegisterSource
    items: Sequence[Item]
    by_people: int
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
    """All registers, and the pairs of unit and item with questions for people that stand on no register."""

    rows: Sequence[SourceRow]
    unlisted: Sequence[tuple[Pair, int]]
    more: int = 0

    @property
    def next_one(self) -> SourceRow | None:
        """Which to connect next: of those that are not, the one whose want sends most questions to people."""
        waiting = [row for row in self.rows if not row.source.connected and row.by_people]
        return max(waiting, key=lambda row: row.by_people, default=None)


def read_board(session: Session, now: datetime, today: date, catalogue: Catalogue) -> SourceBoard:
    """Late ones first, then by how many questions went to people, those that are connected last. Four statements."""
    sources = session.exec(select(RegisterSource).order_by(col(RegisterSource.id)).limit(AT_MOST + 1)).all()
    people, machines = asked_of_people(session, now - SPAN), {one.unit: one for one in session.exec(select(AgentRow))}
    letters = papers_about(session, SOURCE, [str(one.id) for one in sources])
    rows = [_row(one, people, machines.get(one.unit), letters, (now, today), catalogue) for one in sources[:AT_MOST]]
    rows.sort(key=lambda row: (row.source.connected, not row.late, -row.by_people, row.source.unit, row.source.name))
    listed = {(one.unit, code) for one in sources for code in one.items}
    unlisted = sorted(((pair, count) for pair, count in people.items() if pair not in listed), key=lambda one: (-one[1], one[0]))
    return SourceBoard(rows, unlisted, max(0, len(sources) - AT_MOST))


def _row(
    one: RegisterSource, people: Mapping[Pair, int], machine: AgentRow | None, letters: Mapping[str, Sequence[Paper]],
    moment: tuple[datetime, date], catalogue: Catalogue,
) -> SourceRow:  # fmt: skip
    now, today = moment
    items = [catalogue.items[code] for code in one.items if code in catalogue.items]
    answered = [item.code for item in items if machine and item.code in machine.items]
    count = sum(people.get((one.unit, item.code), 0) for item in items)
    late = one.late(today)
    return SourceRow(
        one, items, count, life_of(machine, now), last_heartbeats(machine), answered, letters.get(str(one.id), ()), late
    )
