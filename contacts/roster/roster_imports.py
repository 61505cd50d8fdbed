"""Roster imports: the table of uploaded sheets waiting for confirmation, with their preview."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import defer
from sqlmodel import Field, Session, SQLModel, col, func, select

from contacts.roster import roster_sheets
from contacts.roster.roster import Area
from contacts.roster.roster_sheets import AREAS, CONTACTS, RosterPlan
from storage.encrypted_columns import EncryptedBytes, EncryptedJson, EncryptedText
from storage.json import Json
from storage.sheets.files import read_book
from storage.sheets.limits import BadFile
from storage.sheets.rows import Row, RowFault, left_out, read_rows, recognise, under_titles
from storage.sheets.table import Book, Table

N_ = str
NO_SHEET = N_("This is neither a sheet of areas nor one of contacts.")
TOO_MANY_WAITING = N_("{most} sheets of yours wait already. Take them in or give them up, then send the next one.")
NOTHING_IN_IT = N_("There is not a single row in this file.")
KEPT = timedelta(days=1)
WAITING_SHOWN = 10
HIDDEN_SHEET = N_("This sheet is hidden, but the whole file is said to be complete. Show the sheet, or delete it.")
WHATS = ("add", "change", "remove")
MOST_TOLD = 5000  # faults that a preview keeps


class RosterImport(SQLModel, table=True):
    """An uploaded sheet and its preview. The sheet goes as soon as it was taken or given up, the rest a day later."""

    __tablename__ = "roster_import"

    id: UUID = Field(primary_key=True)
    who: str = Field(index=True, max_length=64)
    made_at: datetime = Field(index=True)
    file: str = Field(max_length=200, sa_type=EncryptedText)
    data: bytes = Field(sa_type=EncryptedBytes)
    complete: bool = False  # whoever is missing from the sheet leaves the roster, in the communities that it names
    preview: dict[str, Any] = Field(default_factory=dict, sa_type=EncryptedJson)
    taken_at: datetime | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are, and how many of them add, change, stay as they are, are bad and were left out: these five are
        all of them. `remove` counts people, who stand in no row.
        """
        return dict(self.preview["counts"])


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a yes. Not taken, where the roster has changed since: the preview is then a new one to be looked at."""

    taken: bool
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Planned:
    """What a file would change, everything that is wrong with it, the rows that were left out and the sheets that were not read."""

    plan: RosterPlan
    faults: Sequence[RowFault]
    left_out: Sequence[RowFault]
    not_read: Sequence[str]
    counts: dict[str, int]


@dataclass
class _Read:
    """The rows of a file by kind, and what became of those that are not among them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {AREAS.code: [], CONTACTS.code: []})
    faults: list[RowFault] = field(default_factory=list)
    left_out: list[RowFault] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)


def plan_book(session: Session, book: Book, complete: bool = False) -> Planned:
    """What these sheets of areas and contacts would change, and every fault in them.

    Where the file is said to be complete, what is hidden is a fault: whoever stands there would be taken off the roster.
    """
    read = _Read()
    for table in book.tables:
        _read_table(read, table, complete)
    if complete:
        read.faults += [RowFault(name, 1, "", HIDDEN_SHEET) for name in book.hidden]
    plan, more = roster_sheets.plan(session, read.rows[AREAS.code], read.rows[CONTACTS.code], complete)
    faults = [*read.faults, *more]
    bad = len(read.refused | {(fault.sheet, fault.row) for fault in more})
    whats = Counter(row["what"] for row in plan.rows)
    counts = {"rows": sum(table.row_count for table in book.tables), **{what: whats[what] for what in WHATS}, "same": plan.same}
    return Planned(plan, faults, read.left_out, book.hidden, {**counts, "bad": bad, "left_out": len(read.left_out)})


def _read_table(read: _Read, table: Table, complete: bool) -> None:
    table = under_titles(table, AREAS.columns, CONTACTS.columns)
    kind = recognise(table, (AREAS, CONTACTS))
    good, bad = read_rows(table, kind.columns) if kind else ([], [RowFault(table.name, table.header_row, "", NO_SHEET)])
    if kind:
        read.rows[kind.code] += good
    taken = {row.number for row in good}  # with a fault in the header it is none
    read.refused |= {(table.name, number) for number, _ in table.rows if number not in taken}
    read.faults += bad
    if complete:
        read.faults += [one for one in left_out(table) if one.row]
        read.refused |= {(table.name, number) for number in table.hidden_rows}
    else:
        read.left_out += [one for one in left_out(table) if one.row]


def keep(session: Session, file: str, data: bytes, complete: bool, who: str, now: datetime) -> RosterImport:
    """Keeps a sheet with its preview; nothing of it is in the roster yet. Raises BadFile. Old ones are forgotten."""
    forget(session, now)
    own = select(func.count()).select_from(RosterImport).where(RosterImport.who == who, col(RosterImport.taken_at).is_(None))
    if session.exec(own).one() >= WAITING_SHOWN:
        raise BadFile(TOO_MANY_WAITING, most=WAITING_SHOWN)
    kept = RosterImport(id=uuid4(), who=who, made_at=now, file=file[:200], data=data, complete=complete)
    kept.preview = _preview(session, kept)[1]
    session.add(kept)
    session.flush()
    return kept


def take(session: Session, import_id: UUID, who: str, now: datetime) -> Taken | None:
    """Writes what the preview says, nothing else. None where there is nothing to be taken (any more)."""
    kept = session.get(RosterImport, import_id, with_for_update=True)
    if kept is None or kept.who != who or kept.taken_at or kept.preview["faults"]:
        return None
    plan, preview = _preview(session, kept)
    if preview != kept.preview:
        kept.preview = preview
        return Taken(False, kept.counts)
    roster_sheets.apply(session, plan, who, now)
    kept.taken_at, kept.data = now, b""
    return Taken(True, kept.counts)


def find(session: Session, import_id: UUID, who: str) -> RosterImport | None:
    """This keeper's own import, without the sheet itself."""
    own = select(RosterImport).where(RosterImport.id == import_id, RosterImport.who == who)
    return session.exec(own.options(defer(col(RosterImport.data)))).first()  # type: ignore[arg-type]  # a mapped attribute


def waiting(session: Session, who: str, now: datetime) -> Sequence[tuple[UUID, str, datetime]]:
    """This keeper's sheets that wait for a yes, newest first: id, file, and when it was sent."""
    own = RosterImport.who == who, col(RosterImport.taken_at).is_(None), col(RosterImport.made_at) >= now - KEPT
    newest = select(RosterImport).where(*own).order_by(col(RosterImport.made_at).desc()).limit(WAITING_SHOWN)
    names_alone = newest.options(defer(col(RosterImport.data)), defer(col(RosterImport.preview)))  # type: ignore[arg-type]  # mapped attributes
    return [(one.id, one.file, one.made_at) for one in session.exec(names_alone)]


def drop(session: Session, import_id: UUID, who: str) -> None:
    """Gives up a sheet: nothing of it stays."""
    session.execute(delete(RosterImport).where(col(RosterImport.id) == import_id, col(RosterImport.who) == who))


def any_old(session: Session, now: datetime) -> bool:
    """Whether there is anything to forget: looking takes no lock."""
    return session.exec(select(RosterImport.id).where(col(RosterImport.made_at) < now - KEPT).limit(1)).first() is not None


def forget(session: Session, now: datetime) -> None:
    """Nothing that somebody uploaded stays longer than a day."""
    session.execute(delete(RosterImport).where(col(RosterImport.made_at) < now - KEPT))


def _preview(session: Session, kept: RosterImport) -> tuple[RosterPlan, Json]:
    book = read_book(kept.file, kept.data)
    planned = plan_book(session, book, kept.complete)
    faults = planned.faults
    if not faults and not planned.counts["rows"]:
        faults = [RowFault(kept.file, 1, "", NOTHING_IN_IT)]
    told = {"faults": [_told(fault) for fault in faults[:MOST_TOLD]], "faults_more": len(faults[MOST_TOLD:])}
    left = {"left_out": [_told(fault) for fault in planned.left_out], "not_read": list(planned.not_read)}
    return planned.plan, {"counts": planned.counts, "rows": _named(session, planned.plan.rows), **told, **left}


def _named(session: Session, rows: Sequence[Json]) -> list[Json]:
    """With the names of the areas, as a keeper reads them."""
    names = dict(session.exec(select(Area.code, Area.name)).all())
    return [{**row, "area_name": names.get(row["area"], "")} for row in rows]


def _told(fault: RowFault) -> Json:
    return {"sheet": fault.sheet, "row": fault.row, "field": fault.field, "message": fault.message, "params": dict(fault.params)}
