"""Amendments: the table of changes of delivered answers (what stood before, what is proposed, who saw it)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Index, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, SQLModel, col, func, select

from cases.case import Case
from cases.lifecycle import REFUSED, RETRACTED, WITHDRAWN
from cases.move_context import Wished
from storage.bulk_rows import among, insert_rows
from storage.encrypted_columns import EncryptedJson, EncryptedText
from storage.first_rows import FirstRows, first_rows
from storage.json import Json

PROPOSED, STANDING, DECLINED, DROPPED = "proposed", "standing", "declined", "dropped"
AMEND, WITHDRAW = "amend", "withdraw_answer"  # what is told of it; given anew after a dispute, the name of that move
KINDS = (AMEND, WITHDRAW)
NOTHING_STANDS = frozenset({RETRACTED, WITHDRAWN, REFUSED})
EMPTY: Mapping[str, Any] = {"reason": "", "earlier": None, "wanted": None}


class Amendment(SQLModel, table=True):
    """One change of a delivered answer; `version` is the one that it, or its proposal, gave the case.

    `earlier` is what stood before; `wanted` what is to stand once a second person has confirmed it.
    """

    number: str = Field(primary_key=True, max_length=32)
    version: int = Field(primary_key=True)
    at: datetime
    kind: str = Field(max_length=32)
    actor: str = Field(max_length=16)
    who: str = Field(max_length=64)
    unit: str = Field(default="", max_length=32)
    holder: str = Field(max_length=32)
    item: str = Field(max_length=64)
    source: str = Field(default="", max_length=16)  # where the earlier answer came from
    answered_at: datetime | None = None  # since when the earlier answer stood
    reason: str = Field(default="", sa_type=EncryptedText)
    earlier: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    wanted: dict[str, Any] | None = Field(default=None, sa_type=EncryptedJson(none_as_null=True))
    state: str = Field(default=STANDING, max_length=16)
    decided_at: datetime | None = None  # of a proposed one: when it was confirmed, declined or overtaken, and by whom
    decided_by: str = Field(default="", max_length=64)
    seen_at: datetime | None = None  # when the asking unit said that it knows, and who of it
    seen_by: str = Field(default="", max_length=64)

    @property
    def stood_until(self) -> datetime:
        """When the earlier answer ceased to stand: a proposed one at the moment it was confirmed."""
        return self.decided_at or self.at


AMENDMENTS = SQLModel.metadata.tables["amendment"]
_stands = col(Amendment.state) == STANDING
Index("ix_amendment_at", col(Amendment.at), col(Amendment.holder))
_waits = col(Amendment.state) == PROPOSED
Index("ix_amendment_proposed", col(Amendment.holder), sqlite_where=_waits, postgresql_where=_waits)


class NotedMove(Wished, Protocol):
    """What is noted of a move with an amendment."""

    @property
    def name(self) -> str: ...
    @property
    def note(self) -> str: ...


@dataclass(slots=True)
class AmendmentLedger:
    """What some moves write about amendments: new rows, decisions about proposed ones, and what was seen."""

    rows: list[Json] = field(default_factory=list)
    decided: list[Json] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)

    def note(self, case: Case, move: NotedMove, changes: Mapping[str, object], now: datetime) -> None:
        """Notes what this move, whose changes are not made yet, does to the case's delivered answer."""
        mover = move.mover
        if case.proposed_at and "proposed_at" in changes and changes["proposed_at"] is None:
            state = {"confirm_amendment": STANDING, "decline_amendment": DECLINED}.get(move.name, DROPPED)
            self.decided.append(
                {"b_number": case.number, "b_at": case.proposed_at, "state": state, "decided_at": now, "decided_by": mover.who}
            )
        if changes.get("proposed_at"):
            self.rows.append({**_row(case, move, now), "kind": AMEND, "state": PROPOSED, "wanted": dict(move.given["finding"])})
        elif "finding" in changes and case.finding and move.name != "confirm_amendment":
            kind = WITHDRAW if changes.get("state") in NOTHING_STANDS else move.name
            self.rows.append({**_row(case, move, now), "kind": kind, "state": STANDING, "wanted": None})
        if case.unseen and changes.get("unseen") is False:
            self.seen.append({"b_number": case.number, "seen_at": now, "seen_by": mover.who})

    def write(self, session: Session) -> None:
        """Writes it; nothing where no answer was touched, else a statement a kind."""
        insert_rows(session, AMENDMENTS, self.rows)
        self._update(session, self.decided, _waits & (col(Amendment.at) == bindparam("b_at")))
        self._update(session, self.seen, _stands & col(Amendment.seen_at).is_(None))

    @staticmethod
    def _update(session: Session, rows: Sequence[Json], which: ColumnElement[bool]) -> None:
        if rows:
            session.connection().execute(update(AMENDMENTS).where(AMENDMENTS.c.number == bindparam("b_number"), which), rows)


def _row(case: Case, move: NotedMove, now: datetime) -> Json:
    mover = move.mover
    by = {"actor": str(mover.actor), "who": mover.who, "unit": mover.unit, "reason": move.note}
    where = {"number": case.number, "version": case.version + 1, "at": now, "holder": case.holder, "item": case.item}
    before = {"source": case.source, "answered_at": case.stands_since, "earlier": dict(case.finding or {})}
    blank = {"decided_at": None, "decided_by": "", "seen_at": None, "seen_by": ""}
    return {**where, **by, **before, **blank}


def amendments_of(session: Session, case: Case) -> Sequence[Amendment]:
    """What became of a case's answer, oldest first; of a blocked case without what was found. No query where nothing did."""
    if not (case.amended_at or case.proposed_at):
        return ()
    found = session.exec(select(Amendment).where(Amendment.number == case.number).order_by(col(Amendment.version))).all()
    for one in found if case.blocked_at else ():
        for name, value in EMPTY.items():
            set_committed_value(one, name, value)
    return found


def proposed_of(session: Session, number: str) -> Amendment | None:
    """The amendment of this case that waits for a second person."""
    return session.exec(select(Amendment).where(Amendment.number == number, _waits)).first()


def proposed_by(session: Session, numbers: Collection[str]) -> dict[str, str]:
    """Who proposed the amendments of these cases that wait, by case."""
    found = select(Amendment.number, Amendment.who).where(among(session, col(Amendment.number), list(numbers)), _waits)
    return dict(session.exec(found).all())


def waiting_in(session: Session, unit: str, station: bool = False, at_most: int = 20) -> FirstRows[Amendment]:
    """The amendments that wait for a second person, the oldest first: of a unit's answers, its stations' too, or of a station's."""
    found = select(Amendment).where(_waits).order_by(col(Amendment.at))
    if not station:
        return first_rows(session, found.where(Amendment.holder == unit), at_most)
    return first_rows(session, found.join(Case, col(Case.number) == col(Amendment.number)).where(Case.station == unit), at_most)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many answers were put right: by unit, and by where the earlier answer came from."""

    by_unit: Mapping[str, int]
    by_source: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_unit.values())


def count_amendments(session: Session, since: datetime, until: datetime) -> Counts:
    """The answers amended or withdrawn in that time; one given anew after a dispute counts too, one only proposed does not."""
    at = func.coalesce(col(Amendment.decided_at), col(Amendment.at))
    found = select(Amendment.holder, Amendment.source, func.count()).where(_stands, at >= since, at < until)
    units, sources = Counter[str](), Counter[str]()
    for holder, source, count in session.exec(found.group_by(col(Amendment.holder), col(Amendment.source))):
        units[holder] += count
        sources[source] += count
    return Counts(units, sources)
