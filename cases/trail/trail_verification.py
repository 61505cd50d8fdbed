"""Verifying the trail: every line, every checkpoint, and that nothing signed is gone; names each fault."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, or_, type_coerce
from sqlmodel import Session, col, select

from cases.case import Case
from cases.trail.chain import Key
from cases.trail.chain_tips import StoredTip
from cases.trail.chain_verification import COLUMNS, PLACE, ChainVerification, Fault, Row, among_chains, read_chains, verify_chain
from cases.trail.checkpoint_check import check_checkpoints
from cases.trail.checkpoint_key import HouseKey
from cases.trail.checkpoints import Leaf, Verification
from cases.trail.trail import Trail
from storage.bulk_rows import among
from storage.foreign_values import AnyText
from storage.vault import vault_of

PAGE = 10_000  # lines read at once
MOST_FAULTS = 20  # kept; all are counted


@dataclass
class Report:
    """What was looked at, and what is wrong: the first faults, and how many there are."""

    lines: int = 0
    chains: int = 0
    checkpoints: int = 0
    uncovered: int = 0  # lines that no checkpoint signs yet
    faults: list[Fault] = field(default_factory=list)
    count: int = 0

    def blame(self, fault: Fault | None) -> None:
        """Notes a fault, if it is one."""
        if fault is not None:
            self.count += 1
            self.faults += [fault] * (len(self.faults) < MOST_FAULTS)


def verify_all(session: Session, key: HouseKey, copies: Mapping[int, str]) -> Report:
    """The whole trail; `copies` are checkpoints kept outside the database, by number. The session sees one moment."""
    report = Report()
    report.checkpoints = check_checkpoints(session, key, copies, report.blame)
    for chains in _in_pages(session):
        check_chains(session, chains, report)
    _lost_chains(session, report)
    _noted_beside(session, report)
    return report


def verify_case(session: Session, number: str) -> Report:
    """One case alone: its lines, against the ends that were signed. The checkpoints themselves are not looked at."""
    report = Report()
    rows = list(read_chains(session, [(number, "")]))
    check_chains(session, [rows] if rows else [], report)
    _noted_beside(session, report, col(Trail.number) == number)
    if not rows and _chains_signed(session, [(number, "")]):
        report.blame(Fault("missing", number, seq=1))
    return report


def note(session: Session, report: Report, now: datetime, seconds: float) -> None:
    """Writes down what came of verifying the whole trail, for the pages that show it."""
    seen = {"lines": report.lines, "chains": report.chains, "checkpoints": report.checkpoints, "uncovered": report.uncovered}
    first = json.dumps(report.faults[0]) if report.faults else ""
    session.add(Verification(at=now, seconds=seconds, **seen, faults=report.count, first_fault=first))


def check_chains(session: Session, chains: Sequence[Sequence[Row]], report: Report) -> None:
    """These whole chains, against themselves, the ends that were signed, and the ends that the next lines will follow."""
    vault, walks = vault_of(session), dict[Key, ChainVerification]()
    for rows in chains:
        found = verify_chain(rows, vault)
        walks[found.key] = found
        report.lines += len(rows)
        report.blame(found.fault)
    report.chains += len(walks)
    covered: dict[Key, int] = {}
    for leaf in _chains_signed(session, list(walks)):
        covered[leaf.number, leaf.chain] = max(covered.get((leaf.number, leaf.chain), 0), leaf.seq)
        _blame(report, walks.get((leaf.number, leaf.chain)), leaf.seq, leaf.link)
    for number, chain, seq, link in _ends(session, list(walks)):
        _blame(report, walks.get((number, chain)), seq, link or b"", last=True)
    report.uncovered += sum(max(0, len(one.links) - covered.get(key, 0)) for key, one in walks.items())


def _blame(report: Report, found: ChainVerification | None, seq: int, link: bytes, last: bool = False) -> None:
    """A chain once ended here, or ends here (`last`): it must have come by the same link. None: no line of it is in these rows."""
    if found is None or found.fault is not None:
        return  # said elsewhere, or already
    if seq > len(found.links):
        found.fault = Fault("missing", *found.key, len(found.links) + 1)
    elif seq < 1 or found.links[seq - 1] != link or (last and seq < len(found.links)):
        found.fault = Fault("end", *found.key, seq)
    report.blame(found.fault)


def _in_pages(session: Session) -> Iterator[list[list[Row]]]:
    """All chains, whole, some thousand lines at a time."""
    rows = session.execute(select(*COLUMNS).order_by(*PLACE), execution_options={"yield_per": PAGE})
    chains, lines = list[list[Row]](), 0
    for _, chain in groupby(rows, key=lambda row: (row.number, row.chain)):
        chains.append(list(chain))
        lines += len(chains[-1])
        if lines >= PAGE:
            yield chains
            chains, lines = [], 0
    yield chains


def _chains_signed(session: Session, keys: Sequence[Key]) -> list[Any]:
    found = select(Leaf.number, Leaf.chain, Leaf.seq, Leaf.link)
    return [leaf for where in among_chains(session, Leaf, keys) for leaf in session.execute(found.where(*where))]


def _ends(session: Session, keys: Sequence[Key]) -> Iterator[Any]:
    """Where the next line of each chain would follow."""
    numbers = [number for number, _ in keys if number]
    of_cases = select(Case.number, literal(""), Case.trail_seq, Case.trail_link)
    if numbers:
        yield from session.execute(of_cases.where(among(session, col(Case.number), numbers)))
    for where in among_chains(session, StoredTip, keys):
        yield from session.execute(select(StoredTip.number, StoredTip.chain, StoredTip.seq, StoredTip.link).where(*where))


def _noted_beside(session: Session, report: Report, *which: ColumnElement[bool]) -> None:
    """Words in the columns `note` and `details`, which no link covers: what was noted stands encrypted in `content`."""
    words = or_(col(Trail.note) != "", cast(Trail.details, Text) != "{}")
    found = select(Trail.number, Trail.chain, Trail.seq, Trail.id).where(words, *which)
    for number, chain, seq, line in session.exec(found.limit(MOST_FAULTS)):
        report.blame(Fault("contents", number, chain, seq, line))


def _lost_chains(session: Session, report: Report) -> None:
    """Chains without a single line left, whose ends were signed or are written down."""
    for table, chain, known in (
        (Leaf, col(Leaf.chain), True),
        (Case, literal(""), col(Case.trail_seq) > 0),
        (StoredTip, col(StoredTip.chain), True),
    ):
        there = select(Trail.id).where(Trail.number == table.number, col(Trail.chain) == chain, col(Trail.seq) == 1).exists()
        lost = select(type_coerce(table.number, AnyText()), chain).where(known, ~there).distinct().limit(MOST_FAULTS)
        for number, name in session.execute(lost):
            report.blame(Fault("missing", number, name, 1))
