"""Unread answers: the table of answers their asker has not viewed yet; viewing deletes the mark.

Where an answer was amended or withdrawn, all of the unit who looked at it or fetched its receipt get a mark, each their own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from sqlalchemy import ColumnElement, Executable, Index, bindparam, delete, exists, literal, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Field, Session, SQLModel, col, func, or_, select

from access.principal import Principal
from cases.bundles.bundle import BundleCase
from cases.case import Case
from cases.case_filter import Filter, page_of
from cases.conversation.talking import ASKER_HEARS
from cases.lifecycle import ANSWERED, REFUSED, RETURNED, State
from cases.trail import trail
from cases.trail.trail import Trail
from cases.trail.trail_line import TrailLine
from storage.bulk_rows import among, insert_of, on_postgres, with_keys_later, write_later
from storage.database import Database
from storage.read_together import Lookup

Marks = frozenset[tuple[str, str, datetime]]  # unit, case number, when
TOLD = (*sorted(ASKER_HEARS), "arbitrate")  # what is said to the asker while the case stays where it is
RELYING = ("look", "receipt")  # who does this with an answer may act upon it
FRESH = timedelta(seconds=10)  # marks are dated before they are committed: a late one is not missed


class Unread(SQLModel, table=True):
    """One mark: this case came back at that time to its asker, or to who relied on the answer; `asked_by` is whose mark it is."""

    number: str = Field(primary_key=True, max_length=32)
    unit: str = Field(max_length=32)
    asked_by: str = Field(primary_key=True, max_length=64)
    at: datetime = Field(index=True)


UNREAD = SQLModel.metadata.tables["unread"]
Index("ix_unread_asker", col(Unread.unit), col(Unread.asked_by))


def mark_unread(session: Session, numbers: Collection[str], now: datetime) -> None:
    """Marks those of these cases that came back to a person who has not seen it yet. One statement for any number of them.

    Answers of a batch are read in its sheet and not one by one; what a unit's own system asked, it reads by itself.
    """
    if numbers:
        write_later(session, UNREAD, Lookup(_marking(on_postgres(session)), {"numbers": sorted(numbers), "now": now}))


@lru_cache(maxsize=2)
def _marking(postgres: bool) -> Executable:
    # Built once for each database: to build it anew cost half of what is done with a few outcomes.
    single = col(Case.state).in_(_written(ANSWERED, REFUSED)) & (col(Case.batch) == "")
    back = or_(col(Case.state).in_(_written(RETURNED)), single)
    asked = select(col(Case.number), col(Case.unit), col(Case.asked_by), bindparam("now", type_=UNREAD.c.at.type))
    found = asked.where(with_keys_later(postgres, col(Case.number), "numbers"), back, ~_seen())
    found = found.where(col(Case.asked_by).not_like("system:%"))
    fresh = postgresql.insert(UNREAD) if postgres else sqlite.insert(UNREAD)
    return fresh.from_select(["number", "unit", "asked_by", "at"], found).on_conflict_do_nothing()


def _written(*states: State) -> list[ColumnElement[str]]:
    # In the statement's own text, so that it is the same to plan for whatever it is about.
    return [literal_column(f"'{state.value}'") for state in states]


def mark_news(session: Session, number: str, now: datetime) -> None:
    """Marks this case for its asker, who has something new to see on it, such as a picture from the answering side."""
    at = literal(now, UNREAD.c.at.type)
    asked = select(col(Case.number), col(Case.unit), col(Case.asked_by), at)
    asked = asked.where(Case.number == number, col(Case.asked_by).not_like("system:%"))
    fresh = insert_of(session, UNREAD)
    columns = fresh.from_select(["number", "unit", "asked_by", "at"], asked).on_conflict_do_nothing()
    session.connection().execute(columns)


def mark_amended(session: Session, numbers: Collection[str], now: datetime) -> None:
    """Marks these cases, whose answer was amended or withdrawn, for their askers and for all of the unit who relied on it.

    Those are who looked at the case or fetched its receipt, and have not looked since. Two statements for any number of cases.
    """
    if not numbers:
        return
    fresh = insert_of(session, UNREAD)
    ours, at = among(session, col(Case.number), sorted(numbers)), literal(now, UNREAD.c.at.type)
    asked = select(col(Case.number), col(Case.unit), col(Case.asked_by), at).where(ours, ~_seen())
    readers = select(col(Trail.number), col(Case.unit), col(Trail.who), at).join(Case, col(Case.number) == col(Trail.number))
    readers = readers.where(ours, col(Trail.action).in_(RELYING), col(Trail.unit) == col(Case.unit)).distinct()
    readers = readers.where(~_seen(by=col(Trail.who)))
    for found in (asked.where(col(Case.asked_by).not_like("system:%")), readers):
        columns = fresh.from_select(["number", "unit", "asked_by", "at"], found).on_conflict_do_nothing()
        session.connection().execute(columns)


def mark_told(session: Session, numbers: Collection[str], now: datetime) -> None:
    """Marks these cases for their askers: the answering side or the supervisor said something that they have not seen yet.

    One statement for any number of cases. What a unit's own system asked, it reads by itself.
    """
    if not numbers:
        return
    look, said = aliased(Trail), aliased(Trail)
    last = select(func.max(said.id)).where(said.number == Case.number, col(said.action).in_(TOLD)).correlate(Case).scalar_subquery()
    mine = (col(look.number) == Case.number, col(look.action) == "look", col(look.who) == Case.asked_by)
    seen = exists().where(*mine, col(look.id) > last)
    ours, at = among(session, col(Case.number), sorted(numbers)), literal(now, UNREAD.c.at.type)
    found = select(col(Case.number), col(Case.unit), col(Case.asked_by), at).where(ours, ~seen)
    found = found.where(col(Case.asked_by).not_like("system:%"))
    fresh = insert_of(session, UNREAD).from_select(["number", "unit", "asked_by", "at"], found)
    session.connection().execute(fresh.on_conflict_do_nothing())


def mark_bundles(session: Session, whose: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """Marks these bundles (number, unit, who asked) as come back, one mark each however many of their questions did."""
    rows = [{"number": n, "unit": unit, "asked_by": by, "at": now} for n, unit, by in whose if not by.startswith("system:")]
    if rows:
        session.connection().execute(insert_of(session, UNREAD).on_conflict_do_nothing(), rows)


def mark_relying(session: Session, amended: Collection[str], now: datetime) -> None:
    """Marks the bundles of these cases, whose answer was put right, for everybody of the unit who looked at it."""
    if not amended:
        return
    at, ours = literal(now, UNREAD.c.at.type), among(session, col(Case.number), sorted(amended))
    readers = select(col(BundleCase.bundle), col(Case.unit), col(Trail.who), at).join(
        Case, col(Case.number) == col(BundleCase.number)
    )
    readers = readers.join(Trail, col(Trail.number) == col(Case.number)).where(ours, col(Trail.action).in_(RELYING))
    readers = readers.where(col(Trail.unit) == col(Case.unit)).distinct()
    columns = insert_of(session, UNREAD).from_select(["number", "unit", "asked_by", "at"], readers)
    session.connection().execute(columns.on_conflict_do_nothing())


def _seen(by: Mapped[str] | None = None) -> ColumnElement[bool]:
    """Whether the asker, or who is named, has looked since the case's last move: who watched the answer arrive has read it."""
    look, way = aliased(Trail), aliased(Trail)
    came = select(func.max(way.id)).where(way.number == Case.number, way.to == Case.state)
    # Found by the case's number: as it stands, PostgreSQL may look through all that a busy asker ever did instead.
    whose = col(look.who).concat("") == (Case.asked_by if by is None else by)
    mine = (col(look.number) == Case.number, col(look.action) == "look", whose)
    return exists().where(*mine, col(look.id) > came.correlate(Case).scalar_subquery())


def forget_unread(session: Session, numbers: Collection[str]) -> None:
    """Takes the marks of these cases away: somebody of the unit has dealt with them."""
    if numbers:
        session.connection().execute(delete(Unread).where(among(session, col(Unread.number), sorted(numbers))))


def forget_marks_of(session: Session, number: str, whose: Collection[str]) -> None:
    """Takes the marks of these people on this case away."""
    mine = delete(Unread).where(col(Unread.number) == number, col(Unread.asked_by).in_(sorted(whose)))
    session.connection().execute(mine)


def forget_old_marks(session: Session, before: datetime) -> int:
    """Deletes marks older than this; how many."""
    return session.connection().execute(delete(Unread).where(col(Unread.at) < before)).rowcount


def count_unread(session: Session, unit: str, asked_by: str = "") -> int:
    """How many of the unit's cases, or of one person's, came back unread."""
    return session.exec(select(func.count(func.distinct(col(Unread.number)))).where(*_whose(unit, asked_by))).one()


def unread_cases(session: Session, unit: str, asked_by: str, at_most: int) -> Sequence[Case]:
    """The cases that came back unread, the newest first."""
    newest = select(Unread.number, func.max(Unread.at).label("at")).where(*_whose(unit, asked_by)).group_by(col(Unread.number))
    marked = newest.subquery()
    found = select(Case).join(marked, marked.c.number == col(Case.number))
    return session.exec(found.order_by(marked.c.at.desc(), marked.c.number).limit(at_most)).all()


def unread_page(session: Session, filters: Filter, at_most: int, *conditions: ColumnElement[bool]) -> list[Case]:
    """One page of the cases that pass the filter and came back unread, those asked last first."""
    # Whose a mark is decides, not whose case it is: who relied on a colleague's answer has a mark on the colleague's case.
    marked = exists().where(col(Unread.number) == col(Case.number), *_whose(filters.unit, filters.asked_by))
    return page_of(session, replace(filters, asked_by=""), at_most, marked, *conditions)


def unread_among(session: Session, numbers: Collection[str]) -> set[str]:
    """Which of these cases came back unread."""
    return set(session.exec(select(Unread.number).where(col(Unread.number).in_(numbers)))) if numbers else set()


def marks(session: Session) -> Marks:
    """The newest marks: compared with those of the look before, they tell who has got an answer since."""
    newest = session.exec(select(func.max(Unread.at))).one()
    if newest is None:
        return frozenset()
    found = session.exec(select(Unread.unit, Unread.number, Unread.at).where(col(Unread.at) > newest - FRESH))
    return frozenset((unit, number, at) for unit, number, at in found)


class UnreadReader:
    """Tells a change broadcaster to which units something came back unread since it was last asked."""

    table = "unread"

    def __init__(self) -> None:
        self._before: Marks = frozenset()

    def news(self, session: Session) -> set[str]:
        """The keys `unread:<unit>` of those to whom something came back."""
        before, self._before = self._before, marks(session)
        return {f"unread:{unit}" for unit, _, _ in self._before - before}


def _whose(unit: str, asked_by: str) -> list[ColumnElement[bool]]:
    return [col(Unread.unit) == unit, *([col(Unread.asked_by) == asked_by] if asked_by else [])]


class Place(Protocol):
    """Where a look is written down."""

    @property
    def database(self) -> Database:
        """The database of the house."""


def note_view(context: Place, numbers: Collection[str], principal: Principal, now: datetime, also: Sequence[str] = ()) -> None:
    """Writes that this principal looked at these cases now; of their own ones, and of the bundles `also` shown, the marks go."""
    with context.database.write() as session:
        trail.write(session, [TrailLine.of_person(principal, now, "look", number) for number in numbers])
        mine = delete(Unread).where(among(session, col(Unread.number), sorted([*numbers, *also])))
        session.connection().execute(mine.where(col(Unread.asked_by) == principal.username))


def viewed_since_answer(session: Session, case: Case, principal: Principal) -> bool:
    """Whether this principal has looked at the case since it came into its state."""
    came = select(func.max(Trail.id)).where(Trail.number == case.number, Trail.to == case.state).scalar_subquery()
    mine = (Trail.number == case.number, Trail.action == "look", Trail.who == principal.username)
    return session.exec(select(Trail.id).where(*mine, col(Trail.id) > came).limit(1)).first() is not None
